"""Bonds, from pasted text: this kernel has no such driver."""

from podpath.state.trace import Verdict
from tests.walk.pasted import node, steps, trace, world

BOND = """8: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default
    link/ether 02:00:00:00:08:0{own} brd ff:ff:ff:ff:ff:ff
    bond mode active-backup active_slave eth1
    inet 172.16.0.{own}/24 scope global bond0
3: eth1: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond0 state {state} group default
    link/ether 02:00:00:00:08:0{own} brd ff:ff:ff:ff:ff:ff"""


def bonded(own: int, *, up: bool = True) -> str:
    """Return a node whose second network is on a bond."""
    bond = BOND if up else BOND.replace("SLAVE,UP,LOWER_UP", "SLAVE,NO-CARRIER,UP")
    return node(
        own,
        f"# ip neigh show\n172.16.0.{3 - own} dev bond0 lladdr 02:00:00:00:08:0{3 - own} REACHABLE",
        links=bond.format(own=own, state="UP" if up else "DOWN"),
        routes=f"172.16.0.0/24 dev bond0 proto kernel scope link src 172.16.0.{own}",
        local=f"local 172.16.0.{own} dev bond0 table local proto kernel scope host src 172.16.0.{own}",
    )


def test_a_bond_sends_by_its_active_port() -> None:
    """And the other node's bond gets what its port got."""
    told = trace(world({"n1": bonded(1), "n2": bonded(2)}), "n1", "172.16.0.2")
    assert told.forward.verdict is Verdict.DELIVERED, steps(told)
    assert any("port eth1" in step for step in steps(told))


def test_a_bond_without_a_live_port_sends_nothing() -> None:
    """All ports have lost their carrier."""
    told = trace(world({"n1": bonded(1, up=False), "n2": bonded(2)}), "n1", "172.16.0.2")
    assert (told.verdict, told.cause and told.cause.check) == (Verdict.DROPPED, "device-down")
