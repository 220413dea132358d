"""``ip rule show``: the rules that choose a routing table (ip-rule(8))."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from podpath.readers.interface import Bad, Item, Json, Reader
from podpath.readers.ip_words import is_noun, parse_ip_words
from podpath.state.address import parse_prefix
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.route import Rule

_ACTIONS: Final = frozenset(("blackhole", "unreachable", "prohibit", "nop"))
_TEXT: Final = {
    "iif": "iif",
    "oif": "oif",
    "ipproto": "ipproto",
    "sport": "sport",
    "dport": "dport",
    "uidrange": "uidrange",
}
_TEXT_SKIPPED: Final = frozenset(("proto", "protocol"))
_LINE: Final = re.compile(r"^\s*(\d+):\s+(.*?)\s*$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ip rule [show]``; selectors narrow what is shown."""
    parsed = parse_ip_words(words)
    if parsed is None or not is_noun(parsed.noun, "rule") or parsed.noun == "r":
        return None
    if parsed.rest and parsed.rest[0] not in ("table", "pref", "priority", "from", "to", "iif", "fwmark", "all"):
        return None
    complete = Complete.NO if parsed.rest and parsed.rest != ["all"] else Complete.YES
    return (covers(Rule, parsed.family or 4, None, None, complete),)


def _prefix(row: dict[str, Any], key: str, value: str) -> None:
    if value != "all":
        family, row[key], row[f"{key}_len"] = parse_prefix(value)
        row["family"] = family


def _row(priority: int, parts: list[str], family: int | None) -> Rule:
    row: dict[str, Any] = {"priority": priority, "action": "lookup"}
    rest: list[str] = []
    at, end = 0, len(parts)
    while at < end:
        word = parts[at]
        value = parts[at + 1] if at + 1 < end else ""
        at += 2
        if word in ("from", "to"):
            _prefix(row, "src" if word == "from" else "dst", value)
        elif word in ("lookup", "table"):
            row["table"] = value
        elif word == "fwmark":
            mark, _, mask = value.partition("/")
            row["fwmark"], row["fwmask"] = int(mark, 0), int(mask, 0) if mask else 0xFFFFFFFF
        elif word in _TEXT:
            row[_TEXT[word]] = value
        elif word == "suppress_prefixlength":
            row["suppress_prefixlength"] = int(value)
        elif word == "goto":
            row["action"], row["goto"] = "goto", int(value)
        elif word in _TEXT_SKIPPED:
            continue
        else:
            at -= 1
            if word == "not":
                row["inverted"] = True
            elif word in _ACTIONS:
                row["action"] = word
            elif not (word.startswith("[") and word.endswith("]")):
                rest.append(word)
    row.setdefault("family", family or 4)
    return Rule(**row, rest=" ".join(rest) or None)


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
    for key in ("iif", "oif", "ipproto", "table", "goto"):
        if key in item:
            yield from (key, str(item[key]))
    for key in ("sport", "dport", "uid"):
        if f"{key}_start" in item:
            yield from ("uidrange" if key == "uid" else key, f"{item[f'{key}_start']}-{item[f'{key}_end']}")
        elif key in item:
            yield from (key, str(item[key]))
    if "suppress_prefixlen" in item:
        yield from ("suppress_prefixlength", str(item["suppress_prefixlen"]))
    if item.get("action") in _ACTIONS:
        yield str(item["action"])


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
    starts=re.compile(r"^\d+:\s+(?:not )?from \S+ "),
    read=read,
    shape_coverage=(covers(Rule, 4, None, None, Complete.ASSUMED),),
    owns_json=owns_json,
    read_json=read_json,
    never_empty=True,
)
