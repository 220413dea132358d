"""Fields of the packet itself: length, ttl, hl, tos, dscp, ecn, tcpmss, mark (net/netfilter/xt_length.c …)."""

from typing import Any, Final

from podpath.language import tr
from podpath.walk.netfilter.answer import Answer, every
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Match
from podpath.walk.netfilter.xtables.kinds import MARK, NUMBER, hexadecimal, masked, number, ranged
from podpath.walk.netfilter.xtables.options import FLAG, Asked, Kind, Option

CLASSES: Final = {"be": 0, "ef": 0x2E} | {f"cs{at}": at << 3 for at in range(8)} | {
    f"af{group}{drop}": (group << 3) | (drop << 1) for group in range(1, 5) for drop in range(1, 4)
}  # fmt: skip
_TOS_NAMES: Final = {
    "minimize-delay": 0x10, "maximize-throughput": 0x08, "maximize-reliability": 0x04, "minimize-cost": 0x02, "normal-service": 0,
}  # fmt: skip
_TOS_OF_A_NAME: Final = 0x3F
_BYTE: Final = 0xFF


def _read_tos(text: str) -> tuple[int, int]:
    named = _TOS_NAMES.get(text.lower())
    if named is not None:
        return named, _TOS_OF_A_NAME
    value: tuple[int, int] = masked(whole=_BYTE).read(text)
    return value


TOS: Final = Kind(1, _read_tos, lambda value: f"0x{value[0]:02x}/0x{value[1]:02x}")


def _read_dscp(text: str) -> int:
    named = CLASSES.get(text.lower())
    return number(text) if named is None else named


DSCP: Final = Kind(1, _read_dscp, hexadecimal(2).show)


def _length(asked: Asked, sight: Sight) -> Answer:
    return every(asked.test("--length", lambda span: span[0] <= sight.packet.length <= span[1]))


def _hops(prefix: str) -> Any:  # noqa: ANN401 - a function of the one type that Match wants
    def ask(asked: Asked, sight: Sight) -> Answer:
        ttl = sight.packet.ttl
        return every(
            asked.test(f"{prefix}-eq", lambda value: ttl == value),
            asked.test(f"{prefix}-lt", lambda value: ttl < value),
            asked.test(f"{prefix}-gt", lambda value: ttl > value),
        )

    return ask


def _tos(asked: Asked, sight: Sight) -> Answer:
    return every(asked.test("--tos", lambda wanted: sight.packet.tos & wanted[1] == wanted[0]))


def _dscp(asked: Asked, sight: Sight) -> Answer:
    return every(asked.test("--dscp", lambda wanted: sight.packet.tos >> 2 == wanted))


def _ecn(asked: Asked, sight: Sight) -> Answer:
    packet = sight.packet
    bits = {flag.upper() for flag in packet.flags}
    if {"--ecn-tcp-cwr", "--ecn-tcp-ece"} & set(asked.given) and packet.proto != "tcp":
        return False
    return every(
        asked.test("--ecn-ip-ect", lambda wanted: packet.tos & 3 == wanted),
        asked.test("--ecn-tcp-ece", lambda _: "ECE" in bits),
        asked.test("--ecn-tcp-cwr", lambda _: "CWR" in bits),
    )


def _tcpmss(asked: Asked, sight: Sight) -> Answer:
    packet = sight.packet
    if packet.proto != "tcp":
        return False
    return Doubt(tr("the MSS option of its SYN is not known"), "") if "SYN" in packet.flags else asked.negated("--mss")


def _mark(asked: Asked, sight: Sight) -> Answer:
    return every(asked.test("--mark", lambda wanted: sight.packet.mark & wanted[1] == wanted[0]))


MATCHES: Final = (
    Match("length", (Option("--length", ranged(0xFFFF)),), _length),
    Match(
        "ttl",
        (Option("--ttl-eq", NUMBER, ("--ttl",)), Option("--ttl-lt", NUMBER), Option("--ttl-gt", NUMBER)),
        _hops("--ttl"),
        families="4",
    ),
    Match(
        "hl",
        (Option("--hl-eq", NUMBER, ("--hl",)), Option("--hl-lt", NUMBER), Option("--hl-gt", NUMBER)),
        _hops("--hl"),
        families="6",
    ),
    Match("tos", (Option("--tos", TOS),), _tos),
    Match("dscp", (Option("--dscp", DSCP, ("--dscp-class",)),), _dscp),
    Match("ecn", (Option("--ecn-tcp-ece", FLAG), Option("--ecn-tcp-cwr", FLAG), Option("--ecn-ip-ect", NUMBER)), _ecn),
    Match("tcpmss", (Option("--mss", ranged(0xFFFF)),), _tcpmss, "unknown for a SYN: the walk sets no MSS in its packets"),
    Match("mark", (Option("--mark", MARK),), _mark),
)
