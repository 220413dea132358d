"""Rules of nftables in the words of nft(8), made of what ``nft -j`` prints."""

from collections.abc import Callable
from typing import Final

from podpath.walk.netfilter.nft.types import Json

_OPERATORS: Final = {"&": "&", "|": "|", "^": "^", "<<": "<<", ">>": ">>"}


def rule_text(rule: Json) -> str:
    """Write a rule in one line."""
    words = [statement_text(statement) for statement in rule.get("expr", [])]
    if rule.get("comment"):
        words.append(f'comment "{rule["comment"]}"')
    return " ".join(filter(None, words))


def statement_text(statement: Json) -> str:
    """Write a statement."""
    if not isinstance(statement, dict):
        return str(statement)
    name, inner = next(iter(statement.items()))
    write = _WRITE.get(name)
    if write is not None:
        return write(name, inner)
    if inner is None:
        return str(name)
    if isinstance(inner, str):
        return f"{name} {inner}"
    return (
        f"{name} {' '.join(f'{key} {text(value)}' for key, value in inner.items())}"
        if isinstance(inner, dict)
        else f"{name} {text(inner)}"
    )


def _match(name: str, inner: Json) -> str:
    del name
    computed = isinstance(inner["left"], dict) and not _OPERATORS.keys().isdisjoint(inner["left"])
    operator = {"==": "== " if computed else "", "in": ""}.get(inner["op"], inner["op"] + " ")
    return f"{text(inner['left'])} {operator}{text(inner['right'])}"


def _jump(name: str, inner: Json) -> str:
    return f"{name} {inner['target']}"


def _counter(name: str, inner: Json) -> str:
    if isinstance(inner, dict):
        return f"{name} packets {inner.get('packets', 0)} bytes {inner.get('bytes', 0)}"
    return f"{name} name {inner}" if inner else name


def _mangle(name: str, inner: Json) -> str:
    del name
    return f"{text(inner['key'])} set {text(inner['value'])}"


def _vmap(name: str, inner: Json) -> str:
    return f"{text(inner['key'])} {name} {_mapping(inner['data'])}"


def _mapping(data: Json) -> str:
    if isinstance(data, str):
        return data
    return "{ " + ", ".join(f"{text(key)} : {statement_text(value)}" for key, value in data["set"]) + " }"


def _nat(name: str, inner: Json) -> str:
    if not inner:
        return name
    address, port = inner.get("addr"), inner.get("port")
    words = [name, *([inner["family"]] if "family" in inner else []), "to"]
    target = text(address) if address is not None else ""
    words.append(target + (f":{text(port)}" if port is not None else ""))
    flags = inner.get("flags", [])
    words.append(flags if isinstance(flags, str) else ",".join(flags))
    return " ".join(filter(None, words))


def _limit(name: str, inner: Json) -> str:
    if not isinstance(inner, dict):
        return f"{name} name {inner}"
    over = "over " if inner.get("inv") else ""
    unit = f" {inner['rate_unit']}" if "rate_unit" in inner else ""
    return f"{name} rate {over}{inner.get('rate')}{unit}/{inner.get('per')}"


def _reject(name: str, inner: Json) -> str:
    if not inner:
        return name
    kind = inner.get("type", "")
    return f"{name} with {kind}{' ' + str(inner['expr']) if 'expr' in inner else ''}"


def _set(name: str, inner: Json) -> str:
    del name
    return f"{inner.get('op')} {inner.get('set')} {{ {text(inner.get('elem'))} }}"


def _log(name: str, inner: Json) -> str:
    return " ".join([name, *(_LOGGED.get(key, _plain)(key, value) for key, value in (inner or {}).items())])


def _plain(key: str, value: Json) -> str:
    return f"{key} {value}"


def _log_flags(key: str, value: Json) -> str:
    """Write flags of a log statement: those of one protocol stand together (``tcp sequence,options``)."""
    kinds: dict[str, list[str]] = {}
    for flag in [value] if isinstance(value, str) else value:
        kind, _, part = flag.partition(" ")
        kinds.setdefault(kind, []).extend([part] if part else [])
    return " ".join(f"{key} {kind} {','.join(parts)}".rstrip() for kind, parts in kinds.items())


_LOGGED: Final[dict[str, Callable[[str, Json], str]]] = {"prefix": lambda key, value: f'{key} "{value}"', "flags": _log_flags}


def text(value: Json) -> str:
    """Write an expression."""
    if isinstance(value, list):
        return ",".join(text(part) for part in value)
    if not isinstance(value, dict):
        return {True: "exists", False: "missing"}.get(value, "") if isinstance(value, bool) else str(value)
    name, inner = next(iter(value.items()))
    return _expression(str(name), inner)


def _payload(inner: Json) -> str:
    if "tunnel" in inner:
        return f"{inner['tunnel']} {inner['protocol']} {inner['field']}"
    return f"{inner['protocol']} {inner['field']}" if "field" in inner else f"@{inner['base']},{inner['offset']},{inner['len']}"


def _meta(inner: Json) -> str:
    key = str(inner["key"])
    return key if key in {"iif", "oif", "iifname", "oifname"} else f"meta {key}"


def _fib(inner: Json) -> str:
    flags = inner["flags"]
    return f"fib {' . '.join([flags] if isinstance(flags, str) else flags)} {inner['result']}"


def _braces(inner: Json) -> str:
    return "{ " + ", ".join(text(part) for part in (inner if isinstance(inner, list) else [inner])) + " }"


_TEXT: Final[dict[str, Callable[[Json], str]]] = {
    "payload": _payload, "meta": _meta, "fib": _fib, "set": _braces,
    "ct": lambda inner: " ".join(filter(None, ("ct", inner.get("dir"), inner["key"]))),
    "concat": lambda inner: " . ".join(text(part) for part in inner),
    "prefix": lambda inner: f"{inner['addr']}/{inner['len']}",
    "range": lambda inner: f"{text(inner[0])}-{text(inner[1])}",
    "map": lambda inner: f"{text(inner['key'])} map {_mapping(inner['data'])}",
    "elem": lambda inner: text(inner["val"]),
    "numgen": lambda inner: f"numgen {inner['mode']} mod {inner['mod']}",
}  # fmt: skip


def _expression(name: str, inner: Json) -> str:
    write = _TEXT.get(name)
    if write is not None:
        return write(inner)
    if name in _OPERATORS:
        return f" {name} ".join(text(part) for part in inner)
    if isinstance(inner, dict):
        return " ".join([name, *(text(part) for part in inner.values())])
    return f"{name} {text(inner)}"


_WRITE: Final = {
    "match": _match, "jump": _jump, "goto": _jump, "counter": _counter, "mangle": _mangle, "vmap": _vmap, "dnat": _nat,
    "snat": _nat, "masquerade": _nat, "redirect": _nat, "limit": _limit, "reject": _reject, "set": _set, "log": _log,
}  # fmt: skip
