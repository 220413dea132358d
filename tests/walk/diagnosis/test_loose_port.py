"""A device that is plugged in nowhere."""

from podpath.walk.diagnosis.loose_port import loose_port
from podpath.walk.walker import Walker
from tests.walk.pasted import node, world

LOOSE = """
7: veth9@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP
    link/ether 02:00:00:00:09:09 link-netnsid 3
    veth"""


def test_a_cable_without_bridge_address_or_route_is_loose() -> None:
    """What is behind it reaches nobody; a device with an address is somebody's."""
    shown = world({"n1": node(1, links=LOOSE)})
    (ns,) = shown.hosts()
    found = loose_port(Walker(shown), ns, "veth9")
    assert found is not None
    assert found.name == "port-without-bridge"
    assert loose_port(Walker(shown), ns, "eth0") is None
    assert loose_port(Walker(shown), ns, "nothing") is None
