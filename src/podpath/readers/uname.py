"""``uname -a``, ``uname -r``: the kernel of a node (uname(1))."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.interface import Item, Reader
from podpath.readers.options import bad
from podpath.state.evidence import Coverage, covers
from podpath.state.host import Fact
from podpath.state.pattern import lazy

_COMMANDS: Final = frozenset((("uname", "-a"), ("uname", "--all"), ("uname", "-r"), ("uname", "--kernel-release")))
_ALL: Final = lazy(r"Linux (\S+) ([0-9]+\.[0-9]++\S*+) #\S+ .*$")
_RELEASE: Final = lazy(r"\s{0,4}([0-9]+\.[0-9]++[\w.+~-]*+)\s*$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``uname -a`` and ``uname -r``."""
    return (covers(Fact, part="kernel"),) if tuple(words) in _COMMANDS else None


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the one line."""
    del words
    for index, line in enumerate(lines):
        if (whole := _ALL.match(line)) is not None:
            yield index, Fact("hostname", whole[1])
            yield index, Fact("kernel", whole[2])
        elif (release := _RELEASE.match(line)) is not None:
            yield index, Fact("kernel", release[1])
        elif line.strip():
            yield index, bad("uname", f'"{line.split(maxsplit=1)[0]}" is not the release of a kernel')


READER: Final = Reader(
    name="uname",
    accepts=accepts,
    starts=lazy(_ALL.pattern),
    continues=lazy(_RELEASE.pattern),
    read=read,
)
