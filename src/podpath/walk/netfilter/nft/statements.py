"""Statements of nftables: what they do to a packet (nft(8), STATEMENTS; net/netfilter/nft_*.c)."""

from dataclasses import replace
from typing import Final

from podpath.language import tr
from podpath.state.address import V4, Ip
from podpath.walk.netfilter.answer import Chance
from podpath.walk.netfilter.chain import Turn, Way
from podpath.walk.netfilter.connection import Info, Track
from podpath.walk.netfilter.interface import Doubt, HookVerdict
from podpath.walk.netfilter.nat import DST, SRC
from podpath.walk.netfilter.nft.expressions import BREAK, Asking, Value, elements_of, evaluate
from podpath.walk.netfilter.nft.going import Do, Done, Going, drawn, end, fork, on, out, unknown
from podpath.walk.netfilter.nft.match import compare
from podpath.walk.netfilter.nft.sets import MISSING, bare
from podpath.walk.netfilter.nft.translations import handing, ports_only, translating
from podpath.walk.netfilter.nft.types import FIELDS, UNREAD, Json, constant, kind_of
from podpath.walk.netfilter.path import Given
from podpath.walk.netfilter.xtables.targets.nat import masquerade, redirect
from podpath.walk.netfilter.xtables.targets.verdicts import untracked
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


def _match(inner: Json, going: Going, asking: Asking) -> Done:
    done: Done = []
    for coins, answer in compare(inner, asking):
        if isinstance(answer, Doubt):
            done += fork(going, answer, asking, inner, coins)
        elif isinstance(answer, Chance):
            done += drawn(going, answer, asking, coins)
        else:
            done.append(on(going, coins) if answer else out(going, coins))
    return done if inner["op"] == "!=" else _run_all(_of_set(inner["right"], asking), done, asking)


def verdict(data: Json, going: Going, coins: Given = ()) -> Turn | Going:
    """Return what a verdict makes of a packet."""
    if isinstance(data, str):
        data = {data: None}
    name, inner = next(iter(data.items()))
    if name in {"accept", "drop"}:
        return end(going, HookVerdict(name), coins, said=going.said)
    stay = Way(going.packet, going.track, proxied=going.proxied, said=going.said if name != "return" else "")
    if name in {"jump", "goto"}:
        target = inner["target"] if isinstance(inner, dict) else str(inner)
        return Turn(stay, (*going.coins, *coins), jump=target, goto=name == "goto", notes=going.notes)
    if name == "return":
        return Turn(stay, (*going.coins, *coins), back=True, notes=going.notes)
    if name == "continue":
        return on(going, coins)
    return unknown(going, tr("the verdict {name}", name=name), "", coins)


def _vmap(inner: Json, going: Going, asking: Asking) -> Done:
    elements = elements_of(inner["data"], kind_of(inner["key"]), asking, is_map=True)
    done: Done = []
    for coins, key in evaluate(inner["key"], asking):
        if key is BREAK:
            done.append(out(going, coins))
        elif isinstance(key, Doubt):
            done.append(unknown(going, key.reason, key.command, coins))
        elif elements is None:
            done.append(unknown(going, tr("what is in the map {data}", data=inner["data"]), "nft -j list ruleset", coins))
        else:
            data = elements.find(key)
            if isinstance(data, Doubt):
                done.append(unknown(going, data.reason, data.command, coins))
            else:
                done.append(out(going, coins) if data is MISSING else verdict(data, going, coins))
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
            done.append(out(going, (*coins, *more)) if ends else on(going, (*coins, *more)))
    if inner.get("op") == "delete":
        return done
    own = inner.get("stmt") or _of_set(inner.get("set", inner.get("map")), asking)
    return _run_all([own] if isinstance(own, dict) else own, done, asking)


def _passes(inner: Json, going: Going, asking: Asking) -> Done:
    del inner, asking
    return [going]


def _limit(inner: Json, going: Going, asking: Asking) -> Done:
    """Take the rate to be below the limit."""
    note = tr("the rate is assumed to be below the limit of the rule")
    if isinstance(inner, str):
        return fork(
            going,
            Doubt(tr("whether the limit {inner} is for rates below it or over it", inner=inner), "nft list limits"),
            asking,
            inner,
        )
    if isinstance(inner, dict) and inner.get("inv"):
        return [out(going)]
    return [on(going, notes=(*going.notes, note))]


def _doubtful(what: str) -> Do:
    def do(inner: Json, going: Going, asking: Asking) -> Done:
        return fork(going, Doubt(what, "nft list ruleset"), asking, inner)

    return do


def _reset(inner: Json, going: Going, asking: Asking) -> Done:
    """Take an option out of a TCP header; the rule of what is no TCP ends (nft_exthdr_tcp_strip_eval)."""
    del inner
    return [going if asking.sight.packet.proto == "tcp" else out(going)]


def _object(do: Do) -> Do:
    """Let a map give the object: a key that it does not have ends the rule (nft_objref_map_eval)."""

    def by_name(inner: Json, going: Going, asking: Asking) -> Done:
        if not isinstance(inner, dict) or "map" not in inner:
            return do(inner, going, asking)
        done: Done = []
        for coins, name in evaluate(inner, asking):
            if name is BREAK:
                done.append(out(going, coins))
            elif isinstance(name, Doubt):
                done += fork(going, name, asking, inner, coins)
            else:
                done += do(name, on(going, coins), asking)
        return done

    return by_name


def _reject(inner: Json, going: Going, asking: Asking) -> Done:
    four = asking.sight.family == V4
    kind = (inner or {}).get("type", "icmpx")
    code = (inner or {}).get("expr", "port-unreachable")
    if kind == "tcp reset":
        answer = "tcp-reset"
    elif kind == "icmpx":
        answer = _EITHER.get(code, _EITHER["port-unreachable"])[0 if four else 1]
    elif (kind == "icmp") is not four:
        return [out(going)]
    else:
        answer = (_V4_KINDS if four else _V6_KINDS).get(code, str(code))
    if kind == "tcp reset" and asking.sight.packet.proto != "tcp":
        return [out(going)]
    return [end(going, HookVerdict.REJECT, reject=answer, said=answer)]


def _mangle(inner: Json, going: Going, asking: Asking) -> Done:
    key = inner["key"]
    if "tcp option" in key and asking.sight.packet.proto != "tcp":
        return [out(going)]  # nft_exthdr_tcp_set_eval
    done: Done = []
    for coins, value in evaluate(inner["value"], asking):
        if value is BREAK:
            done.append(out(going, coins))
        elif _idle(key):
            looked_up = isinstance(value, Doubt) and isinstance(inner["value"], dict) and "map" in inner["value"]
            done += fork(going, value, asking, inner, coins) if looked_up else [on(going, coins)]
        elif isinstance(value, Doubt):
            done.append(unknown(going, value.reason, value.command, coins))
        else:
            done.append(_set(key, constant(value, kind_of(key)), going, asking, coins))
    return done


def _idle(key: Json) -> bool:
    """Say whether what is set decides nothing here."""
    name, inner = next(iter(key.items()))
    if name in {"meta", "ct"}:
        return inner["key"] not in {"mark", "zone", "broute", "pkttype"}
    return name in {"tcp option", "exthdr"}


def _set(key: Json, value: Value, going: Going, asking: Asking, coins: Given) -> Going | Turn:
    name, inner = next(iter(key.items()))
    if name == "meta" and inner["key"] == "mark":
        mark = int(value) & _ALL
        return on(going, coins, packet=replace(going.packet, mark=mark), said=f"mark {mark:#x}")
    if name == "ct":
        return _set_tracked(inner["key"], inner.get("dir"), value, going, coins)
    if name == "meta":
        return unknown(going, tr("what setting meta {key} does", key=inner["key"]), "", coins)
    if name == "payload" and "field" in inner:
        return _set_field(inner["protocol"], inner["field"], value, going, asking, coins)
    return unknown(going, tr("what setting {name} does", name=name), "", coins)


def _set_tracked(key: str, side: str | None, value: Value, going: Going, coins: Given) -> Going | Turn:
    track = going.track
    if key == "mark":
        if track is None or track.connection is None or not track.looked_up:
            return on(going, coins)  # nothing to set, and the rule goes on (nft_ct_set_eval)
        return on(
            going,
            coins,
            track=track.with_connection(mark=int(value) & _ALL),
            said=tr("connection mark {value:#x}", value=int(value)),
        )
    if key == "zone":
        if track is not None and (track.connection is not None or track.prepared):
            return on(going, coins)  # what is not tracked has no connection: it gets one (nft_ct_set_zone_eval)
        track = Track(Info.INVALID, zone=int(value), zone_side=side or "both", looked_up=False)
        return on(going, coins, track=track, said=" ".join(filter(None, (side, f"zone {value}"))))
    return unknown(going, tr("what setting ct {key} does", key=key), "", coins)


def _set_field(proto: str, name: str, value: Value, going: Going, asking: Asking, coins: Given) -> Going | Turn:
    """Write into a header; the field must be there to be written (nft_payload_set_eval)."""
    packet = going.packet
    there = evaluate({"payload": {"protocol": proto, "field": name}}, asking)[0][1]
    if there is BREAK:
        return out(going, coins)
    changed: Packet | None = None
    if proto in {"ip", "ip6"}:
        changed = _network_set(packet, name, value)
    elif (proto, name) in FIELDS and name == "sport":
        changed = replace(packet, sport=int(value))
    elif (proto, name) in FIELDS and name == "dport":
        changed = replace(packet, dport=int(value))
    if changed is None:
        return unknown(going, tr("what writing {proto} {name} does", proto=proto, name=name), "", coins)
    return on(going, coins, packet=changed, said=f"{proto} {name} set")


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
    return [on(going, track=way.track, said=way.said)]


def _queue(inner: Json, going: Going, asking: Asking) -> Done:
    del inner, asking
    return [unknown(going, tr("queue passes it to a program, which decides"), "cat /proc/net/netfilter/nfnetlink_queue")]


def _taken(what: str) -> Do:
    def do(inner: Json, going: Going, asking: Asking) -> Done:
        del inner, asking
        return [unknown(going, what)]

    return do


def _xt(inner: Json, going: Going, asking: Asking) -> Done:
    """Meet an extension of xtables, of which nft(8) prints the name only."""
    name = (inner or {}).get("name", "of xtables")
    command = "iptables-save -c" if asking.sight.family == V4 else "ip6tables-save -c"
    if (inner or {}).get("type") == "match":
        if name == "comment":
            return [going]
        return fork(going, Doubt(tr("whether the xtables match {name} matches", name=name), command), asking, inner)
    return [unknown(going, tr("what the xtables target {name} does", name=name), command)]


_DO: Final[dict[str, Do]] = {
    "match": _match, "vmap": _vmap, "reject": _reject, "mangle": _mangle, "notrack": _notrack, "limit": _object(_limit),
    "dnat": translating(DST), "snat": translating(SRC), "masquerade": ports_only(masquerade),
    "redirect": ports_only(redirect), "tproxy": handing, "quota": _object(_doubtful("how much of its quota is left")),
    "ct count": _doubtful("how many connections there are"), "queue": _queue,
    "synproxy": _object(_taken("synproxy answers instead of the server")), "fwd": _taken("fwd sends it out of another device"),
    "xt": _xt, "meter": _updates, "set": _updates, "map": _updates, "reset": _reset,
    **{name: _object(_passes) for name in ("counter", "ct helper", "ct timeout", "ct expectation", "secmark")},
    **dict.fromkeys(("log", "dup", "last", "flow", "comment"), _passes),
}  # fmt: skip
VERDICTS: Final = frozenset(("accept", "drop", "jump", "goto", "return", "continue"))
PASSES: Final = ("counter", "log", "dup", "last", "flow", "ct helper", "ct timeout", "ct expectation", "secmark", "comment")
ASSUMED: Final = ("limit",)
UNKNOWN: Final = ("quota", "ct count", "queue", "synproxy", "fwd", "xt")
EVALUATED: Final = (*sorted(VERDICTS), *(name for name in _DO if name not in {*PASSES, *ASSUMED, *UNKNOWN}))


def run(statement: Json, going: Going, asking: Asking) -> Done:
    """Run one statement."""
    name, inner = next(iter(statement.items()))
    if name in VERDICTS:
        return [verdict(statement, going)]
    do = _DO.get(name)
    if name == UNREAD:
        return [unknown(going, tr("the meaning of the rule: {inner}", inner=inner), "nft list ruleset")]
    if do is None:
        return [unknown(going, tr("what the statement {name} does", name=name))]
    return do(inner, going, asking)
