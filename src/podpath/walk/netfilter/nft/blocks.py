"""What stands around rules in ``nft list ruleset``: tables, chains, sets, read into the form of ``nft -j list ruleset``."""

import re
from collections.abc import Iterator
from typing import Final

from podpath.language import tr
from podpath.walk.netfilter.nft.terms import expression
from podpath.walk.netfilter.nft.tokens import Words, elements
from podpath.walk.netfilter.nft.types import Json, kind_of
from podpath.walk.netfilter.nft.words import statements

_HEAD: Final = re.compile(r"(type \w+ hook \w++[^;]*;)(?: policy (\w+);)?")
_BASE: Final = re.compile(r"type (\w+) hook (\w+) (?:device \"?([^\"\s]+)\"? |devices = \{ ([^}]*) \} )?priority (.+?);")
_PRIORITIES: Final = {"raw": -300, "mangle": -150, "dstnat": -100, "filter": 0, "security": 50, "srcnat": 100, "out": 100}
_BRIDGE_PRIORITIES: Final = {"dstnat": -300, "filter": -200, "out": 100, "srcnat": 300}
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
                raise ValueError(tr("{bare} is outside of all tables, and is not what nft prints", bare=bare[:60]))
        elif bare == "}":
            table = ""
        else:
            yield from _inside(bare.strip(), number, lines, {"family": family, "table": table})
    if table:
        raise ValueError(tr("table {table} is truncated", table=table))


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
        raise ValueError(tr("{line} is not how nft prints it", line=line[:60]))


def spoken(text: str, name: str, owner: dict[str, str]) -> list[Json]:
    """Return a statement for which JSON has no form, so that nft -j prints words: its chains with their rules, then the rule.

    Args:
        text: the words; those of a chain without a name have lines of their own.
        name: name for what holds the rule.
        owner: family and table.

    Raises:
        ValueError: the words are cut off.
    """
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines())]
    found = list(_chain(name, 0, lines, owner, name))
    return [
        *(item for item in found if not _is_of(item, name)),
        *(item for item in found if "rule" in item and _is_of(item, name)),
    ]


def _is_of(item: Json, name: str) -> bool:
    return bool(item.get("chain", {}).get("name") == name or item.get("rule", {}).get("chain") == name)


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
    raise ValueError(tr("a block is truncated"))


def _chain(name: str, first: int, body: list[tuple[int, str]], owner: dict[str, str], within: str = "") -> Iterator[Json]:
    declared: dict[str, Json] = owner | {"name": name, "line": first}
    rules: list[Json] = []
    lines = iter(body)
    for number, line in lines:
        head = _HEAD.match(line)
        if head is not None and line[head.end() :].strip():
            raise ValueError(tr("{line} is not how nft prints it", line=line[:60]))
        if head is not None and (base := _BASE.match(head[1])) is not None:
            devices = [base[3]] if base[3] else [part.strip(' "') for part in (base[4] or "").split(",") if part.strip()]
            declared |= {
                "line": number, "type": base[1], "hook": base[2], "prio": _priority(base[5], owner["family"]),
                "policy": head[2] or "accept",
            } | ({"dev": devices} if devices else {})  # fmt: skip
        elif line and not line.startswith(("#", "comment ")):
            while _OPENING.search(line) is not None:
                unnamed = f"{within}__chain{number}"
                inside, rest = _unnamed(lines)
                rules += _chain(unnamed, number, inside, owner, within)
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
    raise ValueError(tr("a chain without a name is truncated"))


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
        raise ValueError(tr("{strange} is not how nft prints a set", strange=strange[:60]))
    if listed:
        words = Words(listed)
        declared["elem"] = elements(words)
        if not words.over:
            raise ValueError(tr("{take} follows the elements of {name}", take=words.take(), name=name))
    yield {kind: declared}


def _typeof(text: str) -> Json:
    found = kind_of(expression(Words(text)))
    return list(found) if isinstance(found, tuple) else found
