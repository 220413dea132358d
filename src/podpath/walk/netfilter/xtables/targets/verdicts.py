"""Targets that decide: ACCEPT, DROP, RETURN, REJECT, CT, NOTRACK, TPROXY (net/netfilter/xt_CT.c, ipt_REJECT.c …)."""

from dataclasses import replace
from typing import Any, Final

from podpath.language import tr
from podpath.state.address import Ip, parse_ip
from podpath.walk.netfilter.chain import Way
from podpath.walk.netfilter.connection import Info, Track
from podpath.walk.netfilter.interface import Doubt, HookVerdict, Taker
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Target
from podpath.walk.netfilter.xtables.kinds import ADDRESS, NUMBER, PLAIN, STRING, masked
from podpath.walk.netfilter.xtables.options import FLAG, Asked, Given, Kind, Option
from podpath.walk.netfilter.xtables.targets.basic import ended, on
from podpath.walk.packet import known_port

_V4_KINDS: Final = {
    "net-unreach": "icmp-net-unreachable", "host-unreach": "icmp-host-unreachable", "proto-unreach": "icmp-proto-unreachable",
    "port-unreach": "icmp-port-unreachable", "net-prohib": "icmp-net-prohibited", "host-prohib": "icmp-host-prohibited",
    "admin-prohib": "icmp-admin-prohibited", "tcp-rst": "tcp-reset",
}  # fmt: skip
_V6_KINDS: Final = {
    "no-route": "icmp6-no-route", "adm-prohibited": "icmp6-adm-prohibited", "addr-unreach": "icmp6-addr-unreachable",
    "port-unreach": "icmp6-port-unreachable", "policy-fail": "icmp6-policy-fail", "reject-route": "icmp6-reject-route",
}  # fmt: skip


def _reject_kind(names: dict[str, str]) -> Kind:
    known = frozenset((*names.values(), "tcp-reset"))

    def read(text: str) -> str:
        found = names.get(text, text)
        if found not in known:
            raise ValueError(tr('"{text}" is not a reply that REJECT can send', text=text))
        return found

    return Kind(1, read, str)


def _reject(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    kind = asked.value("--reject-with")
    return (Way(sight.packet, sight.track, HookVerdict.REJECT, reject=kind, said=kind),)


def _reject_default(kind: str) -> Any:  # noqa: ANN401 - a function of the one type that Target wants
    def complete(given: dict[str, Given], family: int) -> dict[str, Given]:
        del family
        return {"--reject-with": Given(kind)} | given

    return complete


def untracked(sight: Sight) -> tuple[Way, ...]:
    """Return the only path, never to be tracked; the first rule that says something of it wins (xt_ct_target)."""
    if sight.track is not None:
        return on(sight)
    return (Way(sight.packet, Track(Info.UNTRACKED, looked_up=False), said="not tracked"),)


def _notrack(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    del asked
    return untracked(sight)


def _ct(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    if "--notrack" in asked:
        return untracked(sight)
    if sight.track is not None:
        return on(sight)
    track = Track(Info.INVALID, helper=asked.value("--helper"), looked_up=False)
    for flag, side in (("--zone", "both"), ("--zone-orig", "original"), ("--zone-reply", "reply")):
        if flag in asked:
            zone = asked.value(flag)
            number = sight.packet.mark & 0xFFFF if zone == "mark" else zone
            track = replace(track, zone=number, zone_side=side)
    return (Way(sight.packet, track, said=tr("the state reported by connection tracking")),)


def tproxy(sight: Sight, address: Ip | None, port: int | None, mark: int) -> tuple[Way, ...]:
    """Hand it to a socket here that is transparent; without one the packet is dropped (nf_tproxy_get_sock_v4).

    No output shows which connections already have a socket: a packet is the first of its own. The doubt of the path is
    whether there is such a socket.
    """
    port = port or known_port(sight.packet.dport)
    if sight.packet.proto not in {"tcp", "udp"} or port is None:
        return ended(sight, HookVerdict.DROP)
    sockets = sight.context.sockets
    found = (
        sockets.listener(sight.packet, address, port)
        if sockets is not None
        else Doubt((tr("which socket accepts it")), "ss -tuanp")
    )
    if found is None or (isinstance(found, Taker) and found.transparent is False):
        return ended(sight, HookVerdict.DROP, tr("no transparent socket accepts it on port {port}", port=port))
    doubt = found if isinstance(found, Doubt) else None
    if isinstance(found, Taker) and found.transparent is None:
        doubt = Doubt(tr("whether the socket of port {port} is transparent", port=port), "ss -tuanp --inet-sockopt")
    target = sight.packet.dst if address is None else address
    packet = replace(sight.packet, mark=mark)
    return (Way(packet, sight.track, HookVerdict.ACCEPT, doubt=doubt, proxied=(target, port), said="proxied"),)


_ANY: Final = {4: parse_ip("0.0.0.0"), 6: parse_ip("::")}  # noqa: S104 - no socket is bound here


def _tproxy(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    address = asked.value("--on-ip")
    value, mask = asked.value("--tproxy-mark", (0, 0))
    mark = (sight.packet.mark & ~mask) ^ value
    ways = tproxy(sight, None if address in _ANY.values() else address, asked.value("--on-port"), mark)
    # Without a socket the packet is dropped, and with one it is the proxy's: in neither case does it go on.
    return tuple(replace(way, doubt=None) for way in ways)


def _tproxy_defaults(given: dict[str, Given], family: int) -> dict[str, Given]:
    given.setdefault("--on-ip", Given(_ANY[family]))
    given.setdefault("--tproxy-mark", Given((0, 0)))
    return given


def _accept(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    del asked
    return ended(sight, HookVerdict.ACCEPT)


def _drop(asked: Asked, sight: Sight) -> tuple[Way, ...]:
    del asked
    return ended(sight, HookVerdict.DROP)


def _zone(text: str) -> int | str:
    return text if text == "mark" else int(text, 0)


_ZONE: Final = Kind(1, _zone, str)

TARGETS: Final = (
    Target("ACCEPT", (), _accept),
    Target("DROP", (), _drop),
    Target(
        "REJECT",
        (Option("--reject-with", _reject_kind(_V4_KINDS)),),
        _reject,
        complete=_reject_default("icmp-port-unreachable"),
        families="4",
    ),
    Target(
        "REJECT",
        (Option("--reject-with", _reject_kind(_V6_KINDS)),),
        _reject,
        complete=_reject_default("icmp6-port-unreachable"),
        families="6",
    ),
    Target(
        "CT",
        (
            Option("--notrack", FLAG),
            Option("--helper", STRING),
            Option("--timeout", STRING),
            Option("--ctevents", PLAIN),
            Option("--expevents", PLAIN),
            Option("--zone-orig", _ZONE),
            Option("--zone-reply", _ZONE),
            Option("--zone", _ZONE),
        ),
        _ct,
        "zones and helpers are followed, events and timeouts have no effect",
    ),
    Target("NOTRACK", (), _notrack),
    Target(
        "TPROXY",
        (Option("--on-port", NUMBER), Option("--on-ip", ADDRESS), Option("--tproxy-mark", masked(always=True))),
        _tproxy,
        "what a proxy does with it is unknown",
        complete=_tproxy_defaults,
    ),
)
