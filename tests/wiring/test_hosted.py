"""Addresses that only a host's tables tell of, behind a cable."""

import pytest

from podpath.state.address import ip_text, mac_text
from podpath.wiring.hosted import Hosted, hosted
from tests.walk.pasted import world

BRIDGE = """
# ip -d address show
4: cni0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP group default
    link/ether 0a:58:0a:f4:01:01 brd ff:ff:ff:ff:ff:ff
    bridge forward_delay 1500
    inet 10.244.1.1/24 brd 10.244.1.255 scope global cni0
       valid_lft forever preferred_lft forever
"""
NEIGHBOUR = "# ip neigh show\n10.244.1.5 dev cni0 lladdr 0a:58:0a:f4:01:05 REACHABLE\n"
PORT = "# bridge fdb show\n0a:58:0a:f4:01:05 dev veth1a2b3c4d master cni0\n"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        pytest.param("# ip route\n10.42.0.10 dev cali72476272766 scope link\n", "10.42.0.10 cali72476272766", id="calico"),
        pytest.param("# ip route\n10.0.1.7 dev eni1a2b3c4d5e6 scope link\n", "10.0.1.7 eni1a2b3c4d5e6", id="aws"),
        pytest.param(
            "# ip route\n10.42.0.10 dev cali72476272766 scope link\n# ip neigh show\n"
            "10.42.0.10 dev cali00000000001 lladdr 02:00:00:00:00:01 STALE\n"
            "10.42.0.10 dev cali72476272766 lladdr 02:00:00:00:00:02 STALE\n",
            "10.42.0.10 cali72476272766 02:00:00:00:00:02", id="old-neighbour",
        ),
        pytest.param("# ip route\n10.8.0.2 dev tun0 proto kernel scope link src 10.8.0.1\n", "", id="peer-of-a-vpn"),
        pytest.param("# ip route\n10.42.0.10 via 169.254.1.1 dev cali72476272766\n", "", id="gateway"),
        pytest.param(BRIDGE + NEIGHBOUR + PORT, "10.244.1.5 veth1a2b3c4d 0a:58:0a:f4:01:05 cni0", id="port"),
        pytest.param(BRIDGE + NEIGHBOUR, "10.244.1.5 None 0a:58:0a:f4:01:05 cni0", id="bridge"),
        pytest.param(BRIDGE + NEIGHBOUR.replace("REACHABLE", "FAILED"), "", id="failed"),
        pytest.param(BRIDGE + NEIGHBOUR + PORT.replace("01:05", "01:09"), "", id="table-without-it"),
        pytest.param(NEIGHBOUR.replace("cni0", "br0"), "", id="bridge-of-a-network"),
        pytest.param(
            "# ip address\n7: eth0: <UP> mtu 1500\n    inet 10.42.0.10/32 scope global eth0\n# ip route\n"
            "10.42.0.10 dev cali72476272766 scope link\n", "", id="captured",
        ),
    ],
)  # fmt: skip
def test_a_host_tells_what_is_behind_its_cables(text: str, wanted: str) -> None:
    """Routes into a veth and neighbours behind a bridge of containers, and nothing else."""
    assert " ".join(_said(one) for one in _hosted(text)) == wanted


@pytest.mark.parametrize("port", [PORT, ""])
def test_an_address_that_a_captured_container_does_not_have_is_behind_no_cable_to_it(port: str) -> None:
    """The host's entry is old: who is behind the cable was captured, and has another address."""
    cable = "5: veth1a2b3c4d@if7: <UP,LOWER_UP> mtu 1450 master cni0 state UP\n    veth\n"
    host = BRIDGE + cable + NEIGHBOUR + port
    inside = "7: eth0@if5: <UP,LOWER_UP> mtu 1450\n    veth\n    inet 10.244.1.6/24 scope global eth0\n"
    assert [_said(one) for one in _hosted(host)] != []
    assert _hosted(host + "# ip netns exec p1 ip -d address\n" + inside) == []


def test_a_pod_of_the_api_is_behind_the_bridge_in_whose_network_its_address_is() -> None:
    """Only where that is one bridge alone."""
    pods = (
        "# kubectl get pods -A -o wide\n"
        "NAMESPACE   NAME   READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES\n"
        "web   api   1/1   Running   0   5d   10.244.1.9   n1   <none>   <none>\n"
        "web   away   1/1   Running   0   5d   10.244.7.9   n7   <none>   <none>\n"
    )
    assert [_said(one) for one in _hosted(BRIDGE + pods)] == ["10.244.1.9 None cni0"]


def test_the_kernels_own_route_names_the_bridge_of_a_pod() -> None:
    """Where no output shows the addresses."""
    pods = (
        "# kubectl get pods -o wide\n"
        "NAME   READY   STATUS    RESTARTS   AGE   IP           NODE   NOMINATED NODE   READINESS GATES\n"
        "api    1/1     Running   0          5d    10.244.1.9   n1     <none>           <none>\n"
    )
    route = "# ip route\n10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1\n"
    assert [_said(one) for one in _hosted(route + pods)] == ["10.244.1.9 None cni0"]


def _said(one: Hosted) -> str:
    words = [ip_text(one.address), str(one.dev), mac_text(one.mac) if one.mac is not None else "", one.bridge or ""]
    return " ".join(word for word in words if word)


def _hosted(text: str) -> list[Hosted]:
    shown = world({"n1": text})
    return hosted(shown, shown.store)
