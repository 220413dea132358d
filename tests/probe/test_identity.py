"""Whose packet was observed."""

import pytest

from podpath.probe.flow import Flow
from podpath.probe.identity import Direction, Identity, identify
from podpath.probe.observation import PACKET, Observation, Point
from tests.probe.packets import each, echo, ip, segment, udp, wrapped

MARK = b"podpth"
ICMP = Flow(proto="icmp", mark=MARK)
TCP = Flow(proto="tcp", sequence=0xFFFFFF00)
UDP = Flow(proto="udp", mark=MARK, ports=(41001,), served=(53, 5353))
FORWARD, REPLY = Direction.FORWARD, Direction.REPLY


def seen(packet: bytes) -> Observation:
    """Return what a tracepoint shows of a packet."""
    return Observation(1, 2, 0, 0, 1, 1, len(packet), 0x0800, Point.OUT, bytes(14), packet[:PACKET])


def reply(family: int) -> bytes:
    """Return an echo reply with the number 5."""
    request = echo(family, MARK + b"\0\5")
    at = 20 if family == 4 else 40
    return request[:at] + bytes((0 if family == 4 else 129,)) + request[at + 1 :]


@pytest.mark.parametrize(
    ("flow", "packet", "number", "direction"),
    [
        (ICMP, echo(4, MARK + b"\0\3"), 3, FORWARD),
        (ICMP, echo(6, MARK + b"\1\0"), 256, FORWARD),
        (ICMP, reply(4), 5, REPLY),
        (ICMP, reply(6), 5, REPLY),
        (TCP, ip(4, 6, segment(0xFFFFFF00)), 0, FORWARD),
        (TCP, ip(6, 6, segment(1, 0x77000000)), 1, FORWARD),
        (TCP, ip(4, 6, segment(0x77000000, 1)), 1, REPLY),
        (UDP, ip(4, 17, udp(41001, 53, MARK + b"\0\2")), 2, FORWARD),
        (UDP, ip(4, 17, udp(777, 5353, MARK + b"\0\2")), 2, FORWARD),
        (UDP, ip(4, 17, udp(5353, 777, MARK + b"\0\2")), 2, REPLY),
        (UDP, ip(4, 17, udp(53, 41001, b"answer")), None, REPLY),
    ],
)
def test_number_and_direction_are_told(flow: Flow, packet: bytes, number: int | None, direction: Direction) -> None:
    """Whatever addresses and ports NAT has made of it; an answer of UDP that repeats no mark has no number."""
    assert identify(seen(packet), flow) == Identity(number, direction, "127.0.0.1" if packet[0] >> 4 == 4 else "::1")


@pytest.mark.parametrize(("how", "outside", "inside"), list(each()))
def test_a_tunnel_hides_nothing(how: str, outside: int, inside: int) -> None:
    """And an ICMP error about a packet is told from the packet, and from whom it comes."""
    who = identify(seen(wrapped(how, outside, echo(inside, MARK + b"\0\3"))), ICMP)
    if who is None:  # what an error quotes of IPv6 lies behind what is kept
        assert (how, outside) == ("icmp error", 6)
        return
    assert (who.number, who.direction) == (3, Direction.ERROR if how == "icmp error" else FORWARD)


@pytest.mark.parametrize(
    ("flow", "packet"),
    [
        (ICMP, echo(4, b"podpt?")),
        (TCP, ip(4, 6, segment(0x7FFF0000, 0x7FFF0000))),
        (TCP, ip(4, 6, b"\0\1\0\2")),
        (UDP, ip(4, 17, udp(41001, 53, b"another"))),
        (UDP, b""),
    ],
)
def test_what_is_no_packet_of_the_probe_is_none(flow: Flow, packet: bytes) -> None:
    """A near miss in each part."""
    assert identify(seen(packet), flow) is None
