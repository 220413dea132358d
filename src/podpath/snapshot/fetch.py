"""Whole rows of a table, fast.

DuckDB takes 15 µs to make a Python integer of 128 bits, and a tenth of one for an integer of 64: addresses come as two halves.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from podpath.snapshot.schema import ROWS, columns

_HALF: Final = 64
_LOW: Final = (1 << _HALF) - 1
_PLACE: Final = 4
"""What stands before the fields: number of the row, ``ns``, ``source``, ``line``."""


class Fetched(NamedTuple):
    """A row and its place.

    Attributes:
        rowid: number of the row in its table.
        ns: its namespace.
        source: output that it was read from.
        line: line of it.
        row: the row.
    """

    rowid: int
    ns: int
    source: int
    line: int
    row: Any


@cache
def _halved(table: str) -> tuple[int, ...]:
    """Return which columns hold addresses, counted from the first that is selected."""
    return tuple(at for at, column in enumerate(columns(table), start=1) if column.sql == "UHUGEINT")


@cache
def select(table: str) -> str:
    """Return the beginning of a query for whole rows: what to select, under which names, from where."""
    own = columns(table)
    halved = _halved(table)
    here = [f'("{column.name}" & {_LOW})::UBIGINT' if at in halved else f'"{column.name}"' for at, column in enumerate(own, 1)]
    above = [f'("{own[at - 1].name}" >> {_HALF})::UBIGINT' for at in halved]
    return f'SELECT {", ".join(["rowid AS number", *here, *above])} FROM "{table}"'


def rows(table: str, answers: Iterable[Sequence[Any]]) -> Iterator[Fetched]:
    """Yield the rows that such a query answered with."""
    halved, kind = _halved(table), ROWS[table]
    end = len(columns(table)) + 1
    for answer in answers:
        fields = list(answer[_PLACE:end])
        for high, at in enumerate(halved, start=end):
            if answer[high]:
                fields[at - _PLACE] |= answer[high] << _HALF
        yield Fetched(answer[0], answer[1], answer[2], answer[3], kind(*fields))
