"""Bridges that only routes show are drawn."""

from podpath.picture.graph import map_of
from podpath.picture.model import Role, State
from tests.walk.pasted import world

ROUTES = """# ip route
default via 192.0.2.254 dev eth0
172.17.0.0/16 dev docker0 proto kernel scope link src 172.17.0.1
192.0.2.0/24 dev eth0 proto kernel scope link src 192.0.2.1
"""
LINKS = """# ip link
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP mode DEFAULT group default qlen 1000
    link/ether 02:00:5e:00:53:01 brd ff:ff:ff:ff:ff:ff
"""


def test_a_lone_table_of_routes_draws_its_bridge() -> None:
    """With the address that its route has; whether it is up nobody knows."""
    (node,) = map_of(world({"n1": ROUTES}).store).nodes
    drawn = {item.name: (item.role, item.state, item.addresses) for item in node.host.interfaces}
    assert drawn["docker0"] == (Role.BRIDGE, State.UNKNOWN, ("172.17.0.1/16",))
    assert drawn["eth0"][0] is Role.UPLINK


def test_a_bridge_that_a_list_of_devices_lacks_is_drawn_too() -> None:
    """The kernel deletes the routes of a device with it: lines of the list are missing."""
    (node,) = map_of(world({"n1": LINKS + ROUTES}).store).nodes
    assert [item.name for item in node.host.interfaces] == ["eth0", "docker0"]
