"""The parts of a capture of a node, in the order in which they arrive."""

from collections.abc import Iterable
from typing import NamedTuple

from podpath.state.evidence import Coverage


class Place(NamedTuple):
    """Where something is true.

    Attributes:
        kind: host, container, pod, netns, pid or file.
        name: name in that kind; empty for the host's own.
        inode: number of the namespace.
    """

    kind: str
    name: str
    inode: int


class Rows(NamedTuple):
    """Rows of a namespace, to be read once.

    Attributes:
        place: the namespace.
        rows: rows of any tables.
        coverage: tables that are whole.
    """

    place: Place
    rows: Iterable[NamedTuple]
    coverage: tuple[Coverage, ...] = ()


class CommandOutput(NamedTuple):
    """Output of a command or a file, for the readers.

    Attributes:
        place: the namespace it was taken in.
        command: what a person types to see the same.
        text: the output.
    """

    place: Place
    command: str
    text: str


Part = Rows | CommandOutput
