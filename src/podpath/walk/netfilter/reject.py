"""What a rule that rejects sends to the sender (net/ipv4/netfilter/nf_reject_ipv4.c, net/ipv6/netfilter/nf_reject_ipv6.c)."""

from typing import Final

from podpath.state.address import Ip
from podpath.walk.netfilter.interface import PacketType
from podpath.walk.packet import Packet

_V4: Final = {
    "icmp-net-unreachable": 0, "icmp-host-unreachable": 1, "icmp-proto-unreachable": 2, "icmp-port-unreachable": 3,
    "icmp-net-prohibited": 9, "icmp-host-prohibited": 10, "icmp-admin-prohibited": 13,
}  # fmt: skip
_V6: Final = {
    "icmp6-no-route": 0, "icmp6-adm-prohibited": 1, "icmp6-addr-unreachable": 3, "icmp6-port-unreachable": 4,
    "icmp6-policy-fail": 5, "icmp6-reject-route": 6,
}  # fmt: skip
_UNREACHABLE: Final = 3
_UNREACHABLE_V6: Final = 1
_ERRORS: Final = frozenset((3, 4, 5, 11, 12))


def answer_of(packet: Packet, kind: str, frame: PacketType) -> Packet | None:
    """Return the answer; its source is 0 where routing chooses it. None if the kernel sends none.

    Args:
        packet: the packet that is rejected.
        kind: the answer, as ``--reject-with`` names it.
        frame: packet type of its frame; broadcasts get no answer.
    """
    if frame is not PacketType.HOST:
        return None
    if kind == "tcp-reset":
        if packet.proto != "tcp" or "RST" in packet.flags:
            return None
        flags = frozenset(("RST",) if "ACK" in packet.flags else ("RST", "ACK"))
        return Packet(packet.dst, packet.src, "tcp", packet.dport, packet.sport, flags=flags, length=40)
    if _speaks_of_another(packet):
        return None
    if kind in _V4:
        return Packet(Ip(0), packet.src, "icmp", icmp_type=_UNREACHABLE, icmp_code=_V4[kind], about=packet)
    if kind in _V6:
        return Packet(Ip(0), packet.src, "icmpv6", icmp_type=_UNREACHABLE_V6, icmp_code=_V6[kind], about=packet)
    return None


def _speaks_of_another(packet: Packet) -> bool:
    """Say whether it is an ICMP error itself: none is answered (RFC 1122, 3.2.2)."""
    if packet.icmp_type is None:
        return False
    return packet.icmp_type in _ERRORS if packet.proto == "icmp" else packet.icmp_type < 128  # noqa: PLR2004 - RFC 4443, 2.1
