"""Statements of nftables that translate addresses, or hand a packet to a socket.

nft_nat.c, nft_masq.c, nft_redir.c, nft_tproxy.c (net/netfilter).
"""

from collections.abc import Callable
from dataclasses import replace

from podpath.state.address import V4, Ip, family_of, last_ip
from podpath.walk.netfilter.chain import Turn, Way
from podpath.walk.netfilter.interface import Doubt, HookVerdict
from podpath.walk.netfilter.nat import SRC, Wanted
from podpath.walk.netfilter.nft.expressions import BREAK, Asking, Value, evaluate
from podpath.walk.netfilter.nft.going import Do, Done, Going, fork, on, out, unknown
from podpath.walk.netfilter.nft.types import Json, constant
from podpath.walk.netfilter.path import Given
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.targets.nat import translate
from podpath.walk.netfilter.xtables.targets.verdicts import tproxy


def _flags(inner: Json) -> frozenset[str]:
    flags = (inner or {}).get("flags", ())
    return frozenset((flags,) if isinstance(flags, str) else flags)


def _addresses(data: Json, kind: str) -> tuple[Ip, Ip]:
    """Return the first and the last address of what a translation names."""
    if isinstance(data, dict) and "range" in data:
        first, last = (constant(end, kind) for end in data["range"])
        return Ip(first), Ip(last)
    if isinstance(data, dict) and "prefix" in data:
        first = constant(data["prefix"]["addr"], kind)
        return Ip(first), last_ip(family_of(first), first, data["prefix"]["len"])
    address = Ip(constant(data, kind))
    return address, address


def _port_span(data: Json) -> tuple[int, int]:
    if isinstance(data, dict) and "range" in data:
        return int(constant(data["range"][0], "inet_service")), int(constant(data["range"][1], "inet_service"))
    port = int(constant(data, "inet_service"))
    return port, port


def translating(manipulated: str) -> Do:
    """Return what translates one end of a connection."""

    def do(inner: Json, going: Going, asking: Asking) -> Done:
        inner = inner or {}
        family = {"ip": 4, "ip6": 6}.get(inner.get("family", ""), asking.sight.family)
        if family != asking.sight.family:
            return [out(going)]
        done: Done = []
        for coins, address in evaluate(inner.get("addr"), asking):
            for more, port in evaluate(inner.get("port"), asking):
                done.append(_translated(manipulated, address, port, inner, going, asking, (*coins, *more)))
        return done

    return do


def _translated(
    manipulated: str, address: Value, port: Value, inner: Json, going: Going, asking: Asking, coins: Given
) -> Turn | Going:
    for value in (address, port):
        if value is BREAK:
            return out(going, coins)
        if isinstance(value, Doubt):
            return unknown(going, value.reason, value.command, coins)
    if isinstance(address, dict) and "concat" in address:
        address, port = address["concat"][0], address["concat"][1]
    sight = _seen(going, asking)
    kind = "ipv4_addr" if sight.family == V4 else "ipv6_addr"
    wanted = Wanted()
    if address is not None:
        first, last = _addresses(address, kind)
        if "netmap" in _flags(inner):
            first = last = _mapped(sight, manipulated, first, last)
        wanted = replace(wanted, first=first, last=last)
    if port is not None:
        low, high = _port_span(port)
        wanted = replace(wanted, port=low, last_port=high)
    return _ended(translate(sight, manipulated, _with_flags(wanted, inner)), going, coins)


def _mapped(sight: Sight, manipulated: str, first: Ip, last: Ip) -> Ip:
    """Keep the host part of the packet's own address."""
    own = sight.packet.src if manipulated == SRC else sight.packet.dst
    return Ip(first | (own & (last - first)))


def _with_flags(wanted: Wanted, inner: Json) -> Wanted:
    flags = _flags(inner)
    return replace(wanted, random=bool(flags & {"random", "fully-random"}), persistent="persistent" in flags)


def _seen(going: Going, asking: Asking) -> Sight:
    return replace(asking.sight, packet=going.packet, track=going.track)


def _ended(ways: tuple[Way, ...], going: Going, coins: Given) -> Turn:
    (way,) = ways
    return Turn(way, (*going.coins, *coins), notes=going.notes)


def ports_only(act: Callable[[Sight, Wanted], tuple[Way, ...]]) -> Do:
    """Return what takes the address of a device, and a port of the rule's."""

    def do(inner: Json, going: Going, asking: Asking) -> Done:
        done: Done = []
        for coins, port in evaluate((inner or {}).get("port"), asking):
            if port is BREAK:
                done.append(out(going, coins))
            elif isinstance(port, Doubt):
                done.append(unknown(going, port.reason, port.command, coins))
            else:
                low, high = _port_span(port) if port is not None else (None, None)
                wanted = _with_flags(Wanted(port=low, last_port=high), inner)
                done.append(_ended(act(_seen(going, asking), wanted), going, coins))
        return done

    return do


def handing(inner: Json, going: Going, asking: Asking) -> Done:
    """Hand it to a socket here, and go on with the next statement (nft_tproxy.c)."""
    sight = _seen(going, asking)
    if {"ip": 4, "ip6": 6}.get((inner or {}).get("family", ""), sight.family) != sight.family:
        return [out(going)]
    done: Done = []
    for coins, address in evaluate(inner.get("addr"), asking):
        for more, port in evaluate(inner.get("port"), asking):
            done += _handed((address, port), inner, on(going, (*coins, *more)), asking)
    return done


def _handed(to: tuple[Value, Value], inner: Json, going: Going, asking: Asking) -> Done:
    for value in to:
        if value is BREAK:
            return [out(going)]
        if isinstance(value, Doubt):
            return [unknown(going, value.reason, value.command)]
    sight = _seen(going, asking)
    address = Ip(constant(to[0], "ipv4_addr" if sight.family == V4 else "ipv6_addr")) if to[0] is not None else None
    port = int(constant(to[1], "inet_service")) if to[1] is not None else None
    (way,) = tproxy(sight, address, port, going.packet.mark)
    if way.verdict is HookVerdict.DROP:
        return [out(going)]
    handed = replace(going, packet=way.packet, proxied=way.proxied, said=way.said)
    if way.doubt is None:
        return [handed]
    through, past = fork(going, way.doubt, asking, inner)
    return [replace(handed, coins=through.coins), past]
