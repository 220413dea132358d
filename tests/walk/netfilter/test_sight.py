"""What a rule sees."""

from typing import cast

from podpath.state.address import parse_ip
from podpath.walk.netfilter.connection import Info, Track
from podpath.walk.netfilter.interface import Context, Fib, Hook
from podpath.walk.netfilter.ipsets import IpSets
from podpath.walk.netfilter.sight import Sight
from podpath.walk.packet import Packet

PACKET = Packet(parse_ip("10.0.0.1"), parse_ip("10.0.0.2"), "udp", 1, 2)


def sight(track: Track | None) -> Sight:
    """Look at a packet."""
    return Sight(PACKET, track, Context(fib=cast("Fib", None)), Hook.PREROUTING, IpSets())


def test_before_the_lookup_everything_is_invalid() -> None:
    """In raw no connection is known; after CT has spoken its template looks new."""
    assert sight(None).info is Info.INVALID
    assert sight(Track(looked_up=False)).info is Info.NEW
    assert sight(Track(Info.UNTRACKED, looked_up=False)).info is Info.UNTRACKED
    assert sight(Track(Info.NEW)).info is Info.NEW
