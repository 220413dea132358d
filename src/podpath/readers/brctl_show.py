"""``brctl show``: bridges and their ports (brctl(8)).

A bridge is a line; each further port is a line of its own with nothing but its name.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader, assumed
from podpath.readers.options import bad, is_device
from podpath.state.evidence import Coverage, covers
from podpath.state.link import Bridge, BridgePort, Link
from podpath.state.pattern import lazy

_HEADER: Final = lazy(r"bridge name\s+bridge id\s+STP enabled\s+interfaces\s*$")
_ROW: Final = lazy(r"(\S+)\s+(\S+)\s+(yes|no)(?:\s+(\S+))?\s*$")
_ID: Final = lazy(r"[0-9a-fA-F]{4}\.[0-9a-fA-F]{12}$")
_MORE: Final = lazy(r"\s+(\S{1,15})\s*$")
_NOTHING: Final = lazy(
    r"bridge \S+ does not exist!\s*$|device \S+ is not a bridge!\s*$|\S+\s+can't get info .*$|"
    r"brctl: (?:bridge|device|interface) \S+(?: does not exist|: No such device)\s*$"
)
_MOST: Final = 8


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``brctl show [BRIDGE …]``."""
    if words[:2] != ["brctl", "show"] or len(words) > _MOST or not all(is_device(word) for word in words[2:]):
        return None
    if len(words) == 2:  # noqa: PLR2004 - nothing but the command
        return covers(Bridge), covers(BridgePort)
    each = ((covers(Bridge, dev=name), covers(BridgePort, part=name)) for name in words[2:])
    return tuple(coverage for pair in each for coverage in pair)


def _port(index: int, name: str, bridge: str) -> Iterator[Item]:
    yield index, Link(name, master=bridge)
    yield index, BridgePort(name, bridge)


def _bridge(index: int, match: re.Match[str]) -> Iterator[Item]:
    """Yield the rows of the first line of a bridge."""
    name, bridge_id, stp, port = match.groups()
    if not _ID.match(bridge_id):
        raise ValueError(f'"{bridge_id}" is not a bridge id')
    yield index, Bridge(name, bridge_id.lower(), stp == "yes")
    yield index, Link(name, kind="bridge")
    if port is not None:
        yield from _port(index, port, name)


def _more(index: int, line: str, bridge: str | None) -> Iterator[Item]:
    """Yield the rows of a line with nothing but a port."""
    more = _MORE.match(line)
    if more is None or bridge is None:
        raise ValueError(f'"{line.split(maxsplit=1)[0]}" is neither a bridge nor a port')
    return _port(index, more[1], bridge)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table."""
    del words
    bridge: str | None = None
    for index, line in enumerate(lines):
        if not line.strip() or _HEADER.match(line) or _NOTHING.match(line):
            continue
        try:
            row = _ROW.match(line)
            if row is not None:
                bridge = row[1]
            yield from _bridge(index, row) if row is not None else _more(index, line, bridge)
        except ValueError as error:
            yield index, bad("brctl show", error)


READER: Final = Reader(
    name="brctl show",
    accepts=accepts,
    starts=lazy(f"{_HEADER.pattern}|" + r"\S{1,15}\s+[0-9a-fA-F]{4}\.[0-9a-fA-F]{12}\s+(?:yes|no)(?:\s+\S{1,15})?\s*$"),
    continues=lazy(
        r"\S{1,15}\s+[0-9a-fA-F]{1,5}\.\S+\s+(?:yes|no)(?:\s+\S{1,15})?\s*$|\s{4,}\S{1,15}\s*$|\t\s*\S{1,15}\s*$|"
        + _NOTHING.pattern
    ),
    read=read,
    shape_coverage=assumed(Bridge, BridgePort),
)
