"""Hypothetical changes of a namespace's rows, one table at a time."""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

from podpath.snapshot.schema import TABLE_OF
from podpath.walk.namespace import Change, Entry

numbers = count(1)
"""Numbers of rows that are in no table, below 0."""


def rows_of(kind: type[Any], keep: Callable[[Any], bool], new: Iterable[Any] = ()) -> Change:
    """Return a change of one table: rows that stay, and rows that come.

    Args:
        kind: the table's type of rows.
        keep: says of a row that it stays.
        new: rows that come, after the others.
    """
    added = [Entry(row, TABLE_OF[kind], -next(numbers)) for row in new]

    def change(asked: type[Any], rows: list[Entry[Any]]) -> list[Entry[Any]]:
        return [held for held in rows if keep(held.row)] + added if asked is kind else rows

    return change


def edited(kind: type[Any], fits: Callable[[Any], bool], **values: object) -> Change:
    """Return a change of some rows' fields.

    Args:
        kind: the table's type of rows.
        fits: says of a row that it changes.
        values: its fields' new values.
    """

    def change(asked: type[Any], rows: list[Entry[Any]]) -> list[Entry[Any]]:
        if asked is not kind:
            return rows
        return [Entry(held.row._replace(**values), held.table, -next(numbers)) if fits(held.row) else held for held in rows]

    return change


def named(name: str) -> Callable[[Any], bool]:
    """Return what says of a row that it has a name."""
    return lambda row: row.name == name


def other_than(name: str) -> Callable[[Any], bool]:
    """Return what says of a row that it has another name."""
    return lambda row: row.name != name


def together(*parts: Change) -> Change:
    """Return a change that is several, one after the other."""

    def change(asked: type[Any], rows: list[Entry[Any]]) -> list[Entry[Any]]:
        for part in parts:
            rows = part(asked, rows)
        return rows

    return change
