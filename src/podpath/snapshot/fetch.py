"""Whole rows of a table, fast.

DuckDB takes 15 µs to make a Python integer of 128 bits, and a tenth of one for an integer of 64: addresses come as two halves.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from podpath.snapshot.schema import ROWS, StoredColumn, columns
from podpath.state.address import Ip

_HALF: Final = 64
_LOW: Final = (1 << _HALF) - 1
_PLACE: Final = 4
"""Columns before the fields: number of the row, ``ns``, ``source``, ``line``."""


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


def low(column: str) -> str:
    """Return what to select for the lower halves of a column of addresses."""
    return f'("{column}" & {_LOW})::UBIGINT'


def high(column: str) -> str:
    """Return what to select for the upper halves of a column of addresses."""
    return f'("{column}" >> {_HALF})::UBIGINT'


def halves(column: str) -> str:
    """Return what to select for both: what ``whole`` takes."""
    return f"{low(column)}, {high(column)}"


def whole(lower: int, upper: int) -> Ip:
    """Return the address that has two halves."""
    return Ip(upper << _HALF | lower)


@cache
def _halved(table: str) -> tuple[int, ...]:
    """Return which columns hold addresses, counted from the first that is selected."""
    return tuple(at for at, column in enumerate(columns(table), start=1) if column.sql == "UHUGEINT")


@cache
def select(table: str) -> str:
    """Return the beginning of a query for whole rows: what to select, under which names, from where."""
    own = columns(table)
    halved = _halved(table)
    fields = [_low_or_whole(column, at in halved) for at, column in enumerate(own, start=1)]
    above = [high(own[at - 1].name) for at in halved]
    return f'SELECT {", ".join(["rowid AS number", *fields, *above])} FROM "{table}"'


def _low_or_whole(column: StoredColumn, halved: bool) -> str:  # noqa: FBT001 - of this module alone
    if halved:
        return low(column.name)
    # An empty text is loaded as NULL; a row type that has no None gets its text back.
    return f'"{column.name}"' if column.optional or column.sql != "VARCHAR" else f"coalesce(\"{column.name}\", '')"


def rows(table: str, answers: Iterable[Sequence[Any]]) -> Iterator[Fetched]:
    """Yield the rows that such a query answered with."""
    halved, kind = _halved(table), ROWS[table]
    end = len(columns(table)) + 1
    for answer in answers:
        fields = list(answer[_PLACE:end])
        for upper, at in enumerate(halved, start=end):
            if answer[upper]:
                fields[at - _PLACE] |= answer[upper] << _HALF
        yield Fetched(answer[0], answer[1], answer[2], answer[3], kind(*fields))
