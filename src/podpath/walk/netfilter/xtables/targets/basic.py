"""Targets that change marks, headers or nothing: MARK, CONNMARK, TTL, HL, TOS, DSCP, TCPMSS, LOG … (net/netfilter/xt_*.c)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from podpath.language import tr
from podpath.walk.netfilter.chain import Way
from podpath.walk.netfilter.interface import Doubt, HookVerdict
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Standing, Target
from podpath.walk.netfilter.xtables.kinds import ADDRESS, MAC, NUMBER, PLAIN, QUOTED, STRING, choice, hexadecimal, masked
from podpath.walk.netfilter.xtables.matches.fields import DSCP, TOS
from podpath.walk.netfilter.xtables.matches.sets import SET_AND_SIDES
from podpath.walk.netfilter.xtables.options import FLAG, Asked, Given, Kind, Option

_ALL: Final = 0xFFFF_FFFF
_MARK: Final = masked(always=True)
_LEVELS: Final = ("emerg", "alert", "crit", "error", "warning", "notice", "info", "debug")
_TCP_OPTIONS: Final = {"mss": 2, "wscale": 3, "sack-permitted": 4, "sack": 5, "timestamp": 8, "md5": 19}
_NO_QUEUE: Final = "NFQUEUE passes it to a program, which decides"

Apply = Callable[[Asked, Sight], tuple[Way, ...]]
_DECIDED_BY: Final = "ipset save"


def on(sight: Sight, said: str = "", **changes: Any) -> tuple[Way, ...]:  # noqa: ANN401 - fields of a packet
    """Return the only path, with the packet changed."""
    return (Way(replace(sight.packet, **changes) if changes else sight.packet, sight.track, said=said),)


def ended(sight: Sight, verdict: HookVerdict, said: str = "") -> tuple[Way, ...]:
    """Return the only path, which ends here."""
    return (Way(sight.packet, sight.track, verdict, said=said),)


def unknown(sight: Sight, reason: str, command: str = "") -> tuple[Way, ...]:
    """Return that it is not known."""
    return (Way(sight.packet, sight.track, HookVerdict.UNKNOWN, doubt=Doubt(reason, command)),)


def _passes(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    del asked
    return on(sight)


def _mark(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    value, mask = asked.value("--set-xmark")
    mark = ((sight.packet.mark & ~mask) ^ value) & _ALL
    return on(sight, f"mark {mark:#x}", mark=mark)


def set_connection_mark(sight: Sight, mark: int) -> tuple[Way, ...]:
    """Return the only path, with the connection's mark set."""
    track = sight.track.with_connection(mark=mark & _ALL) if sight.track is not None else None
    return (Way(sight.packet, track, said=tr("connection mark {mark:#x}", mark=mark & _ALL)),)


def _shifted(asked: Asked, value: int) -> int:
    if "--left-shift-mark" in asked:
        return value << int(asked.value("--left-shift-mark")) & _ALL
    return value >> int(asked.value("--right-shift-mark", 0))


def _connmark(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    """Set, save or restore (connmark_tg_shift of xt_connmark.c)."""
    connection = sight.connection
    if connection is None:
        return on(sight)
    if "--set-xmark" in asked:
        value, mask = asked.value("--set-xmark")
        return set_connection_mark(sight, _shifted(asked, (connection.mark & ~mask) ^ value))
    nfmask, ctmask = asked.value("--nfmask", _ALL), asked.value("--ctmask", _ALL)
    if "--save-mark" in asked:
        return set_connection_mark(sight, (connection.mark & ~ctmask) ^ _shifted(asked, sight.packet.mark & nfmask))
    mark = ((sight.packet.mark & ~nfmask) ^ _shifted(asked, connection.mark & ctmask)) & _ALL
    return on(sight, f"mark {mark:#x}", mark=mark)


def _hops(prefix: str) -> Apply:
    def apply(asked: Asked, sight: Sight) -> tuple[Way, ...]:
        ttl = sight.packet.ttl
        if f"{prefix}-set" in asked:
            ttl = asked.value(f"{prefix}-set")
        ttl = max(0, min(255, ttl + asked.value(f"{prefix}-inc", 0) - asked.value(f"{prefix}-dec", 0)))
        return on(sight, f"{prefix[2:]} {ttl}", ttl=ttl)

    return apply


def _tos(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    value, mask = asked.value("--set-tos")
    tos = ((sight.packet.tos & ~mask) ^ value) & 0xFF
    return on(sight, f"tos {tos:#04x}", tos=tos)


def _dscp(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    tos = (sight.packet.tos & 3) | (asked.value("--set-dscp") << 2)
    return on(sight, f"tos {tos:#04x}", tos=tos)


def _queue(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    del asked
    return unknown(sight, _NO_QUEUE, "cat /proc/net/netfilter/nfnetlink_queue")


def _hmark(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    del asked
    return unknown(sight, tr("HMARK computes a mark that is not known"))


def _synproxy(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    del asked
    return unknown(sight, tr("SYNPROXY answers instead of the server"), "cat /proc/net/stat/synproxy")


def _cluster_ip(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    del asked
    return unknown(sight, tr("CLUSTERIP decides by a hash which node answers"))


def _set_target(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    if "--map-set" in asked:
        return unknown(sight, "SET --map-set takes a mark from a set", _DECIDED_BY)
    return on(sight)


def _bits(given: dict[str, Given], option: str, whole: int) -> dict[str, Given]:
    """Write and, or, xor and set as the one that the kernel knows."""
    for name in ("and", "or", "xor"):
        bits = given.pop(f"--{name}-{option}", None)
        if bits is not None:
            value = bits.value
            given["and-or-xor"] = Given({"and": (0, value ^ whole), "or": (value, value), "xor": (value, 0)}[name])
    return given


def _mark_bits(given: dict[str, Given], family: int) -> dict[str, Given]:
    del family
    _bits(given, "mark", _ALL)
    wanted = given.pop("and-or-xor", None)
    put = given.pop("--set-mark", None)
    if put is not None:
        wanted = Given((put.value[0], put.value[0] | put.value[1]))
    return given if wanted is None else {**given, "--set-xmark": wanted}


def _connmark_bits(given: dict[str, Given], family: int) -> dict[str, Given]:
    given = _mark_bits(given, family)
    mask = given.pop("--mask", None)
    if {"--save-mark", "--restore-mark"} & set(given):
        for flag in ("--nfmask", "--ctmask"):
            given.setdefault(flag, mask or Given(_ALL))
    return given


def _tos_bits(given: dict[str, Given], family: int) -> dict[str, Given]:
    del family
    _bits(given, "tos", 0xFF)
    wanted = given.pop("and-or-xor", None)
    return given if wanted is None else {**given, "--set-tos": wanted}


def _log_defaults(given: dict[str, Given], family: int) -> dict[str, Given]:
    """Leave out the level that is the usual one."""
    del family
    if given.get("--log-level") == Given(4):
        del given["--log-level"]
    return given


def _level(text: str) -> int:
    return int(text) if text.isdecimal() else _LEVELS.index(text)


def _class(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(":")
    return int(major, 16), int(minor, 16)


def _tcp_options(text: str) -> tuple[int, ...]:
    return tuple(sorted(_TCP_OPTIONS[part] if part in _TCP_OPTIONS else int(part) for part in text.split(",")))


def _milliseconds(text: str) -> float:
    for unit, factor in (("us", 0.001), ("ms", 1.0), ("s", 1000.0)):
        if text.endswith(unit):
            return float(text.removesuffix(unit)) * factor
    return float(text) * 1000


def _show_time(value: float) -> str:
    return f"{value / 1000:.1f}s" if value >= 1000 else f"{value:.1f}ms"  # noqa: PLR2004 - a second has 1000 ms


_TIME: Final = Kind(1, _milliseconds, _show_time)


def _hmark_defaults(given: dict[str, Given], family: int) -> dict[str, Given]:
    """Write a tuple as the masks that it stands for (libxt_HMARK.c)."""
    parts = given.pop("--hmark-tuple", None)
    bits = 32 if family == 4 else 128  # noqa: PLR2004 - address family
    names = () if parts is None else parts.value.split(",")
    if "src" in names:
        given["--hmark-src-prefix"] = Given(bits)
    if "dst" in names:
        given["--hmark-dst-prefix"] = Given(bits)
    if {"sport", "dport"} & set(names):
        given["--hmark-sport-mask"] = Given(0xFFFF if "sport" in names else 0)
        given["--hmark-dport-mask"] = Given(0xFFFF if "dport" in names else 0)
    if "spi" in names:
        given["--hmark-spi-mask"] = Given(0xFFFF_FFFF)
    if "proto" in names:
        given["--hmark-proto-mask"] = Given(0xFFFF)
    if "ct" in names:
        given["--hmark-tuple"] = Given("ct")  # what the connection says instead of the packet: no mask stands for it
    return {flag: one for flag, one in given.items() if not (flag.endswith("port-mask") and one.value == 0)}


def _set_and_more(*flags: str) -> tuple[Option, ...]:
    return tuple(Option(flag, SET_AND_SIDES) for flag in flags)


TARGETS: Final = (
    Target(
        "MARK",
        (
            Option("--set-xmark", _MARK),
            Option("--set-mark", _MARK),
            *(Option(f"--{op}-mark", NUMBER) for op in ("and", "or", "xor")),
        ),
        _mark,
        complete=_mark_bits,
    ),
    Target(
        "CONNMARK",
        (
            Option("--set-xmark", _MARK),
            Option("--save-mark", FLAG),
            Option("--restore-mark", FLAG),
            Option("--nfmask", hexadecimal()),
            Option("--ctmask", hexadecimal()),
            Option("--left-shift-mark", NUMBER),
            Option("--right-shift-mark", NUMBER),
            Option("--mask", hexadecimal()),
            Option("--set-mark", _MARK),
            *(Option(f"--{op}-mark", NUMBER) for op in ("and", "or", "xor")),
        ),
        _connmark,
        complete=_connmark_bits,
    ),
    Target(
        "TTL",
        (Option("--ttl-set", NUMBER), Option("--ttl-dec", NUMBER), Option("--ttl-inc", NUMBER)),
        _hops("--ttl"),
        families="4",
    ),
    Target(
        "HL", (Option("--hl-set", NUMBER), Option("--hl-dec", NUMBER), Option("--hl-inc", NUMBER)), _hops("--hl"), families="6"
    ),
    Target(
        "TOS",
        (Option("--set-tos", TOS), *(Option(f"--{op}-tos", NUMBER) for op in ("and", "or", "xor"))),
        _tos,
        complete=_tos_bits,
    ),
    Target("DSCP", (Option("--set-dscp", DSCP, ("--set-dscp-class",)),), _dscp),
    Target(
        "TCPMSS",
        (Option("--set-mss", NUMBER), Option("--clamp-mss-to-pmtu", FLAG)),
        _passes,
        "the walk sets no MSS in its packets",
        Standing.PASSES,
    ),
    Target(
        "TCPOPTSTRIP",
        (Option("--strip-options", Kind(1, _tcp_options, lambda value: ",".join(map(str, value)))),),
        _passes,
        standing=Standing.PASSES,
    ),
    Target("ECN", (Option("--ecn-tcp-remove", FLAG),), _passes, standing=Standing.PASSES, families="4"),
    Target(
        "CLASSIFY",
        (Option("--set-class", Kind(1, _class, lambda value: f"{value[0]:04x}:{value[1]:04x}")),),
        _passes,
        standing=Standing.PASSES,
    ),
    Target("CHECKSUM", (Option("--checksum-fill", FLAG),), _passes, standing=Standing.PASSES),
    Target(
        "LOG",
        (
            Option("--log-prefix", QUOTED),
            Option("--log-level", Kind(1, _level, str)),
            *(
                Option(flag, FLAG)
                for flag in ("--log-tcp-sequence", "--log-tcp-options", "--log-ip-options", "--log-uid", "--log-macdecode")
            ),
        ),
        _passes,
        standing=Standing.PASSES,
        complete=_log_defaults,
    ),
    Target(
        "NFLOG",
        (
            Option("--nflog-prefix", STRING),
            Option("--nflog-group", NUMBER),
            Option("--nflog-range", NUMBER),
            Option("--nflog-size", NUMBER),
            Option("--nflog-threshold", NUMBER),
        ),
        _passes,
        standing=Standing.PASSES,
    ),
    Target("AUDIT", (Option("--type", choice("accept", "drop", "reject")),), _passes, standing=Standing.PASSES),
    Target("TRACE", (), _passes, standing=Standing.PASSES),
    Target("TEE", (Option("--gateway", ADDRESS), Option("--oif", PLAIN)), _passes, "the copy is not followed", Standing.PASSES),
    Target(
        "IDLETIMER",
        (Option("--timeout", NUMBER), Option("--label", PLAIN), Option("--alarm", FLAG)),
        _passes,
        standing=Standing.PASSES,
    ),
    Target(
        "LED",
        (Option("--led-trigger-id", STRING), Option("--led-delay", PLAIN), Option("--led-always-blink", FLAG)),
        _passes,
        standing=Standing.PASSES,
    ),
    Target(
        "RATEEST",
        (Option("--rateest-name", PLAIN), Option("--rateest-interval", _TIME), Option("--rateest-ewmalog", _TIME)),
        _passes,
        standing=Standing.PASSES,
    ),
    Target("SECMARK", (Option("--selctx", PLAIN),), _passes, standing=Standing.PASSES),
    Target("CONNSECMARK", (Option("--save", FLAG), Option("--restore", FLAG)), _passes, standing=Standing.PASSES),
    Target(
        "SET",
        (
            *_set_and_more("--add-set", "--del-set", "--map-set"),
            Option("--exist", FLAG),
            Option("--timeout", NUMBER),
            *(Option(flag, FLAG) for flag in ("--map-mark", "--map-prio", "--map-queue")),
        ),
        _set_target,
        "what it adds to a set is not stored; `--map-set` is unknown",
        Standing.PASSES,
    ),
    Target(
        "NFQUEUE",
        (
            Option("--queue-num", NUMBER),
            Option("--queue-balance", PLAIN),
            Option("--queue-bypass", FLAG),
            Option("--queue-cpu-fanout", FLAG),
        ),
        _queue,
        "a program decides",
        Standing.UNKNOWN,
        complete=lambda given, _: given if "--queue-balance" in given else {"--queue-num": Given(0)} | given,
    ),
    Target("QUEUE", (), _queue, "a program decides", Standing.UNKNOWN),
    Target(
        "HMARK",
        (
            Option("--hmark-src-prefix", NUMBER),
            Option("--hmark-dst-prefix", NUMBER),
            Option("--hmark-sport-mask", hexadecimal(4)),
            Option("--hmark-dport-mask", hexadecimal(4)),
            Option("--hmark-spi-mask", hexadecimal(8)),
            Option("--hmark-sport", hexadecimal(4)),
            Option("--hmark-dport", hexadecimal(4)),
            Option("--hmark-spi", hexadecimal(8)),
            Option("--hmark-proto-mask", hexadecimal()),
            Option("--hmark-rnd", hexadecimal(8)),
            Option("--hmark-mod", NUMBER),
            Option("--hmark-offset", NUMBER),
            Option("--hmark-tuple", PLAIN),
        ),
        _hmark,
        standing=Standing.UNKNOWN,
        complete=_hmark_defaults,
    ),
    Target(
        "SYNPROXY",
        (
            Option("--sack-perm", FLAG),
            Option("--timestamp", FLAG),
            Option("--wscale", NUMBER),
            Option("--mss", NUMBER),
            Option("--ecn", FLAG),
        ),
        _synproxy,
        standing=Standing.UNKNOWN,
    ),
    Target(
        "CLUSTERIP",
        (
            Option("--new", FLAG),
            Option("--hashmode", PLAIN),
            Option("--clustermac", MAC),
            Option("--total-nodes", NUMBER),
            Option("--local-node", NUMBER),
            Option("--hash-init", NUMBER),
        ),
        _cluster_ip,
        standing=Standing.UNKNOWN,
        families="4",
    ),
)
