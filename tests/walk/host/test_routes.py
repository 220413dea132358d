"""Routes as stages use them."""

from typing import Any

import pytest

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
    assert told.cause.fix_lines == ("on n1: ip route del prohibit 192.168.0.2",)


def stealing(route: str) -> str:
    """Return a node with a rule for its own source, and what stands in the rule's table."""
    return node(1, routes=f"{route} table 77").replace("32766:", "100:	from 192.168.0.1 lookup 77\n32766:")


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [
        ({"proto": "icmp"}, Verdict.DELIVERED),
        ({"proto": "tcp", "port": 80}, Verdict.UNREACHABLE),
        ({"proto": "udp", "port": 53}, Verdict.UNKNOWN),
    ],
)
def test_a_rule_for_a_source_sees_only_who_looks_up_twice(asked: dict[str, Any], verdict: Verdict) -> None:
    """Ping gets its route before it has a source, connect() looks again, and of UDP nobody knows whether it connects."""
    told = trace(world({"n1": stealing("unreachable default"), "n2": node(2)}), "n1", "n2", **asked)
    assert told.verdict is verdict
    assert [unknown.command for unknown in told.unknowns] == (["ss -unp"] if verdict is Verdict.UNKNOWN else [])


def test_a_rule_that_changes_nothing_leaves_nothing_open() -> None:
    """The table of the rule leads where the main table does."""
    same = stealing("192.168.0.0/24 dev eth0 scope link src 192.168.0.1")
    told = trace(world({"n1": same, "n2": node(2)}), "n1", "n2", proto="udp", port=53)
    assert (told.verdict, told.unknowns) == (Verdict.REFUSED, ())
