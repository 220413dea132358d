"""Where a row comes from, how much of a table was seen, and what could not be read."""

from enum import StrEnum
from typing import Annotated, NamedTuple

from podpath.state.column import CoveredPart, Explanation, FileName, Interface, Public
from podpath.state.table import TableKey, key_of, table


class Complete(StrEnum):
    """Whether a row that was not printed is known to be absent."""

    YES = "yes"
    """The command prints the whole of what the coverage names."""
    ASSUMED = "assumed"
    """Recognised by shape: probably all of it, but nobody said so."""
    NO = "no"
    """Filtered or cut off: silence means nothing."""


@table("coverage", incomparable="it says what the snapshot shows")
class Coverage(NamedTuple):
    """What part of a table one command shows.

    Attributes:
        table: name of the table.
        family: 4 or 6; none means both.
        dev: the only device shown; none means all.
        part: the only part shown (routing table, sysctl name, protocol); none means all.
        complete: yes, assumed or no.
    """

    table: Annotated[TableKey, Public(r"[a-z_]+")]
    family: int | None = None
    dev: Interface | None = None
    part: CoveredPart | None = None
    complete: Annotated[Complete, Public(r"yes|assumed|no")] = Complete.YES


def covers(
    row: type[NamedTuple], family: int | None = None, dev: str | None = None, part: str | None = None,
    complete: Complete = Complete.YES,
) -> Coverage:  # fmt: skip
    """Return that a command shows a table, or a part of it.

    Args:
        row: type of the table's rows.
        family: 4 or 6; none means both.
        dev: the only device shown; none means all.
        part: the only part shown; none means all.
        complete: yes, assumed or no.
    """
    return Coverage(key_of(row), family, dev, part, complete)


class Unread(NamedTuple):
    """Lines that podpath could not read.

    Attributes:
        file: name of the file.
        first: number of the first line, from 1.
        last: number of the last line.
        reason: why, in plain words.
        text: the first of the lines.
    """

    file: FileName
    first: int
    last: int
    reason: Explanation
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
