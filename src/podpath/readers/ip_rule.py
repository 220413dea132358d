"""``ip rule show``: the rules that choose a routing table (ip-rule(8))."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from podpath.readers.interface import Bad, Item, Json, Reader
from podpath.readers.ip_words import is_noun, parse_ip_words
from podpath.state.address import parse_prefix
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.route import Rule

_ACTIONS: Final = frozenset(("blackhole", "unreachable", "prohibit", "nop"))
_TEXT: Final = {
    "iif": "iif",
    "oif": "oif",
    "ipproto": "ipproto",
    "uidrange": "uidrange",
}
_DSCP: Final = {"df": 0, "default": 0, "le": 1, "ef": 46, "va": 44} | {f"cs{at}": at << 3 for at in range(8)} | {
    f"af{group}{drop}": (group << 3) | (drop << 1) for group in range(1, 5) for drop in range(1, 4)
}  # fmt: skip
_TOS: Final = {"lowdelay": 0x10, "throughput": 0x08, "reliability": 0x04} | {name: value << 2 for name, value in _DSCP.items()}
"""Names that iproute2 prints, of its file rt_dsfield."""
_RANGE: Final = lazy(r"[0-9]+(?:-[0-9]+)?$")
_L3MDEV: Final = "[l3mdev-table]"
_LINE: Final = lazy(r"^\s*(\d+):\s+(.*?)\s*$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ip rule [show]``; selectors narrow what is shown."""
    parsed = parse_ip_words(words)
    if parsed is None or not is_noun(parsed.noun, "rule") or parsed.noun == "r":
        return None
    if parsed.rest and parsed.rest[0] not in ("table", "pref", "priority", "from", "to", "iif", "fwmark", "all"):
        return None
    complete = Complete.NO if parsed.rest and parsed.rest != ["all"] else Complete.YES
    return (covers(Rule, parsed.family or 4, None, None, complete),)


def _prefix(key: str) -> Callable[[str], dict[str, Any]]:
    def read(value: str) -> dict[str, Any]:
        if value == "all":
            return {}
        family, first, length = parse_prefix(value)
        return {key: first, f"{key}_len": length, "family": family}

    return read


def _mark(value: str) -> dict[str, Any]:
    mark, _, mask = value.partition("/")
    return {"fwmark": int(mark, 0), "fwmask": int(mask, 0) if mask else 0xFFFFFFFF}


def _ports(key: str) -> Callable[[str], dict[str, Any] | None]:
    return lambda value: {key: value} if _RANGE.match(value) else None


def _service(key: str, names: dict[str, int]) -> Callable[[str], dict[str, Any] | None]:
    def read(value: str) -> dict[str, Any] | None:
        return None if "/" in value else {key: names[value.lower()] if value.lower() in names else int(value, 0)}

    return read


def _table(value: str) -> dict[str, Any] | None:
    return None if value == _L3MDEV else {"table": value}


_VALUED: Final[dict[str, Callable[[str], dict[str, Any] | None]]] = {
    "from": _prefix("src"), "to": _prefix("dst"), "lookup": _table, "table": _table, "fwmark": _mark, "sport": _ports("sport"),
    "dport": _ports("dport"), "tos": _service("tos", _TOS), "dsfield": _service("tos", _TOS), "dscp": _service("dscp", _DSCP),
    "suppress_prefixlength": lambda value: {"suppress_prefixlength": int(value)},
    "goto": lambda value: {"action": "goto", "goto": int(value)},
    **dict.fromkeys(("proto", "protocol", "realms"), lambda _: {}),
}  # fmt: skip
"""What stands behind a word, as columns; none where no column holds it."""


def _row(priority: int, parts: list[str], family: int | None) -> Rule:
    row: dict[str, Any] = {"priority": priority, "action": "lookup"}
    rest: list[str] = []
    at, end = 0, len(parts)
    while at < end:
        word = parts[at]
        value = parts[at + 1] if at + 1 < end else ""
        if word in _TEXT:
            row[_TEXT[word]] = value
        elif word in _VALUED:
            columns = _VALUED[word](value)
            row |= columns or {}
            rest += [word, value] if columns is None else []
        else:
            at -= 1
            if word == "not":
                row["inverted"] = True
            elif word in _ACTIONS:
                row["action"] = word
            elif not (word.startswith("[") and word.endswith("]")):
                rest.append(word)
        at += 2
    row.setdefault("family", family or 4)
    return Rule(**row, rest=" ".join(rest).replace(f"lookup {_L3MDEV}", _L3MDEV) or None)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the text form."""
    parsed = parse_ip_words(words) if words else None
    for index, line in enumerate(lines):
        match = _LINE.match(line)
        if match is None:
            if line.strip():
                yield index, Bad("this does not look like `ip rule` output")
            continue
        try:
            yield index, _row(int(match[1]), match[2].split(), parsed.family if parsed else None)
        except (ValueError, TypeError) as error:
            yield index, Bad(f"this looks like `ip rule` output but {error}")


def owns_json(document: Json) -> bool:
    """Say whether a document is ``ip -j rule``."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) and "priority" in item for item in document)
        and any("table" in item or "src" in item for item in document)
    )


def _json_words(item: dict[str, Json]) -> Iterator[str]:
    """Yield a JSON rule as the words of its text form, so that one reader serves both."""
    if "not" in item:  # iproute2 prints it with the value null
        yield "not"
    for key, word in (("src", "from"), ("dst", "to")):
        if key in item:
            length = item.get(f"{key}len")
            yield from (word, f"{item[key]}/{length}" if length is not None else str(item[key]))
    if "fwmark" in item:
        mask = f"/{item['fwmask']}" if "fwmask" in item else ""
        yield from ("fwmark", f"{item['fwmark']}{mask}")
    for key in ("sport", "dport", "uid"):
        if f"{key}_start" in item:
            yield from ("uidrange" if key == "uid" else key, f"{item[f'{key}_start']}-{item[f'{key}_end']}")
    yield from _masked_words(item)
    if "l3mdev" in item:
        yield from ("lookup", _L3MDEV)
    if item.get("action") in _ACTIONS:
        yield str(item["action"])
    for key, value in item.items():
        if key not in _KEYS:  # a selector that has no column must not be lost with its value
            word = {"suppress_prefixlen": "suppress_prefixlength"}.get(key, key)
            yield from (word,) if value is None else (word, str(value))


def _masked_words(item: dict[str, Json]) -> Iterator[str]:
    for key, whole in _MASKED.items():
        if key in item:
            mask = item.get(f"{key}_mask", whole)
            yield from (key, str(item[key]) if mask == whole else f"{item[key]:#x}/{mask}")


_MASKED: Final = {"sport": "0xffff", "dport": "0xffff", "dscp": "0x3f"}
"""Selectors that have a mask since iproute2 6.15, with the mask that leaves out nothing."""
_KEYS: Final = frozenset((
    *_MASKED, *(f"{key}_mask" for key in _MASKED),
    "priority", "src", "srclen", "dst", "dstlen", "not", "fwmark", "fwmask", "iif_detached", "oif_detached", "unresolved",
    "sport_start", "sport_end", "dport_start", "dport_end", "uid_start", "uid_end", "l3mdev", "action", "protocol", "flow_from",
    "flow_to", "to_gateway", "flags",
))  # fmt: skip
"""Keys that are read above, or that select nothing."""


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    parsed = parse_ip_words(words) if words else None
    for item in document if isinstance(document, list) else []:
        try:
            yield 0, _row(int(item["priority"]), list(_json_words(item)), parsed.family if parsed else None)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            yield 0, Bad(f"this looks like `ip -j rule` output but {error}")


READER: Final = Reader(
    name="ip rule",
    accepts=accepts,
    starts=lazy(r"^\d+:\s+(?:not )?from \S+ "),
    once=lazy(r"^0:\s+from all lookup (?:local|255)\s*$"),
    read=read,
    shape_coverage=(covers(Rule, 4, None, None, Complete.ASSUMED),),
    owns_json=owns_json,
    read_json=read_json,
    never_empty=True,
)
