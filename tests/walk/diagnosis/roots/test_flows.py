"""Who was led to a pod that is not meant any more: a tracked flow, rules that have not followed, a slice that is wrong."""

import json

import pytest

from podpath.state.finding import Finding
from tests.walk.pasted import node, trace, world

ENTRY = (
    "udp      17 29 src=192.168.0.1 dst=10.96.0.1 sport=40000 dport=53 src=192.168.0.2 dst=192.168.0.1 sport=53 dport=40000"
    " [ASSURED] mark=0 use=1"
)
FAR = "default via 192.168.0.3 dev eth0"
GATEWAY = "# ip neigh show\n192.168.0.3 dev eth0 lladdr 02:00:00:00:00:03 REACHABLE"


def rules(target: str) -> str:
    """Return rules that lead a service to a target."""
    return f"""# iptables-save -c
*nat
:PREROUTING ACCEPT [0:0]
:OUTPUT ACCEPT [0:0]
:KUBE-SVC-A - [0:0]
[0:0] -A OUTPUT -d 10.96.0.1/32 -p udp -m udp --dport 53 -j KUBE-SVC-A
[0:0] -A KUBE-SVC-A -p udp -j DNAT --to-destination {target}:53
COMMIT
"""


def objects(address: str) -> str:
    """Return a service with one endpoint, as the API has it."""
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "dns", "namespace": "shop"}, "spec": {
        "type": "ClusterIP", "clusterIP": "10.96.0.1", "clusterIPs": ["10.96.0.1"],
        "ports": [{"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53}]}}  # fmt: skip
    ends = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
            "metadata": {"name": "dns-1", "namespace": "shop", "labels": {"kubernetes.io/service-name": "dns"}},
            "endpoints": [{"addresses": [address], "conditions": {"ready": True}}],
            "ports": [{"name": "dns", "port": 53, "protocol": "UDP"}]}  # fmt: skip
    return "# kubectl get services,endpointslices -A -o json\n" + json.dumps(
        {"apiVersion": "v1", "kind": "List", "items": [service, ends]}
    )


def blamed(*more: str, target: str) -> Finding | None:
    """Return what is wrong where n1 asks the service, whose rules lead to a target; n2 and n3 listen at nothing."""
    asking = node(1, *more, routes=FAR).replace("# iptables-save -c\n", rules(target)).replace("# ip neigh show", GATEWAY)
    return trace(world({"n1": asking, "n2": node(2), "n3": node(3)}), "n1", "10.96.0.1", proto="udp", port=53).cause


@pytest.mark.parametrize(("target", "check"), [("192.168.0.3", "stale-udp-conntrack"), ("192.168.0.2", "target-not-listening")])
def test_a_flow_that_was_tracked_before_is_the_cause_where_the_rules_lead_elsewhere(target: str, check: str) -> None:
    """Not the port that is closed where nobody should ask any more."""
    cause = blamed("# conntrack -L", ENTRY, target=target)
    assert cause is not None
    assert cause.check == check, cause
    if check == "stale-udp-conntrack":
        assert cause.node == "n1"
        assert cause.fix_lines == ("on n1: conntrack -D -p udp --orig-src 192.168.0.1 --orig-dst 10.96.0.1 --orig-port-dst 53",)


@pytest.mark.parametrize(
    ("target", "endpoint", "check"),
    [
        ("192.168.0.2", "192.168.0.3", "kube-proxy-stale-rules"),
        ("192.168.0.2", "192.168.0.2", "target-not-listening"),
        ("10.244.77.9", "10.244.77.9", "service-backend-stale"),
    ],
)
def test_rules_and_objects_are_blamed_before_the_port_that_is_closed(target: str, endpoint: str, check: str) -> None:
    """Rules that lead to no endpoint, and an endpoint that is nobody's address."""
    subnet = "# cat /run/flannel/subnet.env\nFLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.1.1/24\nFLANNEL_MTU=1450\n"
    cause = blamed(subnet, objects(endpoint), target=target)
    assert cause is not None
    assert (cause.check, cause.node) == (check, "n2" if check == "target-not-listening" else "n1"), cause
