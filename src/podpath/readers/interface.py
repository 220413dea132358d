"""What a reader is: one command's output to rows.

A reader says which command lines are its own, what its lines look like, and
yields rows with the index of the line each came from. It never decides which
node or namespace it reads: the transcript does.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from re import Pattern
from typing import Any, NamedTuple

from podpath.state.evidence import Complete, Coverage, covers

Json = Any
"""A decoded JSON or YAML value: its shape is only known after looking."""


class Bad(NamedTuple):
    """A line that belongs to the command but cannot be read.

    Attributes:
        reason: what is wrong with it, quoting the word that is.
    """

    reason: str


Item = tuple[int, "NamedTuple | Bad"]
"""A row, or a complaint, with the index of its line in the section."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How to know and to read the output of one command.

    Attributes:
        name: the command, as a person types it.
        accepts: takes the words of a command line (wrappers, sudo and paths taken off) and returns what
            its output covers, or None when the line is another's.
        starts: matches a line that can only begin, or be one of, this command's output.
        continues: matches a line that belongs to the output once it has begun.
        once: matches a line that an output of this command has once: a second one is of another output, whose command line
            was not pasted.
        confirms: the output is recognised by its shape only where a line behind the first matches this: its first line
            alone could stand in any text.
        read: takes the words of the command line (empty when recognised by shape) and the lines.
        shape_coverage: what is covered when the output was recognised by its shape.
        owns_json: says whether a JSON document is this command's.
        read_json: takes the words and a document; indexes are 0.
        whole: the output ends only where another command or heading begins (files, rulesets).
        relays: the command prints what a server sent, too: such lines are no heading.
        also: other programs whose output it reads.
        marks: words of which each line of a log holds one that this reader reads; lines of logs without them are passed over.
        never_empty: a command that works prints something, so that nothing means that it failed.
        fallback: it knows outputs that no reader takes rows from, and is asked after all others.
    """

    name: str
    accepts: Callable[[Sequence[str]], tuple[Coverage, ...] | None]
    starts: Pattern[str] | None = None
    continues: Pattern[str] | None = None
    once: Pattern[str] | None = None
    confirms: Pattern[str] | None = None
    read: Callable[[Sequence[str], Sequence[str]], Iterator[Item]] | None = None
    shape_coverage: tuple[Coverage, ...] = ()
    owns_json: Callable[[Json], bool] | None = None
    read_json: Callable[[Sequence[str], Json], Iterator[Item]] | None = None
    whole: bool = field(default=False)
    relays: bool = field(default=False)
    also: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    never_empty: bool = field(default=False)
    fallback: bool = field(default=False)


def assumed(*tables: type[NamedTuple]) -> tuple[Coverage, ...]:
    """Return the coverage of whole tables that were recognised only by their shape."""
    return tuple(covers(table, complete=Complete.ASSUMED) for table in tables)
