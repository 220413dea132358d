"""``conntrack -L``, ``conntrack -S``, ``/proc/net/nf_conntrack``: tracked connections (conntrack(8)).

A connection is one line: protocol, seconds, state, then the addresses of its two directions. `-o extended` and the file
put the family in front. Which addresses NAT has changed follows from the two directions.
"""

import re
from collections import Counter as Counts
from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, number, parse_options, spellings
from podpath.state.address import family_of, parse_ip
from podpath.state.conntrack import ConntrackEntry
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.host import Counter
from podpath.state.pattern import lazy

_FILE: Final = "/proc/net/nf_conntrack"
_OPTIONS: Final = spellings("L/dump S/stats n/src-nat g/dst-nat j/any-nat")
_VALUED: Final = spellings(
    "p/proto f/family o/output s/src/orig-src d/dst/orig-dst r/reply-src q/reply-dst m/mark w/zone u/status l/label"
    " sport/orig-port-src dport/orig-port-dst orig-port-src orig-port-dst reply-port-src reply-port-dst state"
)
_ENTRY: Final = lazy(
    r"(?:ipv[46]\s+(?:2|10)\s+)?(?P<proto>[a-z][\w-]*+)\s++[0-9]{1,3}\s++(?:(?P<timeout>[0-9]{1,12})\s++)?"
    r"(?:(?P<state>[A-Z][A-Z_0-9]*)\s+)?(?P<ends>src=\S+ dst=.*)$"
)
_STATISTICS: Final = lazy(r"cpu=[0-9]+\s++(?=.*\binsert_failed=)(?P<counts>\S+=[0-9]+.*)$")
_TAIL: Final = lazy(r"conntrack v\S+ \(conntrack-tools\): [0-9]+ flow entries have been (?:shown|listed)\.\s*$")
_NAMES: Final = {
    "invalid": "Invalid", "insert_failed": "InsertFailed", "drop": "Drop", "early_drop": "EarlyDrop", "error": "Error",
    "chaintoolong": "ChainTooLong",
}  # fmt: skip
_FLAGS: Final = ("UNREPLIED", "ASSURED", "OFFLOAD", "HW_OFFLOAD")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``conntrack -L [PROTOCOL, FILTER]``, ``conntrack -S`` and ``cat /proc/net/nf_conntrack``."""
    if list(words) == ["cat", _FILE]:
        return (covers(ConntrackEntry),)
    found = parse_options(words[1:], _OPTIONS, _VALUED) if words[:1] == ["conntrack"] else None
    if found is None:
        return None
    if "S" in found.flags:
        return (covers(Counter, part="Conntrack*"),) if not found.rest and found.flags == {"S"} else None
    if "L" not in found.flags or found.rest not in ([], ["conntrack"], ()):
        return None
    # Without a family only IPv4 is listed; a filter leaves others out.
    family = {"ipv6": 6, "ipv4": 4}.get(found.values.get("f", "ipv4"), 4)
    whole = set(found.values) <= {"f", "o"} and found.flags == {"L"}
    return (covers(ConntrackEntry, family=family, complete=Complete.YES if whole else Complete.NO),)


def _ends(text: str) -> list[dict[str, str]]:
    """Return the fields of each direction: a new one begins with each source."""
    directions: list[dict[str, str]] = []
    for word in text.split():
        name, equals, value = word.partition("=")
        if name == "src":
            directions.append({})
        if equals and directions:
            directions[-1].setdefault(name, value)
    return directions


def _port(fields: dict[str, str], name: str) -> int | None:
    text = fields.get(name) or (fields.get("id") if name == "sport" else None)
    return number(text) if text is not None else None


def _row(match: re.Match[str]) -> ConntrackEntry:
    directions = _ends(match["ends"])
    if len(directions) != 2:  # noqa: PLR2004 - there and back
        raise ValueError("it does not show both directions")
    there, back = directions
    src, dst, reply_src, reply_dst = (parse_ip(one.get(name, "")) for one in (there, back) for name in ("src", "dst"))
    status = [flag for flag in _FLAGS if f"[{flag}]" in match["ends"]]
    status += ["SRC_NAT"] if src != reply_dst else []
    status += ["DST_NAT"] if dst != reply_src else []
    return ConntrackEntry(
        family_of(src), match["proto"], src, dst, _port(there, "sport"), _port(there, "dport"), reply_src, reply_dst,
        _port(back, "sport"), _port(back, "dport"), match["state"], ",".join(status) or None,
        number(match["timeout"]) if match["timeout"] else None, _number(back, "mark"), _number(back, "zone") or 0,
    )  # fmt: skip


def _number(fields: dict[str, str], name: str) -> int | None:
    return number(fields[name]) if name in fields else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the entries, or the sums of all processors."""
    del words
    sums: Counts[str] = Counts()
    last = 0
    for index, line in enumerate(lines):
        statistics, entry = _STATISTICS.match(line), _ENTRY.match(line)
        if statistics is not None:
            last = index
            sums.update({name: int(value) for name, value in re.findall(r"\b(\w++)=([0-9]{1,18})\b", statistics["counts"])})
        elif entry is not None:
            try:
                yield index, _row(entry)
            except ValueError as error:
                yield index, bad("conntrack -L", error)
        elif line.strip() and not _TAIL.match(line):
            yield index, bad("conntrack", f'"{line.split(maxsplit=1)[0]}" begins no connection')
    for name, kernel in _NAMES.items():
        if name in sums:
            yield last, Counter(f"Conntrack{kernel}", sums[name])


READER: Final = Reader(
    name="conntrack",
    accepts=accepts,
    starts=lazy(f"{_ENTRY.pattern}|{_STATISTICS.pattern.replace('?P<counts>', '?:')}"),
    continues=lazy(r"(?:ipv[46]\s+(?:2|10)\s+)?[a-z][\w-]*\s+[0-9]{1,3}\s.*\bsrc=|cpu=[0-9]+\s|" + _TAIL.pattern),
    read=read,
    shape_coverage=(covers(ConntrackEntry, complete=Complete.NO),),
)
