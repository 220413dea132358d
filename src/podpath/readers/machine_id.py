"""``cat /etc/machine-id``: the identifier that a node keeps for life (machine-id(5))."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad, files_shown
from podpath.state.evidence import Coverage, covers
from podpath.state.host import Fact
from podpath.state.pattern import lazy

_FILES: Final = frozenset(("/etc/machine-id", "/var/lib/dbus/machine-id"))
_LINE: Final = lazy(r"\s{0,4}([0-9a-f]{32})\s*$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``cat /etc/machine-id``."""
    files = files_shown(words)
    known = files is not None and len(files) == 1 and files[0] in _FILES
    return (covers(Fact, part="machine-id"),) if known else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the one line."""
    del words
    for index, line in enumerate(lines):
        match = _LINE.match(line)
        if match is not None:
            yield index, Fact("machine-id", match[1])
        elif line.strip():
            yield index, bad("machine-id", f'"{line.split(maxsplit=1)[0]}" is not 32 hexadecimal digits')


READER: Final = Reader(
    name="cat /etc/machine-id",
    accepts=accepts,
    continues=lazy(_LINE.pattern),
    read=read,
)
