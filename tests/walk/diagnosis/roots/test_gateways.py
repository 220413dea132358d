"""A container without a default route: what its bridge has, and whether the network has a way out at all.

All of the lab's faults are in tests/walk/test_lab_truth.py, and their fixes are typed in test_lab_fixes.py.
"""

import json

import pytest

from tests.walk.pasted import node, trace, world
from tests.walk.test_lab_truth import judge

BRIDGE = "br-0123456789ab"
HOST = f"""
7: {BRIDGE}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:42:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    bridge forward_delay 1500
    inet 172.18.0.1/16 brd 172.18.255.255 scope global {BRIDGE}
8: veth1234567@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue master {BRIDGE} state UP group default
    link/ether 02:42:00:00:00:02 brd ff:ff:ff:ff:ff:ff link-netns web
    veth
    bridge_slave state forwarding
"""
INSIDE = """
# ip netns exec web ip -d address show
2: eth0@if8: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:42:ac:12:00:02 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    veth
    inet 172.18.0.2/16 brd 172.18.255.255 scope global eth0
# ip netns exec web ip route show table all
172.18.0.0/16 dev eth0 proto kernel scope link src 172.18.0.2
local 172.18.0.2 dev eth0 table local proto kernel scope host src 172.18.0.2
"""


def network(*, internal: bool) -> str:
    """Return what ``docker network inspect`` prints."""
    row = {"Name": "shop", "Id": "0123456789abcdef", "Driver": "bridge", "Scope": "local", "Internal": internal,
           "IPAM": {"Config": [{"Subnet": "172.18.0.0/16", "Gateway": "172.18.0.1"}]}, "Options": {}}  # fmt: skip
    return f"# docker network inspect shop\n{json.dumps([row], indent=1)}\n"


def test_the_address_of_the_bridge_is_the_gateway() -> None:
    """The fix is the command for the route."""
    told = trace(world({"n1": node(1, network(internal=False), INSIDE, links=HOST)}), "web", "8.8.8.8")
    assert told.cause is not None
    assert told.cause.check == "pod-gateway-route-missing"
    assert told.cause.summary == "eth0 has 172.18.0.2/16, but there is no default route, and no other route to 8.8.8.8"
    assert told.cause.fix_lines[0] == "on n1: ip netns exec web ip route add default via 172.18.0.1 dev eth0"


@pytest.mark.parametrize("name", ["docker0", "cni0"])
def test_a_network_that_an_engine_made_by_itself_is_not_internal(name: str) -> None:
    """Nothing need be asked."""
    told = trace(world({"n1": node(1, INSIDE, links=HOST.replace(BRIDGE, name))}), "web", "8.8.8.8")
    assert told.cause is not None
    assert (told.cause.check, told.cause.confidence) == ("pod-gateway-route-missing", "proven")


def test_a_network_of_which_nothing_is_known_may_be_internal() -> None:
    """Then it is likely at most, and the command that tells comes first."""
    told = trace(world({"n1": node(1, INSIDE, links=HOST)}), "web", "8.8.8.8")
    assert told.cause is not None
    assert (told.cause.check, told.cause.confidence) == ("pod-gateway-route-missing", "likely")
    assert told.cause.fix_lines[:2] == (
        "see first whether it was made internal, on n1: docker network inspect 0123456789ab",
        "if not, on n1: ip netns exec web ip route add default via 172.18.0.1 dev eth0",
    )


def test_a_bridge_that_forwards_nothing_is_of_an_internal_network() -> None:
    """So netavark makes one."""
    off = f"\n# sysctl -a\nnet.ipv4.conf.{BRIDGE}.forwarding = 0\n"
    told = trace(world({"n1": node(1, off, INSIDE, links=HOST)}), "web", "8.8.8.8")
    assert told.cause is not None
    assert told.cause.check == "docker-networks-isolated"


def test_a_network_without_a_way_out_gets_no_route() -> None:
    """It was made so."""
    told = trace(world({"n1": node(1, network(internal=True), INSIDE, links=HOST)}), "web", "8.8.8.8")
    assert told.cause is not None
    assert told.cause.check == "docker-networks-isolated"
    assert "--internal" in told.cause.why
    assert not any("ip route" in line for line in told.cause.fix_lines)


def test_a_container_with_another_default_route_keeps_its_cause() -> None:
    """What refuses its packet is that route."""
    routed = INSIDE.replace("172.18.0.0/16 dev", "unreachable default metric 9\n172.18.0.0/16 dev")
    told = trace(world({"n1": node(1, routed, links=HOST)}), "web", "8.8.8.8")
    assert told.cause is not None
    assert told.cause.check == "route-refuses"


@pytest.mark.root
@pytest.mark.lab
@pytest.mark.long
def test_the_root_is_named() -> None:
    """Real packets are lost as the walk says."""
    differ, misnamed = judge("flannel-vxlan 3 6", ["pod-gateway-route-missing"], healthy=False)
    assert (differ, misnamed) == ([], [])
