"""VLAN devices, from pasted text: this kernel has no such driver."""

from podpath.state.trace import Verdict
from tests.walk.pasted import node, steps, trace, world

VLAN = """7: eth0.{tag}@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:00:00:00:0{own} brd ff:ff:ff:ff:ff:ff
    vlan protocol 802.1Q id {tag} <REORDER_HDR>
    inet 172.16.0.{own}/24 scope global eth0.{tag}"""


def tagged(own: int, tag: int) -> str:
    """Return a node with a VLAN device on eth0."""
    return node(
        own,
        f"# ip neigh show\n172.16.0.{3 - own} dev eth0.{tag} lladdr 02:00:00:00:00:0{3 - own} REACHABLE",
        links=VLAN.format(own=own, tag=tag),
        routes=f"172.16.0.0/24 dev eth0.{tag} proto kernel scope link src 172.16.0.{own}",
        local=f"local 172.16.0.{own} dev eth0.{tag} table local proto kernel scope host src 172.16.0.{own}",
    )


def test_a_tagged_frame_reaches_the_device_of_its_vlan() -> None:
    """The tag comes on at one end and off at the other."""
    told = trace(world({"n1": tagged(1, 5), "n2": tagged(2, 5)}), "n1", "172.16.0.2")
    assert told.forward.verdict is Verdict.DELIVERED, steps(told)
    assert any("VLAN 5 on eth0" in step for step in steps(told))


def test_a_tag_that_nobody_has_is_dropped() -> None:
    """The other node has another VLAN."""
    told = trace(world({"n1": tagged(1, 5), "n2": tagged(2, 6)}), "n1", "172.16.0.2")
    assert (told.verdict, told.cause and told.cause.check) == (Verdict.DROPPED, "vlan-device-missing")
