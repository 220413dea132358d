"""Statements of nftables: what they do to a packet (nft(8), STATEMENTS; net/netfilter/nft_*.c)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from podpath.state.address import V4, Ip, family_of, last_ip
from podpath.walk.netfilter.answer import Chance
from podpath.walk.netfilter.chain import Turn, Way
from podpath.walk.netfilter.connection import Info, Track
from podpath.walk.netfilter.interface import Doubt, HookVerdict
from podpath.walk.netfilter.nat import DST, SRC, Wanted
from podpath.walk.netfilter.nft.expressions import BREAK, Asking, Value, elements_of, evaluate
from podpath.walk.netfilter.nft.match import compare
from podpath.walk.netfilter.nft.sets import MISSING, bare
from podpath.walk.netfilter.nft.types import FIELDS, Json, constant, kind_of
from podpath.walk.netfilter.path import Coin, Given
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.targets.nat import masquerade, redirect, translate
from podpath.walk.netfilter.xtables.targets.verdicts import tproxy, untracked
from podpath.walk.packet import Packet

_ALL: Final = 0xFFFF_FFFF
_V4_KINDS: Final = {
    "net-unreachable": "icmp-net-unreachable", "host-unreachable": "icmp-host-unreachable",
    "prot-unreachable": "icmp-proto-unreachable", "port-unreachable": "icmp-port-unreachable",
    "net-prohibited": "icmp-net-prohibited", "host-prohibited": "icmp-host-prohibited",
    "admin-prohibited": "icmp-admin-prohibited",
}  # fmt: skip
_V6_KINDS: Final = {
    "no-route": "icmp6-no-route", "admin-prohibited": "icmp6-adm-prohibited", "addr-unreachable": "icmp6-addr-unreachable",
    "port-unreachable": "icmp6-port-unreachable", "policy-fail": "icmp6-policy-fail", "reject-route": "icmp6-reject-route",
}  # fmt: skip
# What icmpx stands for in each family (nft_reject.c).
_EITHER: Final = {
    "port-unreachable": ("icmp-port-unreachable", "icmp6-port-unreachable"),
    "admin-prohibited": ("icmp-admin-prohibited", "icmp6-adm-prohibited"),
    "no-route": ("icmp-net-unreachable", "icmp6-no-route"),
    "host-unreachable": ("icmp-host-unreachable", "icmp6-addr-unreachable"),
}


@dataclass(frozen=True, slots=True)
class Going:
    """A packet on its way through the statements of a rule.

    Attributes:
        packet: the packet.
        track: what connection tracking says of it.
        coins: what this rests on.
        notes: what should be said of it.
        said: what was done last.
        proxied: socket that it is handed to.
    """

    packet: Packet
    track: Track | None
    coins: Given = ()
    notes: tuple[str, ...] = ()
    said: str = ""
    proxied: tuple[Ip, int | None] | None = None


Done = list[Going | Turn]
"""Packets that go on, and ends."""


def _on(going: Going, coins: Given = (), **changes: Any) -> Going:  # noqa: ANN401 - fields of Going
    return replace(going, coins=(*going.coins, *coins), **changes)


def _out(going: Going, coins: Given = ()) -> Turn:
    """Return that the rule does not match."""
    return Turn(None, (*going.coins, *coins))


def _end(going: Going, verdict: HookVerdict, coins: Given = (), **more: Any) -> Turn:  # noqa: ANN401 - fields of a way
    way = Way(going.packet, going.track, verdict, proxied=going.proxied, **more)
    return Turn(way, (*going.coins, *coins), notes=going.notes)


def _unknown(going: Going, reason: str, command: str = "", coins: Given = ()) -> Turn:
    return _end(going, HookVerdict.UNKNOWN, coins, doubt=Doubt(reason, command))


def _fork(going: Going, doubt: Doubt, asking: Asking, about: Json, coins: Given = ()) -> Done:
    """Go both ways."""
    key = (repr(about), asking.layer, going.packet, going.track)
    coin = Coin(asking.fresh(), key, (0.5, 0.5), doubt)
    return [_on(going, (*coins, (coin, 0))), _out(going, (*coins, (coin, 1)))]


def _match(inner: Json, going: Going, asking: Asking) -> Done:
    done: Done = []
    for coins, answer in compare(inner, asking):
        if isinstance(answer, Doubt):
            done += _fork(going, answer, asking, inner, coins)
        elif isinstance(answer, Chance):
            serial = asking.fresh()
            coin = Coin(serial, serial, (answer.share, 1 - answer.share))
            done += [_on(going, (*coins, (coin, 0))), _out(going, (*coins, (coin, 1)))]
        else:
            done.append(_on(going, coins) if answer else _out(going, coins))
    return done if inner["op"] == "!=" else _run_all(_of_set(inner["right"], asking), done, asking)


def verdict(data: Json, going: Going, coins: Given = ()) -> Turn | Going:
    """Return what a verdict makes of a packet."""
    if isinstance(data, str):
        data = {data: None}
    name, inner = next(iter(data.items()))
    if name in {"accept", "drop"}:
        return _end(going, HookVerdict(name), coins, said=going.said)
    stay = Way(going.packet, going.track, proxied=going.proxied, said=going.said if name != "return" else "")
    if name in {"jump", "goto"}:
        target = inner["target"] if isinstance(inner, dict) else str(inner)
        return Turn(stay, (*going.coins, *coins), jump=target, goto=name == "goto", notes=going.notes)
    if name == "return":
        return Turn(stay, (*going.coins, *coins), back=True, notes=going.notes)
    if name == "continue":
        return _on(going, coins)
    return _unknown(going, f"the verdict {name}", "", coins)


def _vmap(inner: Json, going: Going, asking: Asking) -> Done:
    elements = elements_of(inner["data"], kind_of(inner["key"]), asking, is_map=True)
    done: Done = []
    for coins, key in evaluate(inner["key"], asking):
        if key is BREAK:
            done.append(_out(going, coins))
        elif isinstance(key, Doubt):
            done.append(_unknown(going, key.reason, key.command, coins))
        elif elements is None:
            done.append(_unknown(going, f"what is in the map {inner['data']}", "nft -j list ruleset", coins))
        else:
            data = elements.find(key)
            if isinstance(data, Doubt):
                done.append(_unknown(going, data.reason, data.command, coins))
            else:
                done.append(_out(going, coins) if data is MISSING else verdict(data, going, coins))
    return done


def _of_set(name: Json, asking: Asking) -> list[Json]:
    """Return the statements that each element of a named set carries: a packet that finds its element runs them."""
    elements = asking.sets.get(name[1:]) if isinstance(name, str) and name.startswith("@") else None
    return elements.statements if elements is not None else []


def _run_all(statements: list[Json], done: Done, asking: Asking) -> Done:
    """Run statements, one after the other, on the packets that go on."""
    for statement in statements:
        done = [after for one in done for after in (run(statement, one, asking) if isinstance(one, Going) else [one])]
    return done


def _updates(inner: Json, going: Going, asking: Asking) -> Done:
    """Put the key of a packet into a set, a map or a meter, and run what stands with the element (nft_dynset_eval).

    The rule ends where the packet has no such key, and where a statement of the element ends it (NFT_BREAK).
    """
    done: Done = []
    for coins, key in evaluate(bare(inner.get("elem", inner.get("key"))), asking):
        for more, data in evaluate(inner.get("data"), asking):
            ends = key is BREAK or data is BREAK
            done.append(_out(going, (*coins, *more)) if ends else _on(going, (*coins, *more)))
    if inner.get("op") == "delete":
        return done
    own = inner.get("stmt") or _of_set(inner.get("set", inner.get("map")), asking)
    return _run_all([own] if isinstance(own, dict) else own, done, asking)


def _passes(inner: Json, going: Going, asking: Asking) -> Done:
    del inner, asking
    return [going]


def _limit(inner: Json, going: Going, asking: Asking) -> Done:
    """Take the rate to be below the limit."""
    del asking
    note = "the rate is taken to be below the limit of the rule"
    if isinstance(inner, dict) and inner.get("inv"):
        return [_out(going)]
    return [_on(going, notes=(*going.notes, note))]


def _doubtful(what: str) -> "Do":
    def do(inner: Json, going: Going, asking: Asking) -> Done:
        return _fork(going, Doubt(what, "nft list ruleset"), asking, inner)

    return do


def _reject(inner: Json, going: Going, asking: Asking) -> Done:
    four = asking.sight.family == V4
    kind = (inner or {}).get("type", "icmpx")
    code = (inner or {}).get("expr", "port-unreachable")
    if kind == "tcp reset":
        answer = "tcp-reset"
    elif kind == "icmpx":
        answer = _EITHER.get(code, _EITHER["port-unreachable"])[0 if four else 1]
    elif (kind == "icmp") is not four:
        return [_out(going)]
    else:
        answer = (_V4_KINDS if four else _V6_KINDS).get(code, str(code))
    if kind == "tcp reset" and asking.sight.packet.proto != "tcp":
        return [_out(going)]
    return [_end(going, HookVerdict.REJECT, reject=answer, said=answer)]


def _mangle(inner: Json, going: Going, asking: Asking) -> Done:
    key = inner["key"]
    if _idle(key):
        return [going]
    done: Done = []
    for coins, value in evaluate(inner["value"], asking):
        if value is BREAK:
            done.append(_out(going, coins))
        elif isinstance(value, Doubt):
            done.append(_unknown(going, value.reason, value.command, coins))
        else:
            done.append(_set(key, constant(value, kind_of(key)), going, asking, coins))
    return done


def _idle(key: Json) -> bool:
    """Say whether what is set decides nothing here."""
    name, inner = next(iter(key.items()))
    if name == "meta":
        return bool(inner["key"] != "mark")
    return name in {"tcp option", "exthdr"}


def _set(key: Json, value: Value, going: Going, asking: Asking, coins: Given) -> Going | Turn:
    name, inner = next(iter(key.items()))
    if name == "meta" and inner["key"] == "mark":
        mark = int(value) & _ALL
        return _on(going, coins, packet=replace(going.packet, mark=mark), said=f"mark {mark:#x}")
    if name == "ct":
        return _set_tracked(inner["key"], inner.get("dir"), value, going, coins)
    if name == "payload" and "field" in inner:
        return _set_field(inner["protocol"], inner["field"], value, going, asking, coins)
    return _unknown(going, f"what setting {name} does", "", coins)


def _set_tracked(key: str, side: str | None, value: Value, going: Going, coins: Given) -> Going | Turn:
    track = going.track
    if key == "mark":
        if track is None or track.connection is None or not track.looked_up:
            return _on(going, coins)  # nothing to set, and the rule goes on (nft_ct_set_eval)
        return _on(going, coins, track=track.with_connection(mark=int(value) & _ALL), said=f"connection mark {int(value):#x}")
    if key == "zone":
        if track is not None and (track.connection is not None or track.prepared):
            return _on(going, coins)  # what is not tracked has no connection: it gets one (nft_ct_set_zone_eval)
        track = Track(Info.INVALID, zone=int(value), zone_side=side or "both", looked_up=False)
        return _on(going, coins, track=track, said=" ".join(filter(None, (side, f"zone {value}"))))
    return _on(going, coins)


def _set_field(proto: str, name: str, value: Value, going: Going, asking: Asking, coins: Given) -> Going | Turn:
    """Write into a header; the field must be there to be written (nft_payload_set_eval)."""
    packet = going.packet
    there = evaluate({"payload": {"protocol": proto, "field": name}}, asking)[0][1]
    if there is BREAK:
        return _out(going, coins)
    changed: Packet | None = None
    if proto in {"ip", "ip6"}:
        changed = _network_set(packet, name, value)
    elif (proto, name) in FIELDS and name == "sport":
        changed = replace(packet, sport=int(value))
    elif (proto, name) in FIELDS and name == "dport":
        changed = replace(packet, dport=int(value))
    if changed is None:
        return _unknown(going, f"what writing {proto} {name} does", "", coins)
    return _on(going, coins, packet=changed, said=f"{proto} {name} set")


def _network_set(packet: Packet, name: str, value: Value) -> Packet | None:
    if name == "saddr":
        return replace(packet, src=Ip(value))
    if name == "daddr":
        return replace(packet, dst=Ip(value))
    if name in {"ttl", "hoplimit"}:
        return replace(packet, ttl=int(value))
    if name == "dscp":
        return replace(packet, tos=(packet.tos & 3) | (int(value) << 2))
    return replace(packet, tos=(packet.tos & 0xFC) | int(value)) if name == "ecn" else None


def _notrack(inner: Json, going: Going, asking: Asking) -> Done:
    del inner
    (way,) = untracked(replace(asking.sight, packet=going.packet, track=going.track))
    return [_on(going, track=way.track, said=way.said)]


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


def _translating(manipulated: str) -> "Do":
    def do(inner: Json, going: Going, asking: Asking) -> Done:
        inner = inner or {}
        family = {"ip": 4, "ip6": 6}.get(inner.get("family", ""), asking.sight.family)
        if family != asking.sight.family:
            return [_out(going)]
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
            return _out(going, coins)
        if isinstance(value, Doubt):
            return _unknown(going, value.reason, value.command, coins)
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


def _ports_only(act: Callable[[Sight, Wanted], tuple[Way, ...]]) -> "Do":
    def do(inner: Json, going: Going, asking: Asking) -> Done:
        done: Done = []
        for coins, port in evaluate((inner or {}).get("port"), asking):
            if port is BREAK:
                done.append(_out(going, coins))
            elif isinstance(port, Doubt):
                done.append(_unknown(going, port.reason, port.command, coins))
            else:
                low, high = _port_span(port) if port is not None else (None, None)
                wanted = _with_flags(Wanted(port=low, last_port=high), inner)
                done.append(_ended(act(_seen(going, asking), wanted), going, coins))
        return done

    return do


def _tproxy(inner: Json, going: Going, asking: Asking) -> Done:
    """Hand it to a socket here, and go on with the next statement (nft_tproxy.c)."""
    sight = _seen(going, asking)
    if {"ip": 4, "ip6": 6}.get((inner or {}).get("family", ""), sight.family) != sight.family:
        return [_out(going)]
    kind = "ipv4_addr" if sight.family == V4 else "ipv6_addr"
    address = Ip(constant(inner["addr"], kind)) if "addr" in inner else None
    port = int(constant(inner["port"], "inet_service")) if "port" in inner else None
    (way,) = tproxy(sight, address, port, going.packet.mark)
    if way.verdict is HookVerdict.DROP:
        return [_out(going)]
    handed = replace(going, packet=way.packet, proxied=way.proxied, said=way.said)
    if way.doubt is None:
        return [handed]
    through, out = _fork(going, way.doubt, asking, inner)
    return [replace(handed, coins=through.coins), out]


def _queue(inner: Json, going: Going, asking: Asking) -> Done:
    del inner, asking
    return [_unknown(going, "queue hands it to a program, which decides", "cat /proc/net/netfilter/nfnetlink_queue")]


def _taken(what: str) -> "Do":
    def do(inner: Json, going: Going, asking: Asking) -> Done:
        del inner, asking
        return [_unknown(going, what)]

    return do


def _xt(inner: Json, going: Going, asking: Asking) -> Done:
    """Meet an extension of xtables, of which nft(8) prints the name only."""
    name = (inner or {}).get("name", "of xtables")
    command = "iptables-save -c" if asking.sight.family == V4 else "ip6tables-save -c"
    if (inner or {}).get("type") == "match":
        if name == "comment":
            return [going]
        return _fork(going, Doubt(f"what the match {name} of xtables says", command), asking, inner)
    return [_unknown(going, f"what the target {name} of xtables does", command)]


Do = Callable[[Json, Going, Asking], Done]
_DO: Final[dict[str, Do]] = {
    "match": _match, "vmap": _vmap, "reject": _reject, "mangle": _mangle, "notrack": _notrack, "limit": _limit,
    "dnat": _translating(DST), "snat": _translating(SRC), "masquerade": _ports_only(masquerade),
    "redirect": _ports_only(redirect), "tproxy": _tproxy, "quota": _doubtful("how much of its quota is left"),
    "ct count": _doubtful("how many connections there are"), "queue": _queue,
    "synproxy": _taken("synproxy answers in the place of the server"), "fwd": _taken("fwd takes it to another device"),
    "xt": _xt, "meter": _updates, "set": _updates, "map": _updates, "counter": _passes, "log": _passes, "dup": _passes,
    "last": _passes, "flow": _passes, "ct helper": _passes, "ct timeout": _passes, "ct expectation": _passes,
    "secmark": _passes, "comment": _passes,
}  # fmt: skip
VERDICTS: Final = frozenset(("accept", "drop", "jump", "goto", "return", "continue"))
PASSES: Final = tuple(name for name, do in _DO.items() if do is _passes)
ASSUMED: Final = ("limit",)
UNKNOWN: Final = ("quota", "ct count", "queue", "synproxy", "fwd", "xt")
EVALUATED: Final = (*sorted(VERDICTS), *(name for name in _DO if name not in {*PASSES, *ASSUMED, *UNKNOWN}))


def run(statement: Json, going: Going, asking: Asking) -> Done:
    """Run one statement."""
    name, inner = next(iter(statement.items()))
    if name in VERDICTS:
        return [verdict(statement, going)]
    do = _DO.get(name)
    if do is None:
        return [_unknown(going, f"what the statement {name} does")]
    return do(inner, going, asking)
