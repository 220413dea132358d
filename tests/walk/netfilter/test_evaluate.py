"""One hook."""

from typing import cast

from podpath.state.address import parse_ip
from podpath.walk.netfilter import Context, Fib, Hook, Ruleset, Verdict, pass_hook
from podpath.walk.packet import Packet

PACKET = Packet(parse_ip("10.0.0.1"), parse_ip("10.0.0.2"), "tcp", 1000, 80)
CONTEXT = Context(fib=cast("Fib", None))


def test_without_rules_a_packet_goes_on_as_it_came() -> None:
    """A namespace without rules does nothing to packets."""
    outcomes = pass_hook(Ruleset.of([]), Hook.FORWARD, PACKET, CONTEXT)
    assert [(outcome.probability, outcome.verdict, outcome.packet) for outcome in outcomes] == [(1.0, Verdict.ACCEPT, PACKET)]
