"""Routes as stages use them."""

from podpath.state.trace import Verdict
from tests.walk.pasted import node, trace, world


def test_rules_that_nobody_saw_are_said() -> None:
    """The kernel's first three are taken, and the way is open."""
    silent = (
        node(1).partition("# ip rule show")[0] + "# ss -tulnp\nNetid State Recv-Q Send-Q Local Address:Port Peer Address:Port\n"
    )
    told = trace(world({"n1": silent, "n2": node(2)}), "n1", "n2")
    assert told.verdict is Verdict.UNKNOWN
    assert [unknown.command for unknown in told.unknowns] == ["ip rule show"]


def test_a_route_that_refuses_is_the_cause() -> None:
    """With the command that takes it away."""
    told = trace(world({"n1": node(1, routes="prohibit 192.168.0.2"), "n2": node(2)}), "n1", "n2")
    assert (told.verdict, told.error) == (Verdict.UNREACHABLE, "EACCES")
    assert told.cause is not None
    assert told.cause.fix == ("on n1: ip route del prohibit 192.168.0.2",)
