"""`kubectl get -o json`."""

from typing import Any, cast

import pytest

from podpath.readers.interface import Bad, Json
from podpath.readers.kubectl import READER, parse_get
from podpath.state.address import parse_ip, parse_mac
from podpath.state.agent_log import AgentMessage
from podpath.state.calico import CalicoPolicy, CalicoRule
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.kube import Endpoint, KubeNode, Pod, Service, Workload
from podpath.state.policy import Namespace, NetworkPolicy, PodPort, PolicyRule
from tests.readers.helper import json_rows

NODE = {
    "apiVersion": "v1", "kind": "Node",
    "metadata": {
        "name": "n1",
        "annotations": {
            "flannel.alpha.coreos.com/backend-data": '{"VNI":1,"VtepMAC":"9e:71:24:0e:77:87"}',
            "flannel.alpha.coreos.com/public-ip": "192.168.200.205",
            "projectcalico.org/IPv4Address": "192.168.200.205/24",
        },
    },
    "spec": {"podCIDR": "10.42.2.0/24", "podCIDRs": ["10.42.2.0/24", "fd42::/64"]},
    "status": {
        "addresses": [{"type": "Hostname", "address": "n1"}, {"type": "InternalIP", "address": "192.168.200.205"}],
        "conditions": [{"type": "MemoryPressure", "status": "False"}, {"type": "Ready", "status": "True"}],
    },
}  # fmt: skip
POD = {
    "apiVersion": "v1", "kind": "Pod",
    "metadata": {"name": "web-0", "namespace": "shop", "labels": {"app": "web"}},
    "spec": {"nodeName": "n1", "containers": [{"env": [{"name": "P", "value": "secret"}]}]},
    "status": {"podIP": "10.42.2.18", "phase": "Running", "conditions": [{"type": "Ready", "status": "False"}]},
}  # fmt: skip
SERVICE = {
    "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"},
    "spec": {
        "type": "NodePort", "clusterIP": "10.43.0.9", "selector": {"app": "web"}, "externalIPs": ["192.0.2.1"],
        "externalTrafficPolicy": "Local", "internalTrafficPolicy": "Cluster", "sessionAffinity": "None",
        "ports": [
            {"name": "http", "port": 80, "protocol": "TCP", "targetPort": "web", "nodePort": 30080},
            {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 5353},
        ],
    },
    "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.2"}]}},
}  # fmt: skip
SLICE = {
    "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
    "metadata": {"name": "web-abcde", "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}},
    "endpoints": [
        {"addresses": ["10.42.2.18"], "conditions": {"ready": True, "terminating": False}, "nodeName": "n1",
         "targetRef": {"kind": "Pod", "name": "web-0", "namespace": "shop"}}
    ],
    "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}],
}  # fmt: skip
ENDPOINTS = {
    "apiVersion": "v1", "kind": "Endpoints", "metadata": {"name": "web", "namespace": "shop"},
    "subsets": [
        {"addresses": [{"ip": "10.42.2.18", "nodeName": "n1"}], "notReadyAddresses": [{"ip": "10.42.2.19"}],
         "ports": [{"port": 8080}]}
    ],
}  # fmt: skip


def test_node() -> None:
    """A node says its addresses, and what flannel and Calico announce."""
    address = parse_ip("192.168.200.205")
    assert json_rows(READER, NODE) == [
        KubeNode("n1", address, "10.42.2.0/24,fd42::/64", True, parse_mac("9e:71:24:0e:77:87"), address, address)  # noqa: FBT003
    ]


def test_node_without_vtep() -> None:
    """A backend without a VTEP has `null` in flannel's annotation."""
    node = {**NODE, "metadata": {"name": "n2", "annotations": {"flannel.alpha.coreos.com/backend-data": "null"}}}
    assert json_rows(READER, node)[0] == KubeNode("n2", parse_ip("192.168.200.205"), "10.42.2.0/24,fd42::/64", ready=True)


def test_pod() -> None:
    """A pod is on a node, with an address; what its containers hold is not read."""
    found = json_rows(READER, {"apiVersion": "v1", "kind": "List", "items": [POD]})
    assert found == [
        Pod("shop", "web-0", "n1", parse_ip("10.42.2.18"), False, "Running", False, "app=web", owner_kind="none")  # noqa: FBT003
    ]


def test_service() -> None:
    """A service has a row for each port; a headless one has no address."""
    http = Service("shop", "web", "NodePort", parse_ip("10.43.0.9"), "http", "TCP", 80, "web", 30080,
                   "192.0.2.1,192.0.2.2", "app=web", "Local", "Cluster", "None")  # fmt: skip
    dns = http._replace(port_name="dns", proto="UDP", port=53, target_port="5353", node_port=None)
    assert json_rows(READER, SERVICE) == [http, dns]
    spec = cast("dict[str, object]", SERVICE["spec"])
    more = {"clusterIPs": ["10.43.0.9", "fd00::9"], "loadBalancerSourceRanges": ["10.0.0.0/8"]}
    two = {**SERVICE, "spec": spec | more}
    wide = [row._replace(second_ip=parse_ip("fd00::9"), source_ranges="10.0.0.0/8") for row in (http, dns)]
    assert json_rows(READER, two) == wide
    headless = {**SERVICE, "spec": {"clusterIP": "None"}, "status": {}}
    assert json_rows(READER, headless) == [Service("shop", "web")]


def test_endpoints() -> None:
    """Slices and the older endpoints give the same kind of row."""
    web = Endpoint("shop", "web", "web-abcde", parse_ip("10.42.2.18"), "http", "TCP", 8080, ready=True, terminating=False)
    document = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSliceList", "items": [SLICE]}
    assert json_rows(READER, document) == [web._replace(node="n1", target="shop/web-0")]
    assert json_rows(READER, ENDPOINTS) == [
        Endpoint("shop", "web", "web", parse_ip("10.42.2.18"), None, "TCP", 8080, ready=True, node="n1"),
        Endpoint("shop", "web", "web", parse_ip("10.42.2.19"), None, "TCP", 8080, ready=False),
    ]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({**POD, "status": {"podIP": "10.42.2"}}, 'in Pod web-0, "10.42.2" is not an address'),
        ({**POD, "metadata": {}}, "a Pod has no name"),
        ({"apiVersion": "v1", "kind": "List", "items": [{"metadata": {}}]}, "an object has no kind"),
    ],
)
def test_damage(document: Json, reason: str) -> None:
    """A damaged object is a complaint that names it."""
    assert json_rows(READER, document) == [Bad(f"this looks like `kubectl get` output but {reason}")]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kubectl get nodes -o json", (covers(KubeNode),)),
        ("kubectl get pods -A -ojson", (covers(Pod), covers(PodPort))),
        ("oc get po -n shop -o=json", (covers(Pod, part="shop"), covers(PodPort, part="shop"))),
        ("k3s kubectl get svc,ep -A -o json", (covers(Endpoint), covers(Service))),
        ("kubectl get pod web-0 -o json", (covers(Pod, complete=Complete.NO), covers(PodPort, complete=Complete.NO))),
        ("kubectl get pod/web-0 -o json", (covers(Pod, complete=Complete.NO), covers(PodPort, complete=Complete.NO))),
        ("kubectl get netpol -A -o json", (covers(NetworkPolicy), covers(PolicyRule))),
        ("kubectl get ns -o json", (covers(Namespace),)),
        (
            "kubectl get cnp -o json",
            (covers(NetworkPolicy, part="clusternetworkpolicy"), covers(PolicyRule, part="clusternetworkpolicy")),
        ),
        (
            "kubectl get networkpolicies.networking.k8s.io -n shop -o json",
            (covers(NetworkPolicy, part="shop"), covers(PolicyRule, part="shop")),
        ),
        ("kubectl get networkpolicies.crd.projectcalico.org -A -o json", (covers(CalicoPolicy), covers(CalicoRule))),
        ("kubectl get deploy,rs -A -o json", (covers(Workload, complete=Complete.NO),)),
        ("kubectl get pods -o yaml", None),
        ("kubectl get what -o json", None),
        ("kubectl delete pods -o json", None),
    ],
)
def test_coverage(line: str, expected: tuple[Coverage, ...] | None) -> None:
    """All namespaces, one, or an unknown one are shown."""
    assert READER.accepts(line.split()) == expected


def test_prose() -> None:
    """Prose is no command."""
    assert parse_get(["kubectl", "get", "works"]) is None
    assert parse_get([]) is None


@pytest.mark.parametrize(("about", "said"), [("involvedObject", "message"), ("regarding", "note")])
def test_an_event_tells_why_a_pod_has_no_network(about: str, said: str) -> None:
    """In the words of either API."""
    event = {
        "apiVersion": "v1", "kind": "Event", "metadata": {"name": "web-1.17", "namespace": "shop"}, "type": "Warning",
        about: {"kind": "Pod", "namespace": "shop", "name": "web-1"}, "source": {"component": "kubelet", "host": "n2"},
        said: 'failed to setup network for sandbox "a": plugin failed (add): stat /var/lib/calico/nodename: no such file',
    }  # fmt: skip
    assert json_rows(READER, {"apiVersion": "v1", "kind": "EventList", "items": [event, {**event, "type": "Normal"}]}) == [
        AgentMessage("calico-not-running", 1, "shop", "web-1", "n2", None, "/var/lib/calico/nodename")
    ]


def test_an_object_names_what_controls_it() -> None:
    """Of several owners at most one does; a pod has a name in the DNS, and an account."""
    owners = [{"kind": "Thing", "name": "x"}, {"kind": "ReplicaSet", "name": "web-1", "controller": True}]
    metadata = {"name": "web-0", "namespace": "shop", "ownerReferences": owners}
    made: dict[str, Any] = {
        "apiVersion": "v1", "kind": "Pod", "metadata": metadata,
        "spec": {"hostname": "web-0", "subdomain": "web", "serviceAccountName": "robot"},
    }  # fmt: skip
    found = json_rows(READER, made)[0]
    assert isinstance(found, Pod)
    assert (found.owner_kind, found.owner, found.hostname, found.subdomain, found.account) == (
        "ReplicaSet", "web-1", "web-0", "web", "robot",
    )  # fmt: skip
    made = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "metadata": {"name": "web-1", "namespace": "shop"}}
    assert json_rows(READER, made) == [Workload("ReplicaSet", "shop", "web-1", "none")]
    (row,) = json_rows(READER, {**SLICE, "endpoints": [{"addresses": ["10.42.2.18"], "hostname": "web-0"}]})
    assert isinstance(row, Endpoint)
    assert row.hostname == "web-0"
