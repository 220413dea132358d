"""What ``nft list ruleset`` prints for people, read into the form of ``nft -j list ruleset`` (nft(8), libnftables-json(5)).

nft prints one rule on one line, and puts blanks around everything but commas: that is all the grammar that is needed here. A rule
that cannot be read becomes a statement that nobody knows, so that it is unknown and not skipped.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from podpath.walk.netfilter.nft.types import Json, kind_of

_TOKEN: Final = re.compile(r'"([^"]*)"|([{}(),;])|([^\s{}(),;"]+)')
_HEX: Final = re.compile(r"0x[0-9a-fA-F]+$")
_NUMBER: Final = re.compile(r"[0-9]+$")
_ADDRESS: Final = r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]+|[0-9]+|0x[0-9a-fA-F]+)"
_RANGE: Final = re.compile(rf"({_ADDRESS})-({_ADDRESS})$")
_PREFIX: Final = re.compile(rf"({_ADDRESS})/([0-9]+)$")
_TO: Final = re.compile(
    r"(?:\[([^\]]+)\]|([0-9.]+(?:-[0-9.]+)?|[0-9a-fA-F:][0-9a-fA-F]*:[0-9a-fA-F:-]*+))?(?::([0-9]+(?:-[0-9]+)?))?$"
)
_HEAD: Final = re.compile(r"(type \w+ hook \w++[^;]*;)(?: policy (\w+);)?")
_BASE: Final = re.compile(r"type (\w+) hook (\w+) (?:device \"?([^\"\s]+)\"? |devices = \{ ([^}]*) \} )?priority (.+?);")
_OPERATORS: Final = frozenset(("==", "!=", "<", ">", "<=", ">=", "!"))
_BINARY: Final = {"<<": 1, ">>": 1, "&": 2, "^": 3, "|": 4}
"""Operators that calculate: the lower number binds more tightly (expr_binop_precedence)."""
_PLAIN_META: Final = frozenset(
    ("iif", "oif", "iifname", "oifname", "iifgroup", "oifgroup", "iiftype", "oiftype", "iifkind", "oifkind")
)
_PAYLOADS: Final = frozenset(
    (
        "ip",
        "ip6",
        "tcp",
        "udp",
        "udplite",
        "sctp",
        "dccp",
        "th",
        "icmp",
        "icmpv6",
        "igmp",
        "ether",
        "vlan",
        "arp",
        "esp",
        "ah",
        "comp",
    )
)
_NAT_FLAGS: Final = frozenset(("random", "fully-random", "persistent"))
_PRIORITIES: Final = {"raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50, "srcnat": 100, "out": 100}
_BRIDGE_PRIORITIES: Final = {"dstnat": -300, "filter": -200, "out": 100, "srcnat": 300}
UNREAD: Final = "(unread)"


class UnreadError(ValueError):
    """Words that nobody understands."""


class _Words:
    """The words of one rule, taken off the front."""

    def __init__(self, text: str) -> None:
        self.words = [(match[1] if match[1] is not None else match[0], match[1] is not None) for match in _TOKEN.finditer(text)]
        self.at = 0
        variable = next((word for word, quoted in self.words if "$" in word and not quoted), None)
        if variable is not None:
            raise UnreadError(f'"{variable}" is a variable of a file for nft -f, which no listing has')

    def peek(self, ahead: int = 0) -> str | None:
        """Return a word without taking it; none for a quoted one and after the end."""
        place = self.at + ahead
        return None if place >= len(self.words) or self.words[place][1] else self.words[place][0]

    def take(self) -> str:
        """Take a word."""
        if self.at >= len(self.words):
            raise UnreadError("it ends too early")
        self.at += 1
        return self.words[self.at - 1][0]

    def quoted(self) -> bool:
        """Say whether the next word stands in quotes."""
        return self.at < len(self.words) and self.words[self.at][1]

    def skip(self, *words: str) -> bool:
        """Take words if they come next."""
        if all(self.peek(ahead) == word for ahead, word in enumerate(words)):
            self.at += len(words)
            return True
        return False

    def want(self, word: str) -> None:
        """Take a word that must come next."""
        if not self.skip(word):
            raise UnreadError(f'"{word}" is missing before "{self.peek()}"')

    @property
    def over(self) -> bool:
        """Nothing is left."""
        return self.at >= len(self.words)


def _scalar(word: str) -> Json:
    if _NUMBER.match(word):
        return int(word)
    if _HEX.match(word):
        return int(word, 16)
    span = _RANGE.match(word)
    if span is not None:
        return {"range": [_scalar(span[1]), _scalar(span[2])]}
    prefix = _PREFIX.match(word)
    if prefix is not None:
        return {"prefix": {"addr": prefix[1], "len": int(prefix[2])}}
    return word


def _constant(words: _Words) -> Json:
    """Read one constant: a word, a quoted one, a flag list, a set, a name of a set."""
    if words.peek() == "{":
        return {"set": _elements(words)}
    if words.peek() == "(":
        words.take()
        inner = _flags(words)
        words.want(")")
        return inner
    return _flags(words)


def _flags(words: _Words) -> Json:
    """Read one word, or several that are joined by commas or bars."""
    first = _one(words)
    if words.peek() not in {",", "|"}:
        return first
    found = [first]
    while words.peek() in {",", "|"}:
        words.take()
        found.append(_one(words))
    return found


def _one(words: _Words) -> Json:
    quoted = words.quoted()
    word = words.take()
    if word in {"{", "}", "(", ")", ";"}:
        raise UnreadError(f'"{word}" stands where a value should')
    return word if quoted else {"exists": True, "missing": False}.get(word, _scalar(word))


def _joined(words: _Words) -> Json:
    """Read constants that are joined by dots."""
    parts = [_element_value(words)]
    while words.skip("."):
        parts.append(_element_value(words))
    return parts[0] if len(parts) == 1 else {"concat": parts}


def _element_value(words: _Words) -> Json:
    value = _one(words)
    if words.peek() == "|":
        found = [value]
        while words.skip("|"):
            found.append(_one(words))
        return found
    return value


_OF_ELEMENTS: Final = frozenset(("timeout", "expires", "comment", "counter", "limit", "quota"))


def _elements(words: _Words) -> list[Json]:
    """Read the elements of a set or a map."""
    words.want("{")
    found: list[Json] = []
    while not words.skip("}"):
        key = _joined(words)
        while words.peek() in _OF_ELEMENTS:
            _element_option(words)
        if words.skip(":"):
            found.append([key, _verdict_or_value(words)])
        else:
            found.append(key)
        while words.peek() in _OF_ELEMENTS:
            _element_option(words)
        words.skip(",")
    return found


def _element_option(words: _Words) -> None:
    """Leave out what is said of an element."""
    name = words.take()
    if name == "counter":
        for word in ("packets", "bytes"):
            if words.skip(word):
                words.take()
        return
    if name == "limit":
        while words.peek() not in {",", "}", ":", None}:
            words.take()
        return
    words.take()


_VERDICTS: Final = frozenset(("accept", "drop", "return", "continue"))


def _verdict_or_value(words: _Words) -> Json:
    word = words.peek()
    if word in _VERDICTS:
        words.take()
        return {str(word): None}
    if word in {"jump", "goto"}:
        words.take()
        return {str(word): {"target": words.take()}}
    return _joined(words)


def _term(words: _Words) -> Json:
    """Read one expression that asks something of the packet; a constant where it is none."""
    word = words.peek()
    read = _TERMS.get(word or "")
    if read is not None:
        words.take()
        return read(words)
    if word in _PAYLOADS:
        if word == "tcp" and words.peek(1) == "option":
            words.at += 2
            name = words.take()
            return {
                "tcp option": {"name": name, "field": words.take()}
                if words.peek() in {"size", "kind", "length"}
                else {"name": name}
            }
        if word == "ip" and words.peek(1) == "option":
            words.at += 2
            return {"ip option": {"name": words.take()}}
        words.take()
        return {"payload": {"protocol": word, "field": words.take()}}
    if word in _PLAIN_META:
        return {"meta": {"key": words.take()}}
    if word == "(":
        words.take()
        inner = expression(words)
        words.want(")")
        return inner
    if word is not None and re.match(r"@(?:ll|nh|th|ih),", word + (",")) and words.peek(1) == ",":
        return _raw(words)
    return _constant(words)


def _raw(words: _Words) -> Json:
    base = words.take()[1:]
    words.want(",")
    offset = int(words.take())
    words.want(",")
    return {"payload": {"base": base, "offset": offset, "len": int(words.take())}}


def _meta(words: _Words) -> Json:
    return {"meta": {"key": words.take()}}


def _ct(words: _Words) -> Json:
    inner: dict[str, Json] = {}
    if words.peek() in {"original", "reply"}:
        inner["dir"] = words.take()
    key = words.take()
    if key in {"ip", "ip6"}:
        key = f"{key} {words.take()}"
    return {"ct": {"key": key} | inner}


def _fib(words: _Words) -> Json:
    flags = [words.take()]
    while words.skip("."):
        flags.append(words.take())
    return {"fib": {"result": words.take(), "flags": flags}}


def _mod(words: _Words) -> dict[str, Json]:
    words.want("mod")
    found: dict[str, Json] = {"mod": int(words.take(), 0)}
    for option in ("seed", "offset"):
        if words.skip(option):
            found[option] = int(words.take(), 0)
    return found


def _numgen(words: _Words) -> Json:
    mode = words.take()
    return {"numgen": {"mode": mode, "offset": 0} | _mod(words)}


def _jhash(words: _Words) -> Json:
    inner = expression(words)
    return {"jhash": _mod(words) | {"expr": inner}}


def _symhash(words: _Words) -> Json:
    return {"symhash": _mod(words)}


def _keyed(name: str) -> Callable[[_Words], Json]:
    return lambda words: {name: {"key": words.take()}}


def _named_exthdr(words: _Words) -> Json:
    return _exthdr(words.take())(words)


def _exthdr(name: str) -> Callable[[_Words], Json]:
    def read(words: _Words) -> Json:
        if words.peek() in {"exists", "missing", *_OPERATORS}:
            return {"exthdr": {"name": name}}
        return {"exthdr": {"name": name, "field": words.take()}}

    return read


_TERMS: Final[dict[str, Callable[[_Words], Json]]] = {
    "meta": _meta, "ct": _ct, "fib": _fib, "numgen": _numgen, "jhash": _jhash, "symhash": _symhash, "rt": _keyed("rt"),
    "socket": _keyed("socket"), "osf": _keyed("osf"), "exthdr": _named_exthdr,
    **{name: _exthdr(name) for name in ("frag", "hbh", "dst", "rt0", "mh", "srh")},
}  # fmt: skip


def expression(words: _Words) -> Json:
    """Read an expression: terms, joined by dots or calculated with."""
    parts = [_calculated(words)]
    while words.skip("."):
        parts.append(_calculated(words))
    found: Json = parts[0] if len(parts) == 1 else {"concat": parts}
    if words.skip("map"):
        return {"map": {"key": found, "data": _data(words)}}
    return found


def _calculated(words: _Words) -> Json:
    return _joined_by(4, _term(words), words)


def _joined_by(loosest: int, left: Json, words: _Words) -> Json:
    """Join terms from the left by operators that bind at least so tightly."""
    while (binds := _BINARY.get(words.peek() or "", loosest + 1)) <= loosest:
        operator = words.take()
        left = {operator: [left, _joined_by(binds - 1, _operand(words), words)]}
    return left


def _operand(words: _Words) -> Json:
    """Read what stands right of an operator: a term, or one constant."""
    word = words.peek() or ""
    is_term = word in _TERMS or word in _PAYLOADS or word in _PLAIN_META or word == "(" or word.startswith("@")
    return _term(words) if is_term else _one(words)


def _data(words: _Words) -> Json:
    return words.take() if (words.peek() or "").startswith("@") else {"set": _elements(words)}


_FLAG_FIELDS: Final = frozenset(("ct_state", "ct_status", "tcp_flag"))


def _compared(words: _Words) -> Json:
    """Read a comparison, a verdict map or an assignment: all begin with an expression."""
    begin = words.peek()
    left = expression(words)
    if _is_constant(left):
        raise UnreadError(f'"{begin}" begins nothing that podpath knows')
    if words.skip("vmap"):
        return {"vmap": {"key": left, "data": _data(words)}}
    if words.skip("set"):
        return {"mangle": {"key": left, "value": expression(words)}}
    operator = words.take() if words.peek() in _OPERATORS else ""
    right = _right(words)
    if words.skip("/"):  # tcp flags syn / syn,ack
        return {"match": {"op": operator or "==", "left": {"&": [left, _flags(words)]}, "right": right}}
    bits = _is_flags(left) and not operator and not (isinstance(right, dict) and "set" in right)
    return {"match": {"op": operator or ("in" if bits else "=="), "left": left, "right": right}}


def _is_constant(value: Json) -> bool:
    """Say whether an expression asks nothing of the packet: its first word is none that podpath knows."""
    if not isinstance(value, dict):
        return True
    name, inner = next(iter(value.items()))
    if name == "map":
        return _is_constant(inner["key"])
    if name == "concat":
        return any(_is_constant(part) for part in inner)
    return name in {"range", "prefix", "set"} or (name in _BINARY and _is_constant(inner[0]))


def _right(words: _Words) -> Json:
    if (words.peek() or "").startswith("@"):
        return words.take()
    if words.peek() == "{":
        return {"set": _elements(words)}
    found = _constant(words)
    if words.peek() == "." and not isinstance(found, list):
        parts = [found]
        while words.skip("."):
            parts.append(_constant(words))
        return {"concat": parts}
    return found


def _is_flags(left: Json) -> bool:
    return kind_of(left) in _FLAG_FIELDS and not (isinstance(left, dict) and next(iter(left)) in _BINARY)


def _jump(name: str) -> Callable[[_Words], Json]:
    return lambda words: {name: {"target": words.take()}}


def _counter(words: _Words) -> Json:
    if words.skip("name"):
        return {"counter": words.take()}
    found = {"packets": 0, "bytes": 0}
    for key in found:
        if words.skip(key):
            found[key] = int(words.take())
    return {"counter": found}


def _limit(words: _Words) -> Json:
    if words.skip("name"):
        return {"limit": words.take()}
    words.want("rate")
    over = words.skip("over")
    rate = words.take()
    found: dict[str, Json] = {"rate": int(rate.partition("/")[0]), "per": rate.partition("/")[2]}
    if "/" not in rate:
        found["rate_unit"], _, found["per"] = words.take().partition("/")
    if words.skip("burst"):
        found["burst"] = int(words.take())
        words.take()
    return {"limit": found | ({"inv": True} if over else {})}


def _log(words: _Words) -> Json:
    found: dict[str, Json] = {}
    flags: list[Json] = []
    while words.peek() in {"prefix", "group", "level", "queue-threshold", "snaplen", "flags"}:
        key = words.take()
        if key == "flags":
            flags += _log_flags(words)
        else:
            found[key] = _flags(words)
    if flags:
        found["flags"] = flags[0] if len(flags) == 1 else flags
    return {"log": found or None}


def _log_flags(words: _Words) -> list[Json]:
    """Read flags: a header with one or more of its fields (tcp sequence,options), or one word."""
    header = words.take()
    if header not in {"tcp", "ip"}:
        return [header]
    fields = _flags(words)
    return [f"{header} {field}" for field in (fields if isinstance(fields, list) else [fields])]


def _reject(words: _Words) -> Json:
    if not words.skip("with"):
        return {"reject": None}
    if words.skip("tcp", "reset"):
        return {"reject": {"type": "tcp reset"}}
    kind = words.take()
    words.skip("type")
    return {"reject": {"type": kind, "expr": words.take()}}


def _nat(name: str) -> Callable[[_Words], Json]:
    def read(words: _Words) -> Json:
        found: dict[str, Json] = {}
        if words.peek() in {"ip", "ip6"} and words.peek(1) in {"to", "addr", "prefix", "interval"}:
            found["family"] = words.take()
        words.skip("addr", ".", "port")
        prefix = words.skip("prefix")
        words.skip("interval")
        if words.skip("to"):
            found |= _target(words)
        flags = []
        while words.peek() in _NAT_FLAGS:
            flags.append(words.take())
            words.skip(",")
        if prefix:  # also where a map gives it (nf_nat_setup_netmap)
            flags.append("netmap")
            found["type_flags"] = "prefix"
        told = {"flags": flags[0] if len(flags) == 1 else flags} if flags else {}  # as nft -j writes them
        return {name: (found | told) or None}

    return read


def _target(words: _Words) -> dict[str, Json]:
    """Read ADDRESS:PORT, or an expression that gives it."""
    match = _TO.match(words.peek() or "-")
    if match is not None and (words.peek(1) or "") not in {".", "map", "mod"}:
        words.take()
        address = match[1] or match[2]
        found = {"addr": _scalar(address)} if address else {}
        return found | ({"port": _scalar(match[3])} if match[3] else {})
    found = {"addr": expression(words)}
    if (words.peek() or "").startswith(":"):
        found["port"] = _scalar(words.take()[1:])
    return found


def _dynamic(operation: str) -> Callable[[_Words], Json]:
    def read(words: _Words) -> Json:
        name = words.take()
        key, found, data = _new_element(words)
        more = {"stmt": found} if found else {}
        if data is None:
            return {"set": {"op": operation, "elem": key, "set": name} | more}
        return {"map": {"op": operation, "elem": key, "data": data, "map": name} | more}

    return read


def _new_element(words: _Words) -> tuple[Json, list[Json], Json]:
    """Read an element that a rule makes: its key, the statements that it carries, its value in a map."""
    words.want("{")
    key = expression(words)
    options: dict[str, Json] = {}
    found: list[Json] = []
    while words.peek() not in {":", "}"}:
        if words.peek() in {"timeout", "expires"}:
            options[words.take()] = words.take()
        else:
            found.append(_statement(words))
    data = expression(words) if words.skip(":") else None
    words.want("}")
    return {"elem": {"val": key} | options} if options else key, found, data


def _meter(words: _Words) -> Json:
    found: dict[str, Json] = {"name": words.take()}
    if words.skip("size"):
        found["size"] = int(words.take())
    key, carried, _ = _new_element(words)
    return {"meter": found | {"key": key, "stmt": carried[0] if len(carried) == 1 else carried}}


def _flow(words: _Words) -> Json:
    if words.skip("add") or words.skip("offload"):
        return {"flow": {"op": "add", "flowtable": words.take()}}
    words.want("table")  # what is called a meter now
    return _meter(words)


def _quota(words: _Words) -> Json:
    if words.skip("name"):
        return {"quota": words.take()}
    over = words.skip("over")
    found: dict[str, Json] = {"val": int(words.take()), "val_unit": words.take()}
    if words.skip("used"):
        words.at += 2
    return {"quota": found | ({"inv": True} if over else {})}


def _dup(words: _Words) -> Json:
    words.want("to")
    expression(words)
    if words.skip("device"):
        expression(words)
    return {"dup": {}}


def _xt(words: _Words) -> Json:
    return {"xt": {"type": words.take(), "name": words.take()}}


def _rest(name: str) -> Callable[[_Words], Json]:
    """Take all that is left: of a statement that is unknown whatever it says."""

    def read(words: _Words) -> Json:
        words.at = len(words.words)
        return {name: {}}

    return read


def _tproxy(words: _Words) -> Json:
    found: dict[str, Json] = {}
    if words.peek() in {"ip", "ip6"}:
        found["family"] = words.take()
    words.want("to")
    return {"tproxy": found | _target(words)}


def _ct_statement(words: _Words) -> Json | None:
    """Read what begins with ct and is no comparison."""
    if words.peek() == "ct" and words.peek(2) == "set" and words.peek(1) in {"helper", "timeout", "expectation"}:
        words.take()
        name = words.take()
        words.take()
        return {f"ct {name}": words.take()}
    if words.skip("ct", "count"):
        over = words.skip("over")
        return {"ct count": {"val": int(words.take())} | ({"inv": True} if over else {})}
    return None


_STATEMENTS: Final[dict[str, Callable[[_Words], Json]]] = {
    "jump": _jump("jump"), "goto": _jump("goto"), "counter": _counter, "limit": _limit, "log": _log, "reject": _reject,
    "snat": _nat("snat"), "dnat": _nat("dnat"), "masquerade": _nat("masquerade"), "redirect": _nat("redirect"),
    "add": _dynamic("add"), "update": _dynamic("update"), "delete": _dynamic("delete"), "tproxy": _tproxy,
    "queue": _rest("queue"), "synproxy": _rest("synproxy"), "fwd": _rest("fwd"), "dup": _dup, "quota": _quota,
    "notrack": lambda _: {"notrack": None}, "flow": _flow, "meter": _meter, "xt": _xt,
}  # fmt: skip


def statements(text: str) -> tuple[list[Json], str]:
    """Return the statements of a rule, and its comment.

    Args:
        text: one line of a chain.
    """
    found: list[Json] = []
    comment = ""
    try:
        words = _Words(text)
        while not words.over:
            if words.peek() == "comment":
                words.take()
                comment = words.take()
                continue
            found.append(_statement(words))
    except (ValueError, KeyError, RecursionError) as error:
        return [*found, {UNREAD: f"{text} ({error})"}], comment
    return found, comment


def _statement(words: _Words) -> Json:
    word = words.peek()
    if word in _VERDICTS:
        words.take()
        return {str(word): None}
    read = _STATEMENTS.get(word or "")
    if read is not None:
        words.take()
        return read(words)
    return _ct_statement(words) or _compared(words)


_TABLE: Final = re.compile(r"table (?:(ip|ip6|inet|arp|bridge|netdev) )?(\S+) \{")
_OF_SET: Final = (
    "type ", "typeof ", "size ", "policy ", "flags ", "timeout ", "gc-interval ", "comment ", "auto-merge", "counter", "limit ",
    "quota ", "ct count ", "last", "#",
)  # fmt: skip
"""How lines of a set begin, before its elements (set_print_declaration)."""
_CARRIED: Final = ("limit ", "ct count ", "quota ", "counter", "last")
_BLOCK: Final = re.compile(r"(chain|set|map) (\S+) \{$")
_OBJECT: Final = re.compile(
    r"(?:flowtable|ct (?:helper|timeout|expectation)|counter|quota|limit|secmark|synproxy|tunnel) \S+ \{$"
)
_OF_TABLE: Final = re.compile(r'(?:flags [\w,]++|comment "[^"]*"|#.*);?$')
_OPENING: Final = re.compile(r"\b(jump|goto) \{$")
_HANDLE: Final = re.compile(r" # handle ([0-9]+)$")


def items(text: str) -> Iterator[Json]:
    """Yield the objects of a listing, as ``nft -j`` would print them.

    Rules and chains carry the number of their line besides, from 0, and rules their own words.

    Raises:
        ValueError: the listing is cut off, or holds what nft does not print: a file for ``nft -f`` is no listing.
    """
    family = table = ""
    lines = enumerate(text.splitlines())
    for number, line in lines:
        bare = _HANDLE.sub("", line.rstrip())
        if not table:
            opening = _TABLE.match(bare)
            if opening is not None:
                family, table = opening[1] or "ip", opening[2]
                yield {"table": {"family": family, "name": table, "flags": []}}
            elif bare and not bare.startswith("#"):
                raise ValueError(f"{bare[:60]} stands outside of tables, and is not what nft prints")
        elif bare == "}":
            table = ""
        else:
            yield from _inside(bare.strip(), number, lines, {"family": family, "table": table})
    if table:
        raise ValueError(f"table {table} is cut off")


def _inside(line: str, number: int, lines: Iterator[tuple[int, str]], owner: dict[str, str]) -> Iterator[Json]:
    """Yield what a line of a table begins."""
    block = _BLOCK.match(line)
    if block is not None:
        body = _body(lines)
        yield from _chain(block[2], number, body, owner) if block[1] == "chain" else _set(block[1], block[2], body, owner)
    elif _OBJECT.match(line) is not None:
        _body(lines)
    elif line.startswith("flags ") and "dormant" in re.split(r"[ ,;]+", line):
        yield {"table": {"family": owner["family"], "name": owner["table"], "flags": ["dormant"]}}
    elif line and _OF_TABLE.match(line) is None:
        raise ValueError(f"{line[:60]} is not how nft prints it")


def _body(lines: Iterator[tuple[int, str]]) -> list[tuple[int, str]]:
    """Take the lines of a block, with their numbers."""
    found: list[tuple[int, str]] = []
    depth = 1
    for number, line in lines:
        bare = _HANDLE.sub("", line.strip())
        quoted = re.sub(r'"[^"]*"', "", bare)
        depth += quoted.count("{") - quoted.count("}")
        if depth <= 0:
            return found
        found.append((number, line.strip()))
    raise ValueError("a block is cut off")


def _chain(name: str, first: int, body: list[tuple[int, str]], owner: dict[str, str]) -> Iterator[Json]:
    declared: dict[str, Json] = owner | {"name": name, "line": first}
    rules: list[Json] = []
    lines = iter(body)
    for number, line in lines:
        head = _HEAD.match(line)
        if head is not None and line[head.end() :].strip():
            raise ValueError(f"{line[:60]} is not how nft prints it")
        if head is not None and (base := _BASE.match(head[1])) is not None:
            devices = [base[3]] if base[3] else [part.strip(' "') for part in (base[4] or "").split(",") if part.strip()]
            declared |= {
                "line": number, "type": base[1], "hook": base[2], "prio": _priority(base[5], owner["family"]),
                "policy": head[2] or "accept",
            } | ({"dev": devices} if devices else {})  # fmt: skip
        elif line and not line.startswith(("#", "comment ")):
            while _OPENING.search(line) is not None:
                unnamed = f"__chain{number}"
                inside, rest = _unnamed(lines)
                rules += _chain(unnamed, number, inside, owner)
                line = _OPENING.sub(rf"\1 {unnamed}", line) + rest  # noqa: PLW2901 - the rule ends on a later line
            handle = _HANDLE.search(line)
            bare = _HANDLE.sub("", line)
            found, comment = statements(bare)
            more: dict[str, Json] = {"comment": comment} if comment else {}
            more |= {"handle": int(handle[1])} if handle else {}
            rules.append({"rule": owner | {"chain": name, "line": number, "words": bare, "expr": found} | more})
    yield {"chain": declared}
    yield from rules


def _unnamed(lines: Iterator[tuple[int, str]]) -> tuple[list[tuple[int, str]], str]:
    """Take the lines of a chain without a name, which stands where a rule jumps; and what follows it in the rule."""
    inside: list[tuple[int, str]] = []
    depth = 1
    for number, line in lines:
        depth -= line.startswith("}")
        if not depth:
            return inside, line[1:]
        depth += line.endswith("{")
        inside.append((number, line))
    raise ValueError("a chain without a name is cut off")


def _priority(words: str, family: str) -> int:
    names = _BRIDGE_PRIORITIES if family == "bridge" else _PRIORITIES
    parts = words.split()
    if parts[0] not in names:
        return int(parts[0])
    offset = int(parts[2]) * (1 if parts[1] == "+" else -1) if len(parts) > 2 else 0  # noqa: PLR2004 - name, sign, number
    return names[parts[0]] + offset


def _set(kind: str, name: str, body: list[tuple[int, str]], owner: dict[str, str]) -> Iterator[Json]:
    declared: dict[str, Json] = owner | {"name": name, "type": "integer", "elem": []}
    text = "\n".join(line for _, line in body)
    typed = re.search(r"^type (.*)$", text, re.MULTILINE)
    told = re.search(r"^typeof (.*)$", text, re.MULTILINE)
    if typed is not None:
        key = typed[1].partition(" : ")[0]
        declared["type"] = key.split(" . ") if " . " in key else key.strip()
    elif told is not None:
        declared["type"] = _typeof(told[1].partition(" : ")[0])
    if kind == "map":
        declared["map"] = "verdict"
    carried = [line for _, line in body if line.startswith(_CARRIED)]
    if carried:
        declared["stmt"] = statements(" ".join(carried))[0]
    said, _, listed = text.partition("elements = ")
    strange = next((line for line in said.splitlines() if line and not line.startswith(_OF_SET)), None)
    if strange is not None:
        raise ValueError(f"{strange[:60]} is not how nft prints a set")
    if listed:
        words = _Words(listed)
        declared["elem"] = _elements(words)
        if not words.over:
            raise ValueError(f"{words.take()} stands behind the elements of {name}")
    yield {kind: declared}


def _typeof(text: str) -> Json:
    found = kind_of(expression(_Words(text)))
    return list(found) if isinstance(found, tuple) else found
