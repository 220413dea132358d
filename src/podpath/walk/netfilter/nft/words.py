"""Rules as ``nft list ruleset`` prints them, read into the form of ``nft -j list ruleset`` (nft(8), STATEMENTS).

A rule that cannot be read becomes an unknown statement, so that it is not skipped.
"""

import re
from collections.abc import Callable
from typing import Final

from podpath.walk.netfilter.nft.terms import BINARY, OPERATORS, data, expression, is_constant
from podpath.walk.netfilter.nft.tokens import VERDICTS, UnreadError, Words, constant, elements, flags, scalar
from podpath.walk.netfilter.nft.types import UNREAD, Json, kind_of

_IP: Final = r"(?:\[([^\]]+)\]|([0-9.]+|[0-9a-fA-F:][0-9a-fA-F]*:[0-9a-fA-F:]*+))"
_TO: Final = re.compile(rf"(?:{_IP}(?:-{_IP})?(/[0-9]+)?)?(?::([0-9]+(?:-[0-9]+)?))?$")
_NAT_FLAGS: Final = frozenset(("random", "fully-random", "persistent"))
_FLAG_FIELDS: Final = frozenset(("ct_state", "ct_status", "tcp_flag"))


def _compared(words: Words) -> Json:
    """Read a comparison, a verdict map or an assignment: all begin with an expression."""
    begin = words.peek()
    left = expression(words)
    if is_constant(left):
        raise UnreadError(f'podpath knows nothing that begins with "{begin}"')
    if words.skip("vmap"):
        return {"vmap": {"key": left, "data": data(words)}}
    if words.skip("set"):
        return {"mangle": {"key": left, "value": expression(words)}}
    operator = words.take() if words.peek() in OPERATORS else ""
    right = _right(words)
    if words.skip("/"):  # tcp flags syn / syn,ack
        return {"match": {"op": operator or "==", "left": {"&": [left, flags(words)]}, "right": right}}
    listed = (isinstance(right, dict) and "set" in right) or (isinstance(right, str) and right.startswith("@"))
    bits = _is_flags(left) and not operator and not listed
    return {"match": {"op": operator or ("in" if bits else "=="), "left": left, "right": right}}


def _right(words: Words) -> Json:
    if (words.peek() or "").startswith("@"):
        return words.take()
    if words.peek() == "{":
        return {"set": elements(words)}
    found = constant(words)
    if words.peek() == "." and not isinstance(found, list):
        parts = [found]
        while words.skip("."):
            parts.append(constant(words))
        return {"concat": parts}
    return found


def _is_flags(left: Json) -> bool:
    return kind_of(left) in _FLAG_FIELDS and not (isinstance(left, dict) and next(iter(left)) in BINARY)


def _object(words: Words) -> Json:
    """Read which object is meant: a name, or a map that gives one."""
    return words.take() if words.quoted() else expression(words)


def _jump(name: str) -> Callable[[Words], Json]:
    return lambda words: {name: {"target": words.take()}}


def _counter(words: Words) -> Json:
    if words.skip("name"):
        return {"counter": _object(words)}
    found = {"packets": 0, "bytes": 0}
    for key in found:
        if words.skip(key):
            found[key] = int(words.take())
    return {"counter": found}


def _limit(words: Words) -> Json:
    if words.skip("name"):
        return {"limit": _object(words)}
    words.want("rate")
    over = words.skip("over")
    rate = words.take()
    found: dict[str, Json] = {"rate": int(rate.partition("/")[0]), "burst": 5, "per": rate.partition("/")[2]}
    if "/" not in rate:
        found |= {"burst": 0, "burst_unit": "bytes"}
        found["rate_unit"], _, found["per"] = words.take().partition("/")
    if words.skip("burst"):
        found["burst"] = int(words.take())
        unit = words.take()
        found |= {"burst_unit": unit} if unit != "packets" else {}
    return {"limit": found | ({"inv": True} if over else {})}


def _log(words: Words) -> Json:
    found: dict[str, Json] = {}
    what: list[Json] = []
    while words.peek() in {"prefix", "group", "level", "queue-threshold", "snaplen", "flags"}:
        key = words.take()
        if key == "flags":
            what += _log_flags(words)
        else:
            found[key] = flags(words)
    if what:
        found["flags"] = what[0] if len(what) == 1 else what
    return {"log": found or None}


def _log_flags(words: Words) -> list[Json]:
    """Read flags: a header with one or more of its fields (tcp sequence,options), or one word."""
    header = words.take()
    if header not in {"tcp", "ip"}:
        return [header]
    fields = flags(words)
    return [f"{header} {field}" for field in (fields if isinstance(fields, list) else [fields])]


def _reject(words: Words) -> Json:
    if not words.skip("with"):
        return {"reject": None}
    if words.skip("tcp", "reset"):
        return {"reject": {"type": "tcp reset"}}
    kind = words.take()
    words.skip("type")
    return {"reject": {"type": kind, "expr": words.take()}}


def _nat(name: str) -> Callable[[Words], Json]:
    def read(words: Words) -> Json:
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


def _target(words: Words) -> dict[str, Json]:
    """Read ADDRESS:PORT; either may be an expression that gives it."""
    match = _TO.match(words.peek() or "-")
    if match is not None and (words.peek(1) or "") not in {".", "map", "mod"}:
        words.take()
        first, last = match[1] or match[2], match[3] or match[4]
        address = f"{first}-{last}" if last else f"{first or ''}{match[5] or ''}"
        found = {"addr": scalar(address)} if address else {}
        return found | ({"port": scalar(match[6])} if match[6] else {})
    port_alone = re.match(r":(?!:)", words.peek() or "") is not None
    found = {} if port_alone else {"addr": expression(words)}
    if words.split(":"):
        found["port"] = expression(words)
    return found


def _dynamic(operation: str) -> Callable[[Words], Json]:
    def read(words: Words) -> Json:
        name = words.take()
        key, found, data = _new_element(words)
        more = {"stmt": found} if found else {}
        if data is None:
            return {"set": {"op": operation, "elem": key, "set": name} | more}
        return {"map": {"op": operation, "elem": key, "data": data, "map": name} | more}

    return read


def _new_element(words: Words) -> tuple[Json, list[Json], Json]:
    """Read an element that a rule makes: its key, the statements that it carries, its value in a map."""
    words.want("{")
    key = expression(words)
    options: dict[str, Json] = {}
    found: list[Json] = []
    while words.peek() not in {":", "}"}:
        if words.peek() in {"timeout", "expires"}:
            option = words.take()
            options[option] = scalar(words.take())
        else:
            found.append(_statement(words))
    data = expression(words) if words.skip(":") else None
    words.want("}")
    return {"elem": {"val": key} | options} if options else key, found, data


def _meter(words: Words) -> Json:
    found: dict[str, Json] = {"name": words.take()}
    if words.skip("size"):
        found["size"] = int(words.take())
    key, carried, _ = _new_element(words)
    return {"meter": found | {"key": key, "stmt": carried[0] if len(carried) == 1 else carried}}


def _flow(words: Words) -> Json:
    if words.skip("add") or words.skip("offload"):
        return {"flow": {"op": "add", "flowtable": words.take()}}
    words.want("table")  # what is called a meter now
    return _meter(words)


def _quota(words: Words) -> Json:
    if words.skip("name"):
        return {"quota": _object(words)}
    over = words.skip("over")
    if not over:
        words.skip("until")
    value = int(words.take())  # the number stands before its unit
    found: dict[str, Json] = {"val": value, "val_unit": words.take()}
    if words.skip("used"):
        used = int(words.take())
        found |= {"used": used, "used_unit": words.take()}
    return {"quota": found | ({"inv": True} if over else {})}


def _dup(words: Words) -> Json:
    words.want("to")
    to = {"addr": expression(words)}
    return {"dup": to | ({"dev": expression(words)} if words.skip("device") else {})}


def _fwd(words: Words) -> Json:
    family = {"family": words.take()} if words.peek() in {"ip", "ip6"} else {}
    words.want("to")
    to = expression(words)
    return {"fwd": {"addr": to, "dev": expression(words)} | family if words.skip("device") else {"dev": to}}


def _last(words: Words) -> Json:
    if words.skip("used"):
        words.take()
    return {"last": None}


def _queue(words: Words) -> Json:
    found: dict[str, Json] = {}
    if words.skip("flags"):
        found["flags"] = flags(words)
    if words.skip("to") or words.skip("num"):
        found["num"] = expression(words)
    if words.peek() in {"bypass", "fanout"}:
        found["flags"] = flags(words)
    return {"queue": found or None}


def _synproxy(words: Words) -> Json:
    if words.skip("name"):
        return {"synproxy": _object(words)}
    found: dict[str, Json] = {}
    for key in ("mss", "wscale"):
        if words.skip(key):
            found[key] = int(words.take())
    options = [option for option in ("timestamp", "sack-perm") if words.skip(option)]
    return {"synproxy": (found | ({"flags": options} if options else {})) or None}


def _reset(words: Words) -> Json:
    words.want("tcp")
    words.want("option")
    name = words.take()
    return {"reset": {"tcp option": {"base": int(name), "offset": 0, "len": 0} if name.isdecimal() else {"name": name}}}


def _xt(words: Words) -> Json:
    return {"xt": {"type": words.take(), "name": words.take()}}


def _tproxy(words: Words) -> Json:
    found: dict[str, Json] = {}
    if words.peek() in {"ip", "ip6"}:
        found["family"] = words.take()
    words.want("to")
    return {"tproxy": found | _target(words)}


def _ct_statement(words: Words) -> Json | None:
    """Read what begins with ct and is no comparison."""
    if words.peek() == "ct" and words.peek(2) == "set" and words.peek(1) in {"helper", "timeout", "expectation"}:
        words.take()
        name = words.take()
        words.take()
        return {f"ct {name}": _object(words)}
    if words.skip("ct", "count"):
        over = words.skip("over")
        return {"ct count": {"val": int(words.take())} | ({"inv": True} if over else {})}
    return None


_STATEMENTS: Final[dict[str, Callable[[Words], Json]]] = {
    "jump": _jump("jump"), "goto": _jump("goto"), "counter": _counter, "limit": _limit, "log": _log, "reject": _reject,
    "snat": _nat("snat"), "dnat": _nat("dnat"), "masquerade": _nat("masquerade"), "redirect": _nat("redirect"),
    "add": _dynamic("add"), "update": _dynamic("update"), "delete": _dynamic("delete"), "tproxy": _tproxy,
    "queue": _queue, "synproxy": _synproxy, "fwd": _fwd, "dup": _dup, "quota": _quota, "notrack": lambda _: {"notrack": None},
    "flow": _flow, "meter": _meter, "xt": _xt, "last": _last, "reset": _reset,
}  # fmt: skip


def statements(text: str) -> tuple[list[Json], str]:
    """Return the statements of a rule, and its comment.

    Args:
        text: one line of a chain.
    """
    found: list[Json] = []
    comment = ""
    try:
        words = Words(text)
        while not words.over:
            if words.peek() == "comment":
                words.take()
                comment = words.take()
                continue
            found.append(_statement(words))
    except (ValueError, KeyError, RecursionError) as error:
        return [*found, {UNREAD: str(error)}], comment
    return found, comment


def _statement(words: Words) -> Json:
    word = words.peek()
    if word in VERDICTS:
        words.take()
        return {str(word): None}
    read = _STATEMENTS.get(word or "")
    if read is not None:
        words.take()
        return read(words)
    return _ct_statement(words) or _compared(words)
