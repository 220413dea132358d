"""Ports, flags and options of transport protocols: tcp, udp, sctp, dccp, multiport (net/netfilter/xt_tcpudp.c …)."""

from typing import Any, Final

from podpath.language import tr
from podpath.walk.netfilter.answer import Answer, every, within
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Match
from podpath.walk.netfilter.xtables.kinds import NUMBER, PORT_LIST, PORTS, Range, words
from podpath.walk.netfilter.xtables.options import FLAG, Asked, Given, Kind, Option
from podpath.walk.packet import Drawn

TCP_FLAGS: Final = ("FIN", "SYN", "RST", "PSH", "ACK", "URG")
_CHUNKS: Final = (
    "DATA", "INIT", "INIT_ACK", "SACK", "HEARTBEAT", "HEARTBEAT_ACK", "ABORT", "SHUTDOWN", "SHUTDOWN_ACK", "ERROR", "COOKIE_ECHO",
    "COOKIE_ACK", "ECN_ECNE", "ECN_CWR", "SHUTDOWN_COMPLETE", "I_DATA", "RE_CONFIG", "PAD", "ASCONF", "ASCONF_ACK",
    "FORWARD_TSN", "I_FORWARD_TSN",
)  # fmt: skip
_DCCP_TYPES: Final = (
    "REQUEST", "RESPONSE", "DATA", "ACK", "DATAACK", "CLOSEREQ", "CLOSE", "RESET", "SYNC", "SYNCACK", "INVALID",
)  # fmt: skip
_WITH_PORTS: Final = frozenset(("tcp", "udp", "sctp", "dccp", "udplite"))


def _flag_words(text: str) -> tuple[str, ...]:
    if text.upper() == "ALL":
        return TCP_FLAGS
    if text.upper() == "NONE":
        return ()
    return tuple(words(TCP_FLAGS).read(text))


_FLAGS: Final = Kind(
    2,
    lambda mask, wanted: (_flag_words(mask), _flag_words(wanted)),
    lambda value: f"{','.join(value[0]) or 'NONE'} {','.join(value[1]) or 'NONE'}",
)


def _chunk_list(kind: str, listed: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    if kind not in {"any", "all", "only"}:
        raise ValueError(tr('"{kind}" is not one of all, any, only', kind=kind))
    if listed.upper() == "ALL":
        return kind, (("ALL", ""),)
    chunks = dict(part.partition(":")[::2] for part in listed.split(","))
    return kind, tuple((name, chunks[name]) for name in _CHUNKS if name in chunks)


_CHUNK_LIST: Final = Kind(
    2, _chunk_list, lambda value: f"{value[0]} {','.join(name + (':' + flags if flags else '') for name, flags in value[1])}"
)
_SPORT: Final = Option("--sport", PORTS, ("--source-port",))
_DPORT: Final = Option("--dport", PORTS, ("--destination-port",))


def _in(port: int | Drawn | None, wanted: Range, what: str) -> Answer:
    return within(port, wanted[0], wanted[1], tr("the source port") if what == "source" else tr("the destination port"))


def _ports(asked: Asked, sight: Sight) -> Answer:
    packet = sight.packet
    return every(
        asked.test("--dport", lambda wanted: _in(packet.dport, wanted, "destination")),
        asked.test("--sport", lambda wanted: _in(packet.sport, wanted, "source")),
    )


def flags_match(flags: frozenset[str], mask: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Say whether of some TCP flags exactly the wanted ones are set."""
    return {flag for flag in mask if flag in flags} == set(wanted)


def _tcp(asked: Asked, sight: Sight) -> Answer:
    packet = sight.packet
    if packet.proto != "tcp":
        return False
    flags = frozenset(flag.upper() for flag in packet.flags)
    return every(
        lambda: _ports(asked, sight),
        asked.test("--tcp-flags", lambda wanted: flags_match(flags, *wanted)),
        asked.test("--tcp-option", lambda option: Doubt(tr("whether it has TCP option {option}", option=option), "")),
    )


def _udp(asked: Asked, sight: Sight) -> Answer:
    return sight.packet.proto in {"udp", "udplite"} and _ports(asked, sight)


def _sctp(asked: Asked, sight: Sight) -> Answer:
    chunks = asked.test("--chunk-types", lambda _: Doubt(tr("which SCTP chunks it has"), ""))
    return sight.packet.proto == "sctp" and every(lambda: _ports(asked, sight), chunks)


def _dccp(asked: Asked, sight: Sight) -> Answer:
    kinds = asked.test("--dccp-types", lambda _: Doubt(tr("which type of DCCP packet it is"), ""))
    options = asked.test("--dccp-option", lambda _: Doubt(tr("which DCCP options it has"), ""))
    return sight.packet.proto == "dccp" and every(lambda: _ports(asked, sight), kinds, options)


def _any_of(port: int | Drawn | None, wanted: tuple[Range, ...], what: str) -> Answer:
    answers = [_in(port, one, what) for one in wanted]
    return next((answer for answer in answers if answer is True), next((a for a in answers if a is not False), False))


def _multiport(asked: Asked, sight: Sight) -> Answer:
    packet = sight.packet
    if packet.proto not in _WITH_PORTS:
        return False

    def either(wanted: tuple[Range, ...]) -> Answer:
        source, target = _any_of(packet.sport, wanted, "source"), _any_of(packet.dport, wanted, "destination")
        if source is True or target is True:
            return True
        return target if source is False else source

    return every(
        asked.test("--dports", lambda wanted: _any_of(packet.dport, wanted, "destination")),
        asked.test("--sports", lambda wanted: _any_of(packet.sport, wanted, "source")),
        asked.test("--ports", either),
    )


def _syn(given: dict[str, Given], family: int) -> dict[str, Given]:
    """Write ``--syn`` as the flags that it stands for."""
    del family
    syn: Any = given.pop("--syn", None)
    if syn is not None:
        given["--tcp-flags"] = Given((("FIN", "SYN", "RST", "ACK"), ("SYN",)), syn.negated)
    return given


MATCHES: Final = (
    Match(
        "tcp",
        (_SPORT, _DPORT, Option("--tcp-option", NUMBER), Option("--tcp-flags", _FLAGS), Option("--syn", FLAG)),
        _tcp,
        "`--tcp-option` is unknown",
        complete=_syn,
    ),
    Match("udp", (_SPORT, _DPORT), _udp),
    Match("sctp", (_SPORT, _DPORT, Option("--chunk-types", _CHUNK_LIST)), _sctp, "`--chunk-types` is unknown"),
    Match(
        "dccp",
        (_SPORT, _DPORT, Option("--dccp-types", words(_DCCP_TYPES)), Option("--dccp-option", NUMBER)),
        _dccp,
        "`--dccp-types` and `--dccp-option` are unknown",
    ),
    Match(
        "multiport",
        (
            Option("--sports", PORT_LIST, ("--source-ports", "--source-port")),
            Option("--dports", PORT_LIST, ("--destination-ports", "--destination-port")),
            Option("--ports", PORT_LIST, ("--port",)),
        ),
        _multiport,
    ),
)
