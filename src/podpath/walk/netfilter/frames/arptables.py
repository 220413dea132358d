"""The language of arptables(8): words, targets and its one table (net/ipv4/netfilter/arp_tables.c)."""

from typing import Final

from podpath.language import tr
from podpath.state.address import V4
from podpath.walk.netfilter.answer import Answer
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
    verdict,
)
from podpath.walk.netfilter.interface import Hook, HookVerdict
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Standing
from podpath.walk.netfilter.xtables.kinds import in_net, number, read_net

_OPCODES: Final = ("request", "reply", "request_reverse", "reply_reverse", "drarp_request", "drarp_reply", "drarp_error",
                   "inarp_request", "arp_nak")  # fmt: skip
_ANY: Final = "*"
"""What ``arptables -v -L`` prints if a rule does not match a device."""
_IPV4, _BYTES = 0x0800, 6


def _opcode(text: str) -> int:
    return _OPCODES.index(text.lower()) + 1 if text.lower() in _OPCODES else number(text)


def _protocol(text: str) -> int:
    return _IPV4 if text.lower() in {"ipv4", "ip"} else int(text, 16)


def _device(name: str | None, pattern: str) -> Answer:
    return pattern == _ANY or device_is(name, pattern)


_WORDS: Final = (
    Word(("-s", "--source-ip", "--src-ip"), read=read_net, ask=lambda value, sight: in_net(sight.packet.src, value)),
    Word(("-d", "--destination-ip", "--dst-ip"), read=read_net, ask=lambda value, sight: in_net(sight.packet.dst, value)),
    Word(("--source-mac", "--src-mac"), read=mac_net, ask=lambda value, sight: mac_is(sight.context.smac, value)),
    Word(("--destination-mac", "--dst-mac"), read=mac_net, ask=lambda value, sight: mac_is(arp_target(sight), value)),
    Word(("-i", "--in-interface", "--in-if"), ask=lambda value, sight: _device(sight.context.iif, value)),
    Word(("-o", "--out-interface", "--out-if"), ask=lambda value, sight: _device(sight.context.oif, value)),
    Word(("-l", "--h-length"), read=number, ask=lambda value, _: value == _BYTES),
    Word(("--opcode",), read=_opcode, ask=lambda value, sight: sight.packet.icmp_type == value),
    Word(("--h-type",), read=lambda text: 1 if text.lower() == "ethernet" else int(text, 16), ask=lambda value, _: value == 1),
    Word(("--proto-type",), read=_protocol, ask=lambda value, _: value == _IPV4),
)


def _mangled(given: Given, sight: Sight) -> Way:
    """Drop, or rewrite the addresses of the request: then it is not known which host answers."""
    if given.get("--mangle-target") == "DROP":
        return told("DROP", sight)
    return baffled(tr("which host answers a request whose addresses a rule rewrites (mangle)"), sight)


_TARGETS: Final = {
    "ACCEPT": Aim(verdict(HookVerdict.ACCEPT)),
    "DROP": Aim(verdict(HookVerdict.DROP)),
    "CONTINUE": Aim(on),
    "mangle": Aim(
        _mangled,
        (("--mangle-ip-s",), ("--mangle-ip-d",), ("--mangle-mac-s",), ("--mangle-mac-d",), ("--mangle-target",)),
        Standing.UNKNOWN,
    ),
    "CLASSIFY": Aim(on, (("--set-class",),), Standing.PASSES),
    "MARK": Aim(on, (("--set-mark",), ("--and-mark",), ("--or-mark",)), Standing.PASSES, "no rule matches the mark of a request"),
}

# FORWARD sees what crosses a bridge, while br_netfilter shows it (net.bridge.bridge-nf-call-arptables).
LANGUAGE: Final = Language(
    "arptables", "arp", by_spelling(*_WORDS), _TARGETS,
    {"filter": {"INPUT": (Hook.ARP_INPUT, 0), "OUTPUT": (Hook.ARP_OUTPUT, 0), "FORWARD": (Hook.ARP_FORWARD, 0)}},
    (V4,),
)  # fmt: skip
