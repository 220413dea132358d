"""``brctl showmacs``: the forwarding table of a bridge (brctl(8)).

It names ports by number only, so the device of a row is written as ``BRIDGE port N``.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, is_device
from podpath.state.address import parse_mac
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.fdb import FdbEntry
from podpath.state.pattern import lazy

_HEADER: Final = lazy(r"port no\s+mac addr\s+is local\?\s+ageing timer\s*$")
_ROW: Final = lazy(r"\s*([0-9]{1,4})\s+(\S+)\s+(yes|no)\s+[0-9]+\.[0-9]+\s*$")
_NOTHING: Final = lazy(r"read of forward table failed: No such device\s*$|bridge \S+ does not exist!\s*$")
_WORDS: Final = 3


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``brctl showmacs BRIDGE``."""
    if words[:2] != ["brctl", "showmacs"] or len(words) != _WORDS or not is_device(words[2]):
        return None
    return (covers(FdbEntry, part=words[2], complete=Complete.NO),)


def _row(line: str, bridge: str | None) -> FdbEntry:
    match = _ROW.match(line)
    if match is None:
        raise ValueError(f'"{line.split(maxsplit=1)[0]}" is not followed by a MAC address, yes or no, and an age')
    state = "permanent" if match[3] == "yes" else None
    return FdbEntry(f"{bridge or '?'} port {match[1]}", parse_mac(match[2]), master=bridge, state=state)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table."""
    bridge = words[2] if len(words) == _WORDS else None
    for index, line in enumerate(lines):
        if not line.strip() or _HEADER.match(line) or _NOTHING.match(line):
            continue
        try:
            yield index, _row(line, bridge)
        except ValueError as error:
            yield index, bad("brctl showmacs", error)


READER: Final = Reader(
    name="brctl showmacs",
    accepts=accepts,
    starts=lazy(f"{_HEADER.pattern}|" + r"\s+[0-9]{1,4}\s+[0-9a-f]{2}(?::[0-9a-f]{2}){5}\s+(?:yes|no)\s+[0-9]+\.[0-9]{2}\s*$"),
    continues=lazy(r"\s*[0-9]{1,4}\s+[^\s:]+:\S+\s+(?:yes|no)\s+[0-9]+\.[0-9]+\s*$|" + _NOTHING.pattern),
    read=read,
    shape_coverage=(covers(FdbEntry, complete=Complete.NO),),
)
