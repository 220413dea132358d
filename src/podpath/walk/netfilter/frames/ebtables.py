"""The language of ebtables(8): words, targets and tables (net/bridge/netfilter/ebt_*.c)."""

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from podpath.language import tr
from podpath.state.address import V4, V6
from podpath.walk.netfilter.answer import Answer, Chance, within
from podpath.walk.netfilter.chain import Way
from podpath.walk.netfilter.frames.language import (
    Aim,
    Given,
    Language,
    Word,
    arp_target,
    baffled,
    by_spelling,
    device_is,
    mac_is,
    mac_net,
    on,
    told,
    unknown,
    verdict,
)
from podpath.walk.netfilter.interface import Doubt, Hook, HookVerdict, PacketType
from podpath.walk.netfilter.protocols import packet_protocol, protocol_number
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Standing
from podpath.walk.netfilter.xtables.kinds import MARK, PORTS, Range, in_net, number, read_net
from podpath.walk.netfilter.xtables.matches.icmp import V4_TYPES, V6_TYPES
from podpath.walk.packet import ARP

_IP, _IP6, _ARP, _VLAN = 0x0800, 0x86DD, 0x0806, 0x8100
# Names of /etc/ethertypes, without case. Of the others the walk sends none.
_TYPES: Final = {
    "ipv4": _IP, "ip": _IP, "ip4": _IP, "ipv6": _IP6, "ip6": _IP6, "arp": _ARP, "ether-arp": _ARP, "802_1q": _VLAN,
    "8021q": _VLAN, "vlan": _VLAN, "802_1ad": 0x88A8, "s-tag": 0x88A8, "rarp": 0x8035, "eapol": 0x888E, "ppp_disc": 0x8863,
    "ppp_ses": 0x8864, "ipx": 0x8137, "atalk": 0x809B, "aarp": 0x80F3, "lldp": 0x88CC, "macsec": 0x88E5, "mpls": 0x8847,
    "loopback": 0x9000, "loop": 0x0060, "teb": 0x6558, "ptp": 0x88F7, "length": 0,
}  # fmt: skip
_OPCODES: Final = {
    "request": 1, "reply": 2, "request_reverse": 3, "reply_reverse": 4, "drarp_request": 5, "drarp_reply": 6, "drarp_error": 7,
    "inarp_request": 8, "arp_nak": 9,
}  # fmt: skip
_KINDS: Final = {
    "host": PacketType.HOST, "broadcast": PacketType.BROADCAST, "multicast": PacketType.MULTICAST,
    "otherhost": PacketType.OTHERHOST,
    # Of copies for listeners, of multicast that comes back, and of nothing any more: no frame that crosses a bridge.
    **dict.fromkeys(("outgoing", "loopback", "fastroute")),
}  # fmt: skip
_BYTE: Final = 0xFF


def _mark_words(text: str) -> tuple[int | None, int]:
    """Read VALUE/MASK; a mask alone asks whether any of its bits is set (EBT_MARK_OR)."""
    mark, mask = (None, int(text[1:], 0)) if text.startswith("/") else MARK.read(text)
    return mark, mask


def _has_mark(value: tuple[int | None, int], sight: Sight) -> bool:
    mark, mask = value
    return bool(sight.packet.mark & mask) if mark is None else sight.packet.mark & mask == mark


def _ether_type(text: str) -> int:
    known = _TYPES.get(text.lower())
    return known if known is not None else int(text, 16)


def _type_of(sight: Sight) -> int:
    """Return the type of a frame; one with a tag is of 802.1Q (ebt_basic_match)."""
    if sight.context.vlan is not None:
        return _VLAN
    return _ARP if sight.packet.proto == ARP else _IP if sight.family == V4 else _IP6


def _bridge(sight: Sight, port: str | None) -> str | None:
    device = sight.device(port)
    return device.master if device is not None else None


def _of(family: int, ask: Callable[[object, Sight], Answer]) -> Callable[[object, Sight], Answer]:
    """Return a question that only IP packets of a family are asked; a rule asks for their type besides."""
    return lambda value, sight: sight.packet.proto != ARP and sight.family == family and ask(value, sight)


def _of_arp(ask: Callable[[object, Sight], Answer]) -> Callable[[object, Sight], Answer]:
    return lambda value, sight: sight.packet.proto == ARP and ask(value, sight)


def _range(text: str) -> Range:
    first, colon, last = text.partition(":")
    return number(first), number(last if colon else first)


def _icmp(names: dict[str, tuple[int, int | None]]) -> Callable[[str], tuple[Range, Range]]:
    """Return how ``type[:type]/code[:code]`` or a name is read."""

    def read(text: str) -> tuple[Range, Range]:
        known = names.get(text.lower())
        if known is not None:
            kind, code = known
            return (kind, kind), ((0, _BYTE) if code is None else (code, code))
        kinds, slash, codes = text.partition("/")
        return _range(kinds), (_range(codes) if slash else (0, _BYTE))

    return read


def _icmp_is(value: object, sight: Sight) -> Answer:
    assert isinstance(value, tuple)  # noqa: S101 - as it was read
    (first, last), (low, high) = value
    packet = sight.packet
    return packet.icmp_type is not None and first <= packet.icmp_type <= last and low <= (packet.icmp_code or 0) <= high


def _port(side: str) -> Callable[[object, Sight], Answer]:
    def ask(value: object, sight: Sight) -> Answer:
        assert isinstance(value, tuple)  # noqa: S101 - as it was read
        port = sight.packet.sport if side == "source" else sight.packet.dport
        if port is None or sight.packet.icmp_type is not None:
            return False
        found = within(port, value[0], value[1], tr("the source port") if side == "source" else tr("the destination port"))
        return Doubt(tr("which port the kernel chooses is not known"), "conntrack -L") if isinstance(found, Chance) else found

    return ask


def _addressed(side: str, text: str, family: int) -> Word:
    """Return the word that asks for an address of a packet."""
    layer = "ip" if family == V4 else "ip6"

    def ask(value: object, sight: Sight) -> Answer:
        address = sight.packet.src if side == "source" else sight.packet.dst
        return in_net(address, value)  # type: ignore[arg-type]

    return Word((f"--{layer}-{text}", f"--{layer}-{side}"), read=read_net, ask=_of(family, ask))


def _packets(family: int) -> tuple[Word, ...]:
    """Return the words that ask for what stands in an IP packet."""
    layer, field = ("ip", "tos") if family == V4 else ("ip6", "tclass")
    types = V4_TYPES if family == V4 else V6_TYPES
    return (
        _addressed("source", "src", family),
        _addressed("destination", "dst", family),
        Word((f"--{layer}-{field}",), read=lambda text: int(text, 16), ask=_of(family, lambda value, s: s.packet.tos == value)),
        Word(
            (f"--{layer}-proto", f"--{layer}-protocol"), read=protocol_number,
            ask=_of(family, lambda value, sight: packet_protocol(sight.packet.proto) == value),
        ),
        Word((f"--{layer}-sport", f"--{layer}-source-port"), read=PORTS.read, ask=_of(family, _port("source"))),
        Word((f"--{layer}-dport", f"--{layer}-destination-port"), read=PORTS.read, ask=_of(family, _port("destination"))),
        Word((f"--{layer}-icmp-type",), read=_icmp(types), ask=_of(family, _icmp_is)),
    )  # fmt: skip


def _opcode(text: str) -> int:
    known = _OPCODES.get(text.lower())
    return known if known is not None else number(text)


def _none(value: object, sight: Sight) -> Answer:
    del value, sight
    return False


def _watcher(*spellings: str, takes: int = 1) -> Word:
    return Word(spellings, takes, standing=Standing.PASSES)


_WORDS: Final = (
    Word(("-p", "--protocol", "--proto"), read=_ether_type, ask=lambda value, sight: _type_of(sight) == value),
    Word(("-i", "--in-interface", "--in-if"), ask=lambda value, sight: device_is(sight.context.iif, value)),
    Word(("-o", "--out-interface", "--out-if"), ask=lambda value, sight: device_is(sight.context.oif, value)),
    Word(("--logical-in",), ask=lambda value, sight: device_is(_bridge(sight, sight.context.iif), value)),
    Word(("--logical-out",), ask=lambda value, sight: device_is(_bridge(sight, sight.context.oif), value)),
    Word(("-s", "--source", "--src"), read=mac_net, ask=lambda value, sight: mac_is(sight.context.smac, value)),
    Word(("-d", "--destination", "--dst"), read=mac_net, ask=lambda value, sight: mac_is(sight.context.dmac, value)),
    *_packets(V4),
    *_packets(V6),
    Word(("--ip-igmp-type",), ask=_none, note="the walk never sends such a packet"),
    Word(("--arp-op", "--arp-opcode"), read=_opcode, ask=_of_arp(lambda value, sight: sight.packet.icmp_type == value)),
    Word(("--arp-htype", "--arp-hardware-type"), read=lambda text: 1 if text.lower() == "ethernet" else number(text),
         ask=_of_arp(lambda value, _: value == 1)),
    Word(("--arp-ptype", "--arp-protocol-type"), read=_ether_type, ask=_of_arp(lambda value, _: value == _IP)),
    Word(("--arp-ip-src",), read=read_net, ask=_of_arp(lambda value, sight: in_net(sight.packet.src, value))),  # type: ignore[arg-type]
    Word(("--arp-ip-dst",), read=read_net, ask=_of_arp(lambda value, sight: in_net(sight.packet.dst, value))),  # type: ignore[arg-type]
    Word(("--arp-mac-src",), read=mac_net, ask=_of_arp(lambda value, sight: mac_is(sight.context.smac, value))),  # type: ignore[arg-type]
    Word(("--arp-mac-dst",), read=mac_net, ask=_of_arp(lambda value, sight: mac_is(arp_target(sight), value))),  # type: ignore[arg-type]
    Word(("--arp-gratuitous",), 0, ask=_of_arp(lambda _, sight: sight.packet.src == sight.packet.dst)),
    Word(("--vlan-id",), read=number, ask=lambda value, sight: sight.context.vlan == value),
    Word(("--vlan-prio", "--vlan-encap"), ask=lambda value, sight: (
        sight.context.vlan is not None and unknown(tr("the content of the tag of its frame is not known"))(value, sight))),
    Word(("--mark",), read=_mark_words, ask=_has_mark),
    Word(("--pkttype-type",), read=lambda text: _KINDS[text.lower()],
         ask=lambda value, sight: sight.context.packet_type is value),
    Word(("--limit",), ask=lambda *_: True, standing=Standing.ASSUMED, note="assumed to match"),
    _watcher("--limit-burst"),
    *(Word((f"--{name}",), ask=_none, note="the walk never sends such a frame") for name in (
        "802_3-sap", "802_3-type", "stp-type", "stp-flags", "stp-root-prio", "stp-root-addr", "stp-root-cost", "stp-sender-prio",
        "stp-sender-addr", "stp-port", "stp-msg-age", "stp-max-age", "stp-hello-time", "stp-forward-delay")),
    *(Word((f"--among-{side}{file}",), ask=unknown("whether its addresses are in a list of among is not known"),
           standing=Standing.UNKNOWN) for side in ("src", "dst") for file in ("", "-file")),
    _watcher("--log", takes=0), _watcher("--log-ip", takes=0), _watcher("--log-ip6", takes=0), _watcher("--log-arp", takes=0),
    _watcher("--log-level"), _watcher("--log-prefix"), _watcher("--ulog", takes=0), _watcher("--ulog-prefix"),
    _watcher("--ulog-nlgroup"), _watcher("--ulog-cprange"), _watcher("--ulog-qthreshold"), _watcher("--nflog", takes=0),
    _watcher("--nflog-group"), _watcher("--nflog-prefix"), _watcher("--nflog-range"), _watcher("--nflog-threshold"),
)  # fmt: skip


_CHANGES: Final[dict[str, Callable[[int, int], int]]] = {
    "--mark-set": lambda _, value: value,
    "--mark-or": operator.or_,
    "--mark-and": operator.and_,
    "--mark-xor": operator.xor,
}


def _marked(given: Given, sight: Sight) -> Way:
    """Write a mark (ebt_mark_tg)."""
    mark = sight.packet.mark
    for option, change in _CHANGES.items():
        if option in given:
            mark = change(mark, number(given[option]))
    after = replace(sight, packet=replace(sight.packet, mark=mark))
    return replace(told(given.get("--mark-target", "ACCEPT"), after), said=f"mark {mark:#x}")


def _another(what: str, option: str) -> Callable[[Given, Sight], Way]:
    """Return a target that sends the frame elsewhere; where it drops, that is known."""

    def apply(given: Given, sight: Sight) -> Way:
        return told("DROP", sight) if given.get(option) == "DROP" else baffled(what, sight)

    return apply


_TARGETS: Final = {
    "ACCEPT": Aim(verdict(HookVerdict.ACCEPT)),
    "DROP": Aim(verdict(HookVerdict.DROP)),
    "CONTINUE": Aim(on),
    "mark": Aim(
        _marked,
        (("--mark-set", "--set-mark"), ("--mark-or", "--or-mark"), ("--mark-and", "--and-mark"), ("--mark-xor", "--xor-mark"),
         ("--mark-target",)),
    ),
    "dnat": Aim(
        _another("where a frame goes after a rule changes its MAC (dnat)", "--dnat-target"),
        (("--to-destination", "--to-dst"), ("--dnat-target",)), Standing.UNKNOWN,
    ),
    "snat": Aim(
        _another("what happens to a frame after a rule changes its MAC (snat)", "--snat-target"),
        (("--to-source", "--to-src"), ("--snat-target",), ("--snat-arp",)), Standing.UNKNOWN,
    ),
    "redirect": Aim(
        _another("where a frame goes after a rule redirects it to the bridge itself (redirect)", "--redirect-target"),
        (("--redirect-target",),), Standing.UNKNOWN,
    ),
    "arpreply": Aim(
        _another("which host gets the reply that a rule sends to a request (arpreply)", "--arpreply-target"),
        (("--arpreply-mac",), ("--arpreply-target",)), Standing.UNKNOWN,
    ),
}  # fmt: skip

# Priorities: include/uapi/linux/netfilter_bridge.h. What BROUTING drops is not lost: the host routes it.
LANGUAGE: Final = Language(
    "ebtables", "bridge", by_spelling(*_WORDS), _TARGETS,
    {
        "broute": {"BROUTING": (Hook.BRIDGE_PREROUTING, -(1 << 31))},
        "nat": {
            "PREROUTING": (Hook.BRIDGE_PREROUTING, -300), "OUTPUT": (Hook.BRIDGE_OUTPUT, 100),
            "POSTROUTING": (Hook.BRIDGE_POSTROUTING, 300),
        },
        "filter": {
            "INPUT": (Hook.BRIDGE_INPUT, -200), "FORWARD": (Hook.BRIDGE_FORWARD, -200), "OUTPUT": (Hook.BRIDGE_OUTPUT, 200),
        },
    },
    (V4, V6),
)  # fmt: skip
