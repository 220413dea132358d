"""Programs over the packet's bytes: u32, bpf, string, osf, ipvs (net/netfilter/xt_u32.c …). No snapshot holds bytes."""

import re
from collections.abc import Callable
from typing import Final

from podpath.walk.netfilter.answer import Answer
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Match, Standing
from podpath.walk.netfilter.xtables.kinds import NET_OR_HOST, NUMBER, PLAIN, PROTOCOL, QUOTED, STRING, choice
from podpath.walk.netfilter.xtables.options import FLAG, Asked, Kind, Option
from podpath.walk.netfilter.xtables.words import always_quote

_NUMBER: Final = re.compile(r"0[xX][0-9a-fA-F]+|[0-9]+")
_PRINTABLE: Final = range(0x20, 0x7F)


def _doubt(what: str, command: str = "") -> Callable[[Asked, Sight], Answer]:
    def ask(asked: Asked, sight: Sight) -> Answer:
        del asked, sight
        return Doubt(what, command)

    return ask


def _read_u32(text: str) -> str:
    return _NUMBER.sub(lambda match: hex(int(match[0], 0)), text.replace(" ", ""))


def _read_hex(text: str) -> bytes:
    parts = text.split("|")
    return b"".join(
        bytes.fromhex(part.replace(" ", "")) if at % 2 else part.replace("\\|", "|").encode() for at, part in enumerate(parts)
    )


def _show_hex(value: bytes) -> str:
    return always_quote(f"|{value.hex()}|")


MATCHES: Final = (
    Match(
        "u32",
        (Option("--u32", Kind(1, _read_u32, always_quote)),),
        _doubt("the bytes that u32 compares"),
        standing=Standing.UNKNOWN,
    ),
    Match(
        "bpf",
        (Option("--bytecode", QUOTED), Option("--object-pinned", STRING, ("--bytecode-pinned",))),
        _doubt("the result of its BPF program"),
        standing=Standing.UNKNOWN,
    ),
    Match(
        "string",
        (
            Option("--string", QUOTED),
            Option("--hex-string", Kind(1, _read_hex, _show_hex)),
            Option("--algo", choice("bm", "kmp")),
            Option("--from", NUMBER),
            Option("--to", NUMBER),
            Option("--icase", FLAG),
        ),
        _doubt("what the packet carries"),
        standing=Standing.UNKNOWN,
    ),
    Match(
        "osf",
        (Option("--genre", STRING), Option("--ttl", NUMBER), Option("--log", NUMBER)),
        _doubt("which system its SYN looks like"),
        standing=Standing.UNKNOWN,
    ),
    Match(
        "ipvs",
        (
            Option("--ipvs", FLAG),
            Option("--vproto", PROTOCOL),
            Option("--vaddr", NET_OR_HOST),
            Option("--vport", PLAIN),
            Option("--vdir", choice("ORIGINAL", "REPLY")),
            Option("--vmethod", choice("GATE", "IPIP", "MASQ")),
            Option("--vportctl", PLAIN),
        ),
        _doubt("what IPVS has recorded for it", "ipvsadm -Ln"),
        standing=Standing.UNKNOWN,
    ),
    Match("l2tp", (Option("--pid", NUMBER), Option("--sid", NUMBER)), _doubt("its L2TP header"), standing=Standing.UNKNOWN),
)
