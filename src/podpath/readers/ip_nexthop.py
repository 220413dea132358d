"""``ip nexthop show``: nexthop objects (ip-nexthop(8))."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from podpath.readers.interface import Bad, Item, Json, Reader, assumed
from podpath.readers.ip_words import coverage_of, is_noun, parse_ip_words
from podpath.state.address import family_of, parse_ip
from podpath.state.evidence import Coverage
from podpath.state.pattern import lazy
from podpath.state.route import Nexthop

_LINE: Final = lazy(r"id (\d+) (.*)$")
_FLAGS: Final = ("dead", "onlink", "pervasive", "offload", "linkdown", "blackhole", "fdb")
_VALUED: Final = {"via": "via", "dev": "dev", "scope": "scope", "proto": "proto", "group": "group"}


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``ip nexthop [show]``."""
    parsed = parse_ip_words(words)
    if parsed is None or len(parsed.noun) < len("nex") or not is_noun(parsed.noun, "nexthop"):
        return None
    return coverage_of((Nexthop,), None, None, narrowed=bool(parsed.rest))


def _row(identifier: int, words: list[str]) -> Nexthop:
    row: dict[str, Any] = {}
    at = 0
    while at < len(words):
        if words[at] in _VALUED and at + 1 < len(words):
            row[_VALUED[words[at]]] = words[at + 1]
            at += 1
        at += 1
    flags = ",".join(word for word in _FLAGS if word in words) or None
    via = parse_ip(row["via"]) if "via" in row else None
    return Nexthop(
        identifier, None if via is None else family_of(via), via, row.get("dev"), flags, row.get("group"), row.get("proto"),
        row.get("scope"),
    )  # fmt: skip


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the text form."""
    del words
    for index, line in enumerate(lines):
        match = _LINE.match(line)
        try:
            if match is not None:
                yield index, _row(int(match[1]), match[2].split())
            elif line.strip():
                yield index, Bad("this does not look like `ip nexthop` output")
        except ValueError as error:
            yield index, Bad(f"this looks like `ip nexthop` output but {error}")


def owns_json(document: Json) -> bool:
    """Say whether a document is ``ip -j nexthop``."""
    return (
        isinstance(document, list)
        and bool(document)
        and all(isinstance(item, dict) and "id" in item and "flags" in item for item in document)
    )


def _group(members: Json) -> str | None:
    if not members:
        return None
    return "/".join(f"{m['id']},{m['weight']}" if "weight" in m else str(m["id"]) for m in members)


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    del words
    for item in document if isinstance(document, list) else []:
        try:
            via = parse_ip(item["gateway"]) if "gateway" in item else None
            told = [*item.get("flags", ()), *(word for word in ("blackhole", "fdb") if word in item)]
            yield 0, Nexthop(
                int(item["id"]), None if via is None else family_of(via), via, item.get("dev"),
                ",".join(word for word in _FLAGS if word in told) or None, _group(item.get("group")), item.get("protocol"),
                item.get("scope"),
            )  # fmt: skip
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            yield 0, Bad(f"this looks like `ip -j nexthop` output but {error}")


READER: Final = Reader(
    name="ip nexthop",
    accepts=accepts,
    starts=lazy(r"id \d+ (?:via \S+|dev \S+|group \S+|blackhole|scope \S+)(?:\s|$)"),
    read=read,
    shape_coverage=assumed(Nexthop),
    owns_json=owns_json,
    read_json=read_json,
)
