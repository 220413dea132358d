"""``dockerveth``: the host's interface of each container, as the script of that name prints them."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader, assumed
from podpath.readers.options import bad, parse_options, spellings
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.runtime import VethClaim

_OPTIONS: Final = spellings("a/all no-trunc l/latest")
_VALUED: Final = spellings("f/filter n/last")
_HEADER: Final = lazy(r"CONTAINER ID\s+VETH\s+NAMES\s*$")
_ID: Final = lazy(r"[0-9a-f]{12,64}$")
_COLUMNS: Final = 3


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``dockerveth`` with the options that it hands on to ``docker ps``."""
    if words[:1] not in (["dockerveth"], ["dockerveth.sh"]):
        return None
    found = parse_options(words[1:], _OPTIONS, _VALUED)
    if found is None or found.rest:
        return None
    narrowed = bool(found.values) or "l" in found.flags
    return (covers(VethClaim, complete=Complete.NO if narrowed else Complete.YES),)


def _row(line: str) -> VethClaim | None:
    """Read one line; None is a container without an interface of its own."""
    tabbed = line.count("\t") >= _COLUMNS - 1
    parts = [part.strip() for part in line.split("\t")] if tabbed else line.split()
    if not _ID.match(parts[0]):
        raise ValueError(f'"{parts[0]}" is not a container id')
    if len(parts) != _COLUMNS:
        raise ValueError(f"it has {len(parts)} columns, not {_COLUMNS}")
    return VethClaim(parts[0], parts[2], parts[1]) if parts[1] else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table."""
    del words
    for index, line in enumerate(lines):
        if not line.strip() or _HEADER.match(line):
            continue
        try:
            row = _row(line)
        except ValueError as error:
            yield index, bad("dockerveth", error)
        else:
            if row is not None:
                yield index, row


READER: Final = Reader(
    name="dockerveth",
    accepts=accepts,
    starts=lazy(f"{_HEADER.pattern}|" + r"[0-9a-f]{12}\s+veth[0-9a-f]{6,11}\s+[\w.-]+\s*$"),
    continues=lazy(r"[0-9a-f]{12,64}(?:\s+\S+){1,2}\s*$"),
    read=read,
    shape_coverage=assumed(VethClaim),
)
