"""Tables whose columns stand under their headings, with at least two spaces between them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from podpath.readers.interface import Item
from podpath.readers.options import bad
from podpath.state.pattern import lazy

_CELL: Final = lazy(r"\S+(?: \S+)*")
_GAP: Final = lazy(r"\s{2,}|\t")


def headings(line: str) -> list[tuple[str, int]]:
    """Return the headings of a table with the position that each begins at."""
    return [(match[0], match.start()) for match in _CELL.finditer(line)]


def cells(columns: list[tuple[str, int]], line: str) -> dict[str, str]:
    """Return heading → text of a row.

    Raises:
        ValueError: the row does not stand under the headings, nor has as many columns.
    """
    starts = [start for _, start in columns]
    if "\t" not in line and all(at == 0 or line[at - 1 : at] in (" ", "") for at in starts):
        ends = [*starts[1:], None]
        return {name: line[start:end].strip() for (name, start), end in zip(columns, ends, strict=True)}
    parts = _GAP.split(line.strip())
    if len(parts) != len(columns):
        raise ValueError(f"it has {len(parts)} columns, not {len(columns)}")
    return {name: part for (name, _), part in zip(columns, parts, strict=True)}


def read_table(
    lines: Sequence[str], is_heading: Callable[[str], object], make: Callable[[dict[str, str]], NamedTuple], command: str
) -> Iterator[Item]:
    """Yield what is made of each row of the tables that a command printed, or the complaint about it.

    Args:
        lines: the lines.
        is_heading: says whether a line holds the headings.
        make: makes a row of its cells; ValueError says what is wrong with them.
        command: the command, as complaints name it.
    """
    columns: list[tuple[str, int]] = []
    for index, line in enumerate(lines):
        if is_heading(line):
            columns = headings(line)
        elif line.strip() and not columns:
            yield index, bad(command, "the line of headings above it is missing")
        elif line.strip():
            try:
                yield index, make(cells(columns, line.rstrip()))
            except ValueError as error:
                yield index, bad(command, error)
