"""Answers of rules that reject."""

import pytest

from podpath.state.address import parse_ip
from podpath.walk.netfilter.interface import PacketType
from podpath.walk.netfilter.reject import answer_of
from podpath.walk.packet import Packet

A, B = parse_ip("10.0.0.1"), parse_ip("10.0.0.2")
SYN = Packet(A, B, "tcp", 1000, 80, flags=frozenset(("SYN",)))


@pytest.mark.parametrize(
    ("kind", "code"), [("icmp-port-unreachable", 3), ("icmp-host-prohibited", 10), ("icmp-admin-prohibited", 13)]
)
def test_an_icmp_error_carries_the_packet(kind: str, code: int) -> None:
    """Its source is chosen by routing."""
    answer = answer_of(SYN, kind, PacketType.HOST)
    assert answer is not None
    assert (answer.dst, answer.icmp_type, answer.icmp_code, answer.about) == (A, 3, code, SYN)


def test_a_reset_comes_from_whom_the_packet_was_for() -> None:
    """It is sent for TCP, and never for a reset; what acknowledges something is not acknowledged (RFC 9293, 3.5.2)."""
    answer = answer_of(SYN, "tcp-reset", PacketType.HOST)
    assert answer is not None
    assert (answer.src, answer.sport, answer.dst, answer.dport) == (B, 80, A, 1000)
    assert answer.flags == {"RST", "ACK"}
    later = answer_of(Packet(A, B, "tcp", 1, 2, flags=frozenset(("ACK",))), "tcp-reset", PacketType.HOST)
    assert later is not None
    assert later.flags == {"RST"}
    assert answer_of(Packet(A, B, "tcp", 1, 2, flags=frozenset(("RST",))), "tcp-reset", PacketType.HOST) is None


def test_some_packets_are_not_answered() -> None:
    """Errors, and what came to many (RFC 1122, 3.2.2)."""
    error = Packet(A, B, "icmp", icmp_type=11, icmp_code=0, about=SYN)
    assert answer_of(error, "icmp-port-unreachable", PacketType.HOST) is None
    assert answer_of(SYN, "icmp-port-unreachable", PacketType.BROADCAST) is None
