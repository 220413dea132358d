"""Hypothetical changes."""

import pytest

from podpath.state.trace import Verdict
from podpath.walk.endpoints import EndpointError
from tests.walk.pasted import node, trace, world

BROKEN = {"n1": node(1, routes="blackhole 192.168.0.2"), "n2": node(2)}


def test_a_mend_can_be_tried_before_it_is_typed() -> None:
    """The snapshot stays as it is."""
    assert trace(world(BROKEN), "n1", "n2").verdict is Verdict.UNREACHABLE
    assert trace(world(BROKEN, what_if=["n1: ip route del blackhole 192.168.0.2"]), "n1", "n2").verdict is Verdict.DELIVERED


@pytest.mark.parametrize(
    ("command", "verdict"),
    [
        ("n2: ip link set eth0 down", Verdict.DROPPED),
        ("n1: ip link set dev eth0 down", Verdict.UNREACHABLE),
        ("n1: ip route add unreachable 192.168.0.2", Verdict.UNREACHABLE),
        ("n1: ip route del 192.168.0.0/24", Verdict.UNREACHABLE),
        ("n1: ip rule add priority 5 to 192.168.0.2 prohibit", Verdict.UNREACHABLE),
        ("n1: ip neigh replace 192.168.0.2 lladdr 02:00:00:00:00:99 dev eth0", Verdict.DROPPED),
        ("n2: sudo sysctl -w net.ipv4.icmp_echo_ignore_all=1", Verdict.DROPPED),
        ("n2: ip address del 192.168.0.2/24 dev eth0", Verdict.UNKNOWN),
        ("n1: ip link set eth0 mtu 60", Verdict.TOO_BIG),
    ],
)
def test_commands_change_what_the_walk_sees(command: str, verdict: Verdict) -> None:
    """Routes, rules, links, addresses, neighbours and settings."""
    whole = world({"n1": node(1), "n2": node(2)}, what_if=[command])
    told = trace(whole, "n1", "192.168.0.2", dont_fragment=True)
    assert told.verdict is verdict, told.forward.worst.steps[-1].facts


@pytest.mark.parametrize(
    "command",
    [
        "rm -rf /",
        "n1: ip route add",
        "ip route add default via 1.2.3.4",
        "n9: ip link set eth0 up",
        "n1: ip 'x",
        "n1: ip route add 10.0.0.0/99 dev eth0",
        "n1: sysctl net.ipv4.ip_forward",
    ],
)
def test_what_is_not_understood_is_told(command: str) -> None:
    """And where it would run, if that is not clear."""
    with pytest.raises(EndpointError, match="--what-if"):
        world({"n1": node(1), "n2": node(2)}, what_if=[command])
