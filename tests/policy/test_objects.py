"""The objects of a snapshot that policies are judged by."""

from podpath.policy.objects import Objects
from podpath.snapshot.load import load_text
from podpath.state.policing import Permit
from tests.policy.clusters import BASE, asked, end, netpol, node, pod, snapshot

TABLE = """\
NAMESPACE   NAME    READY   STATUS    RESTARTS   AGE   IP              NODE   NOMINATED NODE   READINESS GATES
web         a       1/1     Running   0          5d    10.1.0.1        n1     <none>           <none>
web         agent   1/1     Running   0          5d    192.168.50.11   n1     <none>           <none>
"""


def test_an_address_belongs_to_a_pod_to_a_node_or_to_nobody() -> None:
    """A pod that has ended has none, and one on its host is its node."""
    ended = pod("web/old", "10.1.0.3")
    ended["status"]["phase"] = "Succeeded"
    with snapshot([*BASE, ended]) as store:
        objects = Objects(store)
        assert (found := end(objects, "10.1.0.2").pod) is not None
        assert (found.called, found.node, found.on_host) == ("shop/db-0", "n2", False)
        assert found.namespace_labels.known == {"kubernetes.io/metadata.name": "shop", "team": "shop"}
        assert end(objects, "192.168.50.11").node == "n1"
        assert end(objects, "10.1.0.3")[1:] == (None, "", False, ())


def test_a_table_of_kubectl_tells_no_labels_and_no_ports() -> None:
    """They are unknown, and whether a pod is on its host follows from its address."""
    with snapshot([node("n1", "192.168.50.11")], ("nodes",)) as store:
        load_text(store, "pods.txt", "pods", None, ["$ kubectl get pods -A -o wide", *TABLE.splitlines()])
        store.flush()
        found = Objects(store).pod("web", "a")
        assert found is not None
        assert (found.labels.complete, found.ports, found.on_host) == (False, None, False)
        assert end(Objects(store), "192.168.50.11").node == "n1"


def test_kinds_of_policies_that_nobody_listed_are_told() -> None:
    """Most clusters have none, so that the answer stands, and says what it rests on."""
    told = asked([], lists=("namespaces", "pods -A", "networkpolicies -A"))["ingress"]
    assert told.permit is Permit.ALLOWED
    assert told.assumed == ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")


def test_an_address_that_may_be_a_pod_is_unknown() -> None:
    """Where not all pods were listed."""
    only_pods = netpol("shop/allow", ingress=[{"from": [{"namespaceSelector": {}}]}])
    lists = ("namespaces", "nodes", "pods -n shop", "networkpolicies -A")
    told = asked([only_pods], "10.9.9.9", lists=("namespaces", "nodes", "pods -A", "networkpolicies -A"))
    assert told["ingress"].permit is Permit.DENIED
    told = asked([only_pods], "10.9.9.9", lists=lists)
    assert told["ingress"].permit is Permit.UNKNOWN


def test_an_address_of_two_pods_is_that_of_neither() -> None:
    """Which of them gets the packet, the nodes know."""
    only_db = netpol("shop/allow", podSelector={"matchLabels": {"app": "db-0"}}, ingress=[{"from": [{"podSelector": {}}]}])
    told = asked([only_db, pod("shop/other", "10.1.0.2", node="n1")])["ingress"]
    assert told.permit is Permit.UNKNOWN
    assert [one.missing for one in told.unknowns] == ["which of the pods shop/db-0, shop/other has the address 10.1.0.2"]
    ended = pod("shop/other", "10.1.0.2")
    ended["status"]["phase"] = "Failed"
    assert asked([only_db, ended])["ingress"].pod == "shop/db-0"


def test_ports_without_names_are_known_of_the_pod_that_shows_them() -> None:
    """One object tells all of its own ports, whatever else was listed."""
    shown = pod("web/one", "10.1.0.9")
    shown["spec"]["containers"] = [{"ports": [{"containerPort": 80}]}]
    with snapshot([shown], ("pods -n web",)) as store:
        store.connection.execute("DELETE FROM coverage")
        found = Objects(store).pod("web", "one")
        assert found is not None
        assert found.ports == ()


def test_labels_of_a_namespace_are_those_of_the_list_whatever_a_table_shows() -> None:
    """In either order."""
    table = ["$ kubectl get namespaces", "NAME   STATUS   AGE", "shop   Active   5d"]
    with snapshot(BASE) as store:
        load_text(store, "table.txt", "objects", None, table)
        store.flush()
        found = Objects(store).pod("shop", "db-0")
        assert found is not None
        assert found.namespace_labels.known["team"] == "shop"
