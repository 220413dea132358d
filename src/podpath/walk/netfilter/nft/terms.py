"""Expressions as ``nft list ruleset`` prints them, read into the form of JSON (nft(8), PRIMARY and PAYLOAD EXPRESSIONS)."""

import re
from collections.abc import Callable
from typing import Final

from podpath.walk.netfilter.nft.tokens import Words, constant, elements, one
from podpath.walk.netfilter.nft.types import Json

OPERATORS: Final = frozenset(("==", "!=", "<", ">", "<=", ">=", "!"))
BINARY: Final = {"<<": 1, ">>": 1, "&": 2, "^": 3, "|": 4}
"""Arithmetic operators: the lower number binds more tightly (expr_binop_precedence)."""
_FOLLOWING: Final = OPERATORS | {"exists", "missing", "vmap", "map", "set", ".", ":", ")", "}", "{", "/"} | BINARY.keys()
"""Words that follow a whole expression: they test whether the header before them is present."""
_PLAIN_META: Final = frozenset(
    ("iif", "oif", "iifname", "oifname", "iifgroup", "oifgroup", "iiftype", "oiftype", "iifkind", "oifkind")
)
_HEADERS: Final = frozenset((
    "ip", "ip6", "tcp", "udp", "udplite", "sctp", "dccp", "th", "icmp", "icmpv6", "igmp", "ether", "vlan", "arp", "esp", "ah",
    "comp", "gre",
))  # fmt: skip
_TUNNELS: Final = frozenset(("gre", "gretap", "vxlan", "geneve"))
_RAW: Final = re.compile(r"@(?:ll|nh|th|ih)$")
_ROUTING_HEADER: Final = frozenset(("nexthdr", "hdrlength", "type", "seg-left"))


def _field(words: Words) -> dict[str, Json]:
    """Read the field of a header; without one it is asked whether the header is there."""
    word = words.peek()
    return {} if word is None or word in _FOLLOWING else {"field": words.take()}


def _header(protocol: str) -> Callable[[Words], Json]:
    def read(words: Words) -> Json:
        special = _SPECIAL.get((protocol, words.peek() or ""))
        if special is not None:
            words.take()
            return special(words)
        field = words.take()
        if protocol == "arp" and field in {"saddr", "daddr"}:
            field = f"{field} {words.take()}"
        return {"payload": {"protocol": protocol, "field": field}}

    return read


def _tunnelled(tunnel: str) -> Callable[[Words], Json]:
    """Read what asks for the packet inside a tunnel, or for the tunnel's own header."""

    def read(words: Words) -> Json:
        inner = words.peek() or ""
        if inner in _HEADERS and not (tunnel == "gre" and inner == "gre"):
            words.take()
            return {"payload": {"tunnel": tunnel, "protocol": inner, "field": words.take()}}
        own = {} if tunnel == "gre" else {"tunnel": tunnel}
        return {"payload": own | {"protocol": tunnel, "field": words.take()}}

    return read


def _tcp_option(words: Words) -> Json:
    name = words.take()
    if name.startswith("@"):  # tcp option @KIND,OFFSET,LENGTH
        words.want(",")
        offset = int(words.take())
        words.want(",")
        return {"tcp option": {"base": int(name[1:]), "offset": offset, "len": int(words.take())}}
    if name.isdecimal():
        return {"tcp option": {"base": int(name), "offset": 0, "len": 8}}
    return {"tcp option": {"name": name} | _field(words)}


def _dccp_option(words: Words) -> Json:
    return {"dccp option": {"type": int(words.take())}}


def _named(name: str) -> Callable[[Words], Json]:
    """Read a header that has a name of its own: an option, a chunk."""
    return lambda words: {name: {"name": words.take()} | _field(words)}


_SPECIAL: Final[dict[tuple[str, str], Callable[[Words], Json]]] = {
    ("tcp", "option"): _tcp_option, ("ip", "option"): _named("ip option"), ("sctp", "chunk"): _named("sctp chunk"),
    ("dccp", "option"): _dccp_option,
}  # fmt: skip


def _raw(words: Words) -> Json:
    base = words.take()[1:]
    words.want(",")
    offset = int(words.take())
    words.want(",")
    return {"payload": {"base": base, "offset": offset, "len": int(words.take())}}


def _meta(words: Words) -> Json:
    return {"meta": {"key": words.take()}}


def _ct(words: Words) -> Json:
    inner: dict[str, Json] = {}
    if words.peek() in {"original", "reply"}:
        inner["dir"] = words.take()
    key = words.take()
    if key in {"ip", "ip6"}:
        key = f"{key} {words.take()}"
    return {"ct": {"key": key} | inner}


def _fib(words: Words) -> Json:
    flags = [words.take()]
    while words.skip("."):
        flags.append(words.take())
    result = words.take()
    # "check" asks whether there is a route: JSON has always said so of the device.
    return {"fib": {"result": "oif" if result == "check" else result, "flags": flags}}


def _rt(words: Words) -> Json:
    family = {"family": words.take()} if words.peek() in {"ip", "ip6"} else {}
    key = words.take()
    return {"exthdr": {"name": "rt", "field": key}} if key in _ROUTING_HEADER else {"rt": {"key": key} | family}


def _ipsec(words: Words) -> Json:
    found: dict[str, Json] = {"dir": words.take(), "spnum": 0}
    if words.skip("spnum"):
        found["spnum"] = int(words.take())
    if words.peek() in {"ip", "ip6"}:
        found["family"] = words.take()
    return {"ipsec": {"key": words.take()} | found}


def _osf(words: Words) -> Json:
    ttl = {"ttl": words.take()} if words.skip("ttl") else {}
    return {"osf": {"key": words.take()} | ttl}


def _socket(words: Words) -> Json:
    key = words.take()
    return {"socket": {"key": key} | ({"level": int(words.take())} if words.skip("level") else {})}


def _tunnel(words: Words) -> Json:
    return {"tunnel": {"key": words.take()}}


def _mod(words: Words) -> dict[str, Json]:
    words.want("mod")
    found: dict[str, Json] = {"mod": int(words.take(), 0)}
    for option in ("seed", "offset"):
        if words.skip(option):
            found[option] = int(words.take(), 0)
    return found


def _numgen(words: Words) -> Json:
    mode = words.take()
    return {"numgen": {"mode": mode, "offset": 0} | _mod(words)}


def _jhash(words: Words) -> Json:
    inner = expression(words)
    return {"jhash": _mod(words) | {"expr": inner}}


def _symhash(words: Words) -> Json:
    return {"symhash": _mod(words)}


def _named_exthdr(words: Words) -> Json:
    return {"exthdr": {"name": words.take()} | _field(words)}


def _exthdr(name: str) -> Callable[[Words], Json]:
    return lambda words: {"exthdr": {"name": name} | _field(words)}


_TERMS: Final[dict[str, Callable[[Words], Json]]] = {
    "meta": _meta, "ct": _ct, "fib": _fib, "numgen": _numgen, "jhash": _jhash, "symhash": _symhash, "rt": _rt,
    "socket": _socket, "osf": _osf, "exthdr": _named_exthdr, "ipsec": _ipsec, "tunnel": _tunnel,
    **{name: _header(name) for name in _HEADERS}, **{name: _tunnelled(name) for name in _TUNNELS},
    **{name: _exthdr(name) for name in ("frag", "hbh", "dst", "rt0", "rt2", "rt4", "mh", "srh")},
}  # fmt: skip


def _term(words: Words) -> Json:
    """Read one expression that asks something of the packet; a constant where it is none."""
    word = words.peek()
    read = _TERMS.get(word or "")
    if read is not None:
        words.take()
        return read(words)
    if word in _PLAIN_META:
        return {"meta": {"key": words.take()}}
    if word == "(":
        words.take()
        inner = expression(words)
        words.want(")")
        return inner
    if word is not None and _RAW.match(word) and words.peek(1) == ",":
        return _raw(words)
    return constant(words)


def expression(words: Words) -> Json:
    """Read an expression: terms, joined by dots or calculated with."""
    parts = [_calculated(words)]
    while words.skip("."):
        parts.append(_calculated(words))
    found: Json = parts[0] if len(parts) == 1 else {"concat": parts}
    if words.skip("map"):
        return {"map": {"key": found, "data": data(words)}}
    return found


def _calculated(words: Words) -> Json:
    return _joined_by(4, _term(words), words)


def _joined_by(loosest: int, left: Json, words: Words) -> Json:
    """Join terms from the left by operators that bind at least so tightly."""
    while (binds := BINARY.get(words.peek() or "", loosest + 1)) <= loosest:
        operator = words.take()
        left = {operator: [left, _joined_by(binds - 1, _operand(words), words)]}
    return left


def _operand(words: Words) -> Json:
    """Read what stands right of an operator: a term, or one constant."""
    word = words.peek() or ""
    is_term = word in _TERMS or word in _PLAIN_META or word == "(" or word.startswith("@")
    return _term(words) if is_term else one(words)


def data(words: Words) -> Json:
    """Read a set or a map: its name, or its elements."""
    return words.take() if (words.peek() or "").startswith("@") else {"set": elements(words)}


def is_constant(value: Json) -> bool:
    """Say whether an expression asks nothing of the packet: its first word is none that podpath knows."""
    if not isinstance(value, dict):
        return True
    name, inner = next(iter(value.items()))
    if name == "map":
        return is_constant(inner["key"])
    if name == "concat":
        return any(is_constant(part) for part in inner)
    return name in {"range", "prefix", "set"} or (name in BINARY and is_constant(inner[0]))
