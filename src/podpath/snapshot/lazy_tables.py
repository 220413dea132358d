"""A database in memory whose tables and functions are made when a statement first names them.

A snapshot has some eighty tables, most of them empty, and DuckDB takes a third of a millisecond to make one: more than
most questions of a small snapshot take. Whoever asks by names that no statement holds (`SHOW TABLES`, another program)
has all of them made first.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final

import duckdb

from podpath.snapshot.schema import FRAME, MACROS, META, ROWS, create_statement

_WORD: Final = re.compile(r"\w+")
_KEPT: Final = 4096
"""Statements whose names are remembered; podpath has some hundreds."""
_LONGEST: Final = 16_384
"""Maximum number of characters of such a statement: those over a lake list thousands of files, and are asked once."""


@cache
def _makers() -> dict[str, str]:
    """Return the SQL that makes each table and function that is made on first mention."""
    tables = {name: create_statement(name) for name in ROWS}
    return tables | {name: f"CREATE MACRO {name}{text}" for name, text in MACROS.items()}


@lru_cache(_KEPT)
def _named(sql: str) -> tuple[str, ...]:
    """Return what a statement may name, in the order in which it is made.

    A word may be a column's, which costs a needless empty table. What a function names comes before it.
    """
    words, makers = set(_WORD.findall(sql.lower())), _makers()
    for name, body in reversed(MACROS.items()):
        if name in words:
            words.update(_WORD.findall(body))
    return tuple(name for name in makers if name in words)


class LazyTables:
    """A connection to the database of a snapshot.

    Args:
        database: the connection of DuckDB.
        made: it has all tables and functions of a snapshot.
    """

    def __init__(self, database: duckdb.DuckDBPyConnection, *, made: bool = True) -> None:
        self._database = database
        self._missing = {} if made else dict(_makers())

    @classmethod
    def of_new(cls, database: duckdb.DuckDBPyConnection) -> "LazyTables":
        """Return a connection to an empty database, which becomes a snapshot without rows."""
        database.execute(f"BEGIN; {'; '.join((*map(create_statement, FRAME), *META))}; COMMIT")
        return cls(database, made=False)

    def execute(self, sql: str, values: Sequence[Any] | Mapping[str, Any] | None = None) -> duckdb.DuckDBPyConnection:
        """Run a statement, and return what its rows are fetched from.

        Raises:
            duckdb.Error: the statement is wrong.
        """
        if self._missing:
            self._make(_named(sql) if len(sql) <= _LONGEST else _named.__wrapped__(sql))
        return self._database.execute(sql, values)

    def complete(self) -> None:
        """Make all that is missing."""
        self._make(tuple(self._missing))

    def cursor(self) -> "LazyTables":
        """Return another connection to the same database, for a thread of its own; all tables are there then."""
        self.complete()
        return LazyTables(self._database.cursor())

    def close(self) -> None:
        """Close the connection."""
        self._database.close()

    def _make(self, names: Sequence[str]) -> None:
        if wanted := [self._missing.pop(name) for name in names if name in self._missing]:
            self._database.execute("; ".join(wanted))


Database = duckdb.DuckDBPyConnection | LazyTables
"""What runs statements: of a snapshot, or of DuckDB itself."""
