"""``nstat``: protocol counters of a namespace (nstat(8)).

Without ``-a`` it prints what was counted since it last ran, which is a lower bound; without ``-z`` it
leaves out what is zero.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Json, Reader
from podpath.readers.options import bad, number, parse_options, spellings
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.host import Counter
from podpath.state.pattern import lazy

_OPTIONS: Final = spellings("a/ignore z/zeros s/noupdate r/reset n/nooutput j/json p/pretty")
_VALUED: Final = spellings("d/scan t/interval")
_ROW: Final = lazy(r"([A-Z]\w+)\s+([0-9]{1,20})\s+([0-9]+\.[0-9])\s*$")
_TITLE: Final = lazy(r"#(?:kernel|\S+ sampling_interval=.*)\s*$")
_PATTERN: Final = lazy(r"[A-Z*?](?:(?![A-Z])\w)*[A-Z*?][\w*?]*$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``nstat [-a] [-z] [-s] [-j] [PATTERN …]``."""
    found = parse_options(words[1:], _OPTIONS, _VALUED) if words[:1] == ["nstat"] else None
    if found is None or not all(_PATTERN.match(word) for word in found.rest):
        return None
    complete = Complete.YES if found.flags >= {"a", "z"} else Complete.NO
    if not found.rest:
        return (covers(Counter, complete=complete),)
    return tuple(covers(Counter, part=pattern, complete=complete) for pattern in found.rest)


def _row(line: str) -> Counter:
    match = _ROW.match(line)
    if match is None:
        raise ValueError(f'"{line.split(maxsplit=1)[0]}" is not followed by a count and a rate')
    return Counter(match[1], number(match[2]))


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table."""
    del words
    for index, line in enumerate(lines):
        if not line.strip() or _TITLE.match(line):
            continue
        try:
            yield index, _row(line)
        except ValueError as error:
            yield index, bad("nstat", error)


def owns_json(document: Json) -> bool:
    """Say whether a document is ``nstat -j``."""
    return isinstance(document, dict) and len(document) == 1 and isinstance(document.get("kernel"), dict)


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the JSON form."""
    del words
    kernel = document.get("kernel") if isinstance(document, dict) else None
    for name, value in kernel.items() if isinstance(kernel, dict) else ():
        if isinstance(value, int) and 0 <= value < 1 << 63:
            yield 0, Counter(str(name), value)
        else:
            yield 0, bad("nstat -j", f'"{value}" is not a count')


READER: Final = Reader(
    name="nstat",
    accepts=accepts,
    starts=lazy(r"#kernel\s*$|(?:Ip|Icmp|Tcp|Udp|MPTcp)[A-Z0-9]\w*\s+[0-9]{1,20}\s+[0-9]+\.[0-9]\s*$"),
    continues=lazy(f"{_ROW.pattern}|{_TITLE.pattern}|" + r"[A-Z]\w+\s+\S+\s+[0-9]+\.[0-9]\s*$"),
    read=read,
    shape_coverage=(covers(Counter, complete=Complete.NO),),
    owns_json=owns_json,
    read_json=read_json,
)
