"""`kubectl get` and `kubectl get -o wide`."""

from podpath.readers.kubectl_wide import READER
from podpath.state.address import parse_ip
from podpath.state.evidence import Complete, covers
from podpath.state.kube import Endpoint, KubeNode, Pod, Service
from tests.readers.helper import complaints, rows

NODES = """\
NAME   STATUS                     ROLES                  AGE    VERSION        INTERNAL-IP       EXTERNAL-IP   OS-IMAGE
n1     Ready                      control-plane,master   2y3d   v1.28.5+k3s1   192.168.200.204   <none>        Ubuntu 22.04
n2     NotReady                   <none>                 12m    v1.28.5+k3s1   192.168.200.205   <none>        Ubuntu 22.04
n3     Ready,SchedulingDisabled   <none>                 12m    v1.28.5+k3s1   <none>            <none>        Ubuntu 22.04
"""
PODS = """\
NAMESPACE     NAME      READY   STATUS             RESTARTS       AGE   IP           NODE     NOMINATED NODE   READINESS GATES
kube-system   coredns   1/1     Running            2 (5m ago)     41d   10.42.0.10   n1       <none>           <none>
shop          web-0     0/1     CrashLoopBackOff   7              3h    <none>       <none>   <none>           <none>
"""
SERVICES = """\
NAME         TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)                      AGE   SELECTOR
kubernetes   ClusterIP   10.43.0.1    <none>        443/TCP                      41d   <none>
web          NodePort    10.43.0.9    192.0.2.1     80:30080/TCP,53:30053/UDP    3h    app=web
headless     ClusterIP   None         <none>        <none>                       3h    app=web
"""
SLICES = """\
NAME        ADDRESSTYPE   PORTS     ENDPOINTS                            AGE
web-x7k2p   IPv4          8080      10.42.0.11,10.42.0.12 + 1 more...    3h
"""
ENDPOINTS = """\
NAME   ENDPOINTS                            AGE
web    10.42.0.11:8080,10.42.0.12:8080      3h
gone   <none>                               3h
"""


def test_nodes() -> None:
    """A node is ready, also when nothing may be scheduled on it."""
    assert rows(READER, "kubectl get nodes -o wide", NODES) == [
        KubeNode("n1", parse_ip("192.168.200.204"), ready=True), KubeNode("n2", parse_ip("192.168.200.205"), ready=False),
        KubeNode("n3", ready=True),
    ]  # fmt: skip


def test_pods() -> None:
    """The column STATUS is the phase; a heading may have a space in it."""
    assert rows(READER, "kubectl get pods -A -o wide", PODS) == [
        Pod("kube-system", "coredns", "n1", parse_ip("10.42.0.10"), None, "Running", ready=True),
        Pod("shop", "web-0", None, None, None, "CrashLoopBackOff", ready=False),
    ]


def test_services() -> None:
    """A service has a row for each port, and the namespace of the command."""
    web = Service("shop", "web", "NodePort", parse_ip("10.43.0.9"), external_ips="192.0.2.1", selector="app=web")
    assert rows(READER, "kubectl get svc -n shop -o wide", SERVICES) == [
        Service("shop", "kubernetes", "ClusterIP", parse_ip("10.43.0.1"), proto="TCP", port=443),
        web._replace(proto="TCP", port=80, node_port=30080),
        web._replace(proto="UDP", port=53, node_port=30053),
        Service("shop", "headless", "ClusterIP", selector="app=web"),
    ]


def test_endpoints() -> None:
    """Addresses that are cut off are missing; a slice is named after its service."""
    first, second = parse_ip("10.42.0.11"), parse_ip("10.42.0.12")
    assert rows(READER, "kubectl get endpointslices", SLICES) == [
        Endpoint("default", "web", "web-x7k2p", first, port=8080), Endpoint("default", "web", "web-x7k2p", second, port=8080),
    ]  # fmt: skip
    assert rows(READER, "kubectl get ep", ENDPOINTS) == [
        Endpoint("default", "web", "web", first, port=8080, ready=True),
        Endpoint("default", "web", "web", second, port=8080, ready=True),
    ]


def test_several_tables() -> None:
    """Several kinds are several tables, with the kind in front of each name."""
    both = NODES.replace("\nn", "\nnode/n").replace("NAME ", "NAME      ") + "\n" + SERVICES
    assert {type(row) for row in rows(READER, "kubectl get node,svc -A -o wide", both)} == {KubeNode, Service}


def test_nothing_and_damage() -> None:
    """That nothing is there is no complaint; a damaged address is one."""
    assert rows(READER, "kubectl get pods", "No resources found in default namespace.\n") == []
    assert complaints(READER, "kubectl get pods -A", PODS.replace("10.42.0.10", "10.42.0.1o")) == [
        (1, 'this looks like `kubectl get` output but "10.42.0.1o" is not an address')
    ]
    assert complaints(READER, "", PODS.splitlines()[1]) == [
        (0, "this looks like `kubectl get` output but the line of headings above it is missing")
    ]


def test_coverage() -> None:
    """Endpoints are cut off in tables, so silence means nothing."""
    assert READER.accepts(["kubectl", "get", "node,po", "-A"]) == (covers(KubeNode), covers(Pod))
    assert READER.accepts(["kubectl", "get", "ep", "-A"]) == (covers(Endpoint, complete=Complete.NO),)
    assert READER.accepts(["kubectl", "get", "pods"]) == (covers(Pod, complete=Complete.NO),)
    assert READER.accepts(["kubectl", "get", "pods", "-o", "name"]) is None
    assert READER.accepts(["kubectl", "get", "networkpolicies", "-A"]) is None
