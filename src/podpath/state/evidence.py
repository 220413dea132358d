"""Where a row comes from, how much of a table was seen, and what could not be read."""

from enum import StrEnum
from typing import NamedTuple


class Complete(StrEnum):
    """Whether a row that was not printed is known to be absent."""

    YES = "yes"
    """The command prints the whole of what the coverage names."""
    ASSUMED = "assumed"
    """Recognised by shape: probably all of it, but nobody said so."""
    NO = "no"
    """Filtered or cut off: silence means nothing."""


class Coverage(NamedTuple):
    """What part of a table one command shows.

    Attributes:
        table: name of the table.
        family: 4 or 6; none means both.
        dev: the only device shown; none means all.
        part: the only part shown (routing table, sysctl name, protocol); none means all.
        complete: yes, assumed or no.
    """

    table: str
    family: int | None = None
    dev: str | None = None
    part: str | None = None
    complete: Complete = Complete.YES


class Unread(NamedTuple):
    """Lines that podpath could not read.

    Attributes:
        file: name of the file.
        first: number of the first line, from 1.
        last: number of the last line.
        reason: why, in plain words.
        text: the first of the lines.
    """

    file: str
    first: int
    last: int
    reason: str
    text: str


class Unknown(NamedTuple):
    """Something that cannot be judged, and how to learn it.

    Attributes:
        node: node whose state is missing.
        missing: what is missing, in plain words.
        command: the command that would tell, run on that node.
        blocks: names of the checks that wait for it.
    """

    node: str
    missing: str
    command: str
    blocks: tuple[str, ...] = ()
