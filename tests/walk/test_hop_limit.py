"""A packet that goes round: the round in which its hop limit is used up."""

from dataclasses import replace

from podpath.state.address import Mac, parse_ip
from podpath.walk.hop_limit import hop_limits, last_round
from podpath.walk.packet import Frame, Packet

INNER = Packet(parse_ip("10.0.0.1"), parse_ip("10.0.0.2"), "icmp", ttl=61)
FRAME = Frame(Mac(1), Mac(2), INNER)
WRAPPED = Frame(Mac(3), Mac(4), Packet(parse_ip("192.0.2.1"), parse_ip("192.0.2.2"), "udp", payload=FRAME))


def test_hop_limits_are_told_from_the_outermost() -> None:
    """A tunnel's packet begins anew."""
    assert hop_limits(FRAME) == (61,)
    assert hop_limits(WRAPPED) == (64, 61)


def test_the_last_round_is_as_many_whole_rounds_later() -> None:
    """Of two routers the one finds a hop limit of 1 that an odd number leads to; outer packets keep theirs."""
    assert hop_limits(last_round(FRAME, (63,))) == (1,)
    assert hop_limits(last_round(replace(FRAME, content=replace(INNER, ttl=62)), (64,))) == (2,)
    assert hop_limits(last_round(WRAPPED, (64, 63))) == (64, 1)
