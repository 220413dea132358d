"""What both languages have in common."""

from podpath.state.address import parse_ip
from podpath.walk.netfilter.chain import Turn, Way
from podpath.walk.packet import Packet


def test_a_way_goes_on_unless_it_says_otherwise() -> None:
    """A rule without a verdict leaves the packet to the next one."""
    way = Way(Packet(parse_ip("10.0.0.1"), parse_ip("10.0.0.2"), "udp", 1, 2), None)
    assert (way.verdict, Turn(way).jump, Turn(None).way) == (None, None, None)
