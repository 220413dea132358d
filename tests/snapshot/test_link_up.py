"""Namespaces get the names of their containers."""

from pathlib import Path

from podpath.collect.files import lines_of, text_files
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store

SAMPLE = Path(__file__).parents[2] / "samples" / "docker-bridge"


def test_a_file_named_after_a_container_is_taken_for_its_namespace() -> None:
    """The Docker sample is one host with one container, and says that this is inferred."""
    with Store() as store:
        for text in text_files(str(SAMPLE)):
            load_text(store, text.name, text.node, text.address, lines_of(text))
        merge(store)
        link_up(store)
        assert store.raw("SELECT name FROM node") == [("host",)]
        rows = store.raw("SELECT kind, name, inferred IS NOT NULL FROM netns ORDER BY kind")
        assert rows == [("container", "busybox", True), ("host", None, False)]


def test_a_host_that_is_called_like_a_container_stays_a_host() -> None:
    """It has bridges, which no container's file shows here."""
    one = "$ dockerveth\nCONTAINER ID\tVETH\tNAMES\n2c54348455eb\tvethd030a3f\tweb\n"
    two = "$ brctl show\nbridge name\tbridge id\t\tSTP enabled\tinterfaces\nbr0\t\t8000.02422990970c\tno\t\teth0\n"
    with Store() as store:
        load_text(store, "a.txt", "a", None, one.splitlines())
        load_text(store, "web.txt", "web", None, two.splitlines())
        merge(store)
        link_up(store)
        assert store.raw("SELECT name FROM node ORDER BY name") == [("a",), ("web",)]


PODS = """\
$ kubectl get po -A -o wide
NAMESPACE     NAME                READY   STATUS    RESTARTS   AGE   IP             NODE   NOMINATED NODE   READINESS GATES
kube-system   calico-node-4xk2p   1/1     Running   0          3d    192.0.2.11     n1     <none>           <none>
shop          web                 1/1     Running   0          3d    10.244.0.9     n1     <none>           <none>
$ kubectl exec -n kube-system calico-node-4xk2p -- ip route
default via 192.0.2.1 dev eth0
10.244.0.9 dev cali09e8b2f4c61 scope link
192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.11
$ kubectl exec -n shop web -- ip route
default via 169.254.1.1 dev eth0
"""


def test_a_pod_that_uses_its_nodes_network_is_that_node() -> None:
    """It has the node's address, and routes to other pods; the others stay pods."""
    with Store() as store:
        load_text(store, "t.txt", "t", None, PODS.splitlines())
        merge(store)
        link_up(store)
        rows = store.raw("SELECT d.name, n.kind, n.name FROM netns n JOIN node d USING (node) ORDER BY ALL")
        assert rows == [("n1", "host", None), ("t", "host", None), ("t", "pod", "shop/web")]


def test_a_node_with_outputs_of_its_own_keeps_them_apart() -> None:
    """Nothing is moved to a namespace that has tables already."""
    with Store() as store:
        load_text(store, "t.txt", "t", None, [*PODS.splitlines(), "root@n1:~# ip rule", "0:\tfrom all lookup local"])
        load_text(store, "n1.txt", "n1", None, ["$ ip rule", "0:\tfrom all lookup local"])
        merge(store)
        link_up(store)
        assert ("kube-system/calico-node-4xk2p",) in store.raw("SELECT name FROM netns WHERE kind = 'pod'")


def test_a_node_is_called_what_its_cluster_calls_it() -> None:
    """By the name in its prompts, whatever the file is called."""
    text = (
        "ubuntu@n1:~$ kubectl get pods -o wide\n"
        "NAME   READY   STATUS    RESTARTS   AGE   IP           NODE             NOMINATED NODE   READINESS GATES\n"
        "api    1/1     Running   0          5d    10.244.1.9   n1.example.com   <none>           <none>\n"
        "ubuntu@n1:~$ ip route\ndefault via 192.0.2.254 dev eth0\n"
    )
    with Store() as store:
        load_text(store, "ticket.txt", "ticket", None, text.splitlines())
        merge(store)
        link_up(store)
        assert store.raw("SELECT name, hosts FROM node") == [("n1.example.com", "n1,ticket")]
