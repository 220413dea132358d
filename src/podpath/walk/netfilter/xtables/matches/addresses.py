"""Addresses and what a namespace takes them for: iprange, addrtype, mac, eui64, pkttype (net/netfilter/xt_addrtype.c …)."""

from typing import Final

from podpath.language import tr
from podpath.state.address import V6, Ip, family_of, link_local, parse_ip
from podpath.walk.netfilter.answer import Answer, every
from podpath.walk.netfilter.interface import AddressType, Doubt, PacketType
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Match
from podpath.walk.netfilter.xtables.kinds import ADDRESS_RANGE, MAC, choice, words
from podpath.walk.netfilter.xtables.options import FLAG, Asked, Option

_TYPES: Final = (
    "UNSPEC", "UNICAST", "LOCAL", "BROADCAST", "ANYCAST", "MULTICAST", "BLACKHOLE", "UNREACHABLE", "PROHIBIT", "THROW", "NAT",
    "XRESOLVE",
)  # fmt: skip
_MULTICAST: Final = 0xFF
_LOW: Final = (1 << 64) - 1
_ANY: Final = parse_ip("::")
_ASKED_OF_ROUTES: Final = frozenset(("LOCAL", "ANYCAST", "PROHIBIT", "UNREACHABLE"))


def _iprange(asked: Asked, sight: Sight) -> Answer:
    packet = sight.packet
    return every(
        asked.test("--src-range", lambda span: span[0] <= packet.src <= span[1]),
        asked.test("--dst-range", lambda span: span[0] <= packet.dst <= span[1]),
    )


def address_is(sight: Sight, address: Ip, dev: str | None, wanted: tuple[str, ...]) -> Answer:
    """Say whether an address is of one of some types (match_type, match_type6 of xt_addrtype.c)."""
    if family_of(address) == V6:
        if "MULTICAST" in wanted and address >> 120 != _MULTICAST:
            return False
        if "UNICAST" in wanted and (address >> 120 == _MULTICAST or address == _ANY):
            return False
        if "UNSPEC" in wanted and address != _ANY:
            return False
        if not _ASKED_OF_ROUTES & set(wanted):
            return True
        wanted = tuple(word for word in wanted if word in _ASKED_OF_ROUTES)
    found = sight.context.fib.address_type(address, dev)
    return found if isinstance(found, Doubt) else AddressType(found).name in wanted


def _addrtype(asked: Asked, sight: Sight) -> Answer:
    dev = sight.context.iif if "--limit-iface-in" in asked else sight.context.oif if "--limit-iface-out" in asked else None
    return every(
        asked.test("--src-type", lambda wanted: address_is(sight, sight.packet.src, dev, wanted)),
        asked.test("--dst-type", lambda wanted: address_is(sight, sight.packet.dst, dev, wanted)),
    )


def _mac(asked: Asked, sight: Sight) -> Answer:
    """Ask for the link-layer source; a frame of no Ethernet device never matches, whatever is negated (xt_mac.c)."""
    context = sight.context
    device = sight.device(context.iif)
    if context.iif is None or (device is not None and device.link != "ether"):
        return False
    if context.smac is None:
        return Doubt(tr("the source MAC of its frame is not known"), "")
    return every(asked.test("--mac-source", lambda mac: context.smac == mac))


def _eui64(asked: Asked, sight: Sight) -> Answer:
    del asked
    mac = sight.context.smac
    if mac is None:
        return Doubt(tr("the source MAC of its frame is not known"), "")
    return sight.packet.src & _LOW == link_local(mac) & _LOW


_PACKET_TYPES: Final = {
    "unicast": PacketType.HOST, "broadcast": PacketType.BROADCAST, "multicast": PacketType.MULTICAST,
    "otherhost": PacketType.OTHERHOST,
}  # fmt: skip


def _pkttype(asked: Asked, sight: Sight) -> Answer:
    return every(asked.test("--pkt-type", lambda wanted: sight.context.packet_type is _PACKET_TYPES[wanted]))


MATCHES: Final = (
    Match("iprange", (Option("--src-range", ADDRESS_RANGE), Option("--dst-range", ADDRESS_RANGE)), _iprange),
    Match(
        "addrtype",
        (
            Option("--src-type", words(_TYPES)),
            Option("--dst-type", words(_TYPES)),
            Option("--limit-iface-in", FLAG),
            Option("--limit-iface-out", FLAG),
        ),
        _addrtype,
    ),
    Match("mac", (Option("--mac-source", MAC),), _mac),
    Match("eui64", (), _eui64, families="6"),
    Match("pkttype", (Option("--pkt-type", choice(*_PACKET_TYPES)),), _pkttype),
)
