"""IPIP, from pasted text: this kernel has no such driver."""

from podpath.state.trace import Verdict
from tests.walk.pasted import node, steps, trace, world

TUNNEL = """5: tunl0@NONE: <NOARP,UP,LOWER_UP> mtu 1480 qdisc noqueue state UNKNOWN group default
    link/ipip 0.0.0.0 brd 0.0.0.0
    ipip any remote any local any ttl inherit nopmtudisc
    inet 10.42.{}.0/32 scope global tunl0"""


def calico(own: int, other: int, via: int | None = None) -> str:
    """Return a node as Calico's IPIP mode has it."""
    return node(
        own,
        links=TUNNEL.format(own),
        routes=f"10.42.{other}.0/26 via 192.168.0.{via or other} dev tunl0 proto bird onlink",
        local=f"local 10.42.{own}.0 dev tunl0 table local proto kernel scope host src 10.42.{own}.0",
    )


def test_the_next_hop_is_the_tunnels_other_end() -> None:
    """A tunnel with `remote any` sends to the gateway of the route."""
    told = trace(world({"n1": calico(1, 2), "n2": calico(2, 1)}), "n1", "10.42.2.0")
    assert told.verdict is Verdict.DELIVERED
    assert any("192.168.0.1 → 192.168.0.2" in step for step in steps(told))
    assert told.forward.worst.path_mtu == 1480


def test_a_node_without_the_tunnel_loses_what_is_inside() -> None:
    """The outer packet arrives, and nobody unwraps it."""
    told = trace(world({"n1": calico(1, 2), "n2": node(2)}), "n1", "10.42.2.0")
    assert (told.verdict, told.cause and told.cause.check) == (Verdict.DROPPED, "overlay-device-missing")
