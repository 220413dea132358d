"""Where a row comes from, how much of a table was captured, and what could not be read."""

from enum import StrEnum
from typing import Annotated, Final, NamedTuple

from podpath.state.column import CoveredPart, Explanation, FileName, Interface, NodeName, Public
from podpath.state.pattern import lazy
from podpath.state.table import TableKey, key_of, table

LEFT_OUT: Final = lazy(
    r"^\s*(?:\.{2,}|…+|[\[<(]?(?:\.{3}\s*)?(?:snip(?:ped)?|cut|truncated|output omitted|omitted|省略|略)(?:\s*\.{3})?[\])>]?)\s*$"
)
"""The line that people put where they left lines of an output out. A text of rules keeps it: what stood there is not known."""


class Complete(StrEnum):
    """Whether a row that was not printed is known to be absent."""

    YES = "yes"
    """The command prints the whole of what the coverage names."""
    ASSUMED = "assumed"
    """Recognised by shape: probably all of it, but nobody said so."""
    NO = "no"
    """Filtered or cut off: silence means nothing."""


class Degree(StrEnum):
    """How sure it is where an output was taken: on which node, in which namespace."""

    SURE = "sure"
    """A prompt with a host name, a wrapper such as ``ssh``, a capture."""
    STATED = "stated"
    """A heading, the file's name, or a sentence that the table itself bears out."""
    ASSUMED = "assumed"
    """Nothing says so: only what came before in the text. It proves nothing."""


class SetAside(NamedTuple):
    """An output that does not count as it stands, and why.

    Attributes:
        file: name of the file.
        first: number of its first line, from 1.
        last: number of its last line.
        command: command line as typed, or the command that its shape tells.
        node: node that it stood under.
        reason: ``whose`` (it cannot be that node's), ``mixed`` (two machines stand under one name), ``joined``
            (it holds the outputs of two machines) or ``replaced`` (a later output of the same command replaces it).
        later: line where the later output begins, of a replaced one.
    """

    file: FileName
    first: int
    last: int
    command: str
    node: NodeName
    reason: Annotated[str, Public(r"whose|mixed|joined|replaced")]
    later: int | None = None


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
        command: the command that would show it, run on that node.
        blocks: names of the checks that wait for it, and in words what else does (``mesh flannel.1``, ``veth pairing``).
    """

    node: str
    missing: str
    command: str
    blocks: tuple[str, ...] = ()
