"""``/proc/net/dev``: every device of a namespace with its counters (proc(5))."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader, assumed
from podpath.readers.options import bad, number, shows_proc_net
from podpath.state.evidence import Coverage, covers
from podpath.state.link import Link, LinkCounters
from podpath.state.pattern import lazy

_HEADER: Final = lazy(r"Inter-\|\s+Receive\s+\|\s+Transmit\s*$|\s*face \|bytes\s.*\|bytes\s.*$")
_COLUMNS: Final = 16


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``cat /proc/net/dev``."""
    return (covers(Link), covers(LinkCounters)) if shows_proc_net(words, "dev") else None


def _row(line: str) -> LinkCounters:
    """Read one line; ValueError says which word is wrong."""
    name, colon, rest = line.strip().rpartition(":")
    if not colon:
        raise ValueError(f'"{line.split(maxsplit=1)[0]}" has no colon behind it')
    parts = rest.split()
    if len(parts) != _COLUMNS:
        raise ValueError(f'"{name}" has {len(parts)} counters, not {_COLUMNS}')
    n = [number(part) for part in parts]
    return LinkCounters(
        name, n[1], n[0], n[2], n[3],
        tx_packets=n[9], tx_bytes=n[8], tx_errors=n[10], tx_dropped=n[11], tx_carrier=n[14], collisions=n[13],
    )  # fmt: skip


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the table."""
    del words
    for index, line in enumerate(lines):
        if not line.strip() or _HEADER.match(line):
            continue
        try:
            row = _row(line)
        except ValueError as error:
            yield index, bad("/proc/net/dev", error)
        else:
            yield index, Link(row.name)
            yield index, row


READER: Final = Reader(
    name="cat /proc/net/dev",
    accepts=accepts,
    starts=lazy(_HEADER.pattern),
    continues=lazy(r"\s*\S{1,15}:\s*[0-9]+(?:\s+\S+){15}\s*$"),
    read=read,
    shape_coverage=assumed(Link, LinkCounters),
)
