"""The words that stages speak."""

from podpath.state.address import Ip
from podpath.state.trace import Verdict
from podpath.walk.events import Outcome, quiet
from podpath.walk.packet import Packet

INNER = Packet(Ip(1), Ip(2), "tcp")


def test_whoever_is_inside_a_tunnel_hears_nothing_of_the_outer_packet() -> None:
    """The sender of what is wrapped waits."""
    lost = Outcome(Verdict.UNREACHABLE, "no route", 1, error="ENETUNREACH", packet=Packet(Ip(3), Ip(4), "udp", payload=INNER))
    assert (quiet(lost).verdict, quiet(lost).error) == (Verdict.DROPPED, "")
    bare = Outcome(Verdict.UNREACHABLE, "no route", 1, error="ENETUNREACH", packet=INNER)
    assert quiet(bare) is bare
