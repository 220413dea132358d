"""A host that does not know a network of its own: real packets, and what is blamed. The lab's faults are in test_lab_truth.py."""

import pytest

from podpath.state.trace import Verdict
from tests.walk.pasted import node, trace, world

ADDRESS = "inet 10.5.0.1/24 scope global br0"
BRIDGE = """3: br0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:00:00:05:01 brd ff:ff:ff:ff:ff:ff
    bridge forward_delay 0
    {address}
4: va@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master br0 state UP group default
    link/ether 02:00:00:00:05:ff brd ff:ff:ff:ff:ff:ff link-netnsid 0
    veth
    bridge_slave state forwarding learning on flood on"""
POD = """# ip netns exec pa ip -d address
2: eth0@if4: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:00:00:05:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    veth
    inet 10.5.0.2/24 scope global eth0
# ip netns exec pa ip route show table all
default via 10.5.0.1 dev eth0
10.5.0.0/24 dev eth0 proto kernel scope link src 10.5.0.2
local 10.5.0.2 dev eth0 table local proto kernel scope host src 10.5.0.2
# ip netns exec pa ip neigh
10.5.0.1 dev eth0 FAILED
"""
OWN = "10.5.0.0/24 dev br0 proto kernel scope link src 10.5.0.1"
FLAGGED = ADDRESS.replace("global br0", "global noprefixroute br0")


@pytest.mark.parametrize(
    ("address", "route", "blamed"),
    [
        ("", "", "bridge-address-missing"),
        (ADDRESS, "", "connected-route-missing"),
        (FLAGGED, "", "route-missing"),
        (ADDRESS, OWN, None),
    ],
)
def test_a_host_without_its_containers_network_is_told_what_is_gone(address: str, route: str, blamed: str | None) -> None:
    """The address of the bridge, or the route that came with it; one that asked for no route has lost none."""
    local = "local 10.5.0.1 dev br0 table local proto kernel scope host src 10.5.0.1" if address else ""
    shown = world({"n1": node(1, POD, links=BRIDGE.format(address=address), routes=route, local=local)})
    told = trace(shown, "n1", "10.5.0.2")
    assert (told.cause and told.cause.check) == blamed, told.cause
    if blamed == "bridge-address-missing":
        out = trace(shown, "netns:pa", "192.168.0.1")
        assert (out.verdict, out.cause and (out.cause.check, out.cause.node)) == (Verdict.UNREACHABLE, (blamed, "n1"))
        assert out.cause is not None
        assert "ip address add 10.5.0.1/24 dev br0" in out.cause.fix_lines[0]
