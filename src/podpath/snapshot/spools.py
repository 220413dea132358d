"""Rows on their way into tables: written into a file for each table, and loaded at once.

One by one, rows would be most of the time of reading a text.
"""

import csv
import math
from collections.abc import Iterable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, NamedTuple

from podpath.snapshot import leftovers
from podpath.snapshot.lazy_tables import LazyTables
from podpath.snapshot.schema import TABLE_OF, columns

if TYPE_CHECKING:
    from _csv import Writer

_SPOOL_ROWS: Final = 200_000
_LONGEST_FIELD: Final = 256 * 1024 * 1024
"""Maximum number of characters in a field: as many as one command may print."""
_RANGES: Final = {
    "BIGINT": range(-(1 << 63), 1 << 63),
    "UHUGEINT": range(1 << 128),
    "UBIGINT": range(1 << 64),
}


def _fits(value: str, kind: str) -> bool:
    try:
        if kind == "BOOLEAN":
            return value.lower() in {"", "true", "false"}
        if kind == "DOUBLE":
            return not value or math.isfinite(float(value))
        return kind not in _RANGES or not value or int(value) in _RANGES[kind]
    except ValueError:
        return False


class _Spool:
    """Rows of one table on their way into it."""

    def __init__(self, folder: Path, table: str) -> None:
        self.table = table
        self.path = folder / f"{table}.csv"
        self.count = 0
        self._file: IO[str] = self.path.open("w", newline="", encoding="utf-8", errors="replace")
        self.writer: Writer = csv.writer(self._file)

    def close(self) -> None:
        self._file.close()


class Spools:
    """The files of all tables.

    Args:
        folder: where they are, once there are any.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._spools: dict[str, _Spool] = {}
        self._refused: list[tuple[str, int, int]] = []

    def add(self, connection: LazyTables, ns: int, source: int, items: Iterable[tuple[int, NamedTuple]]) -> None:
        """Add rows of any tables, each with its line.

        Args:
            connection: the database, for a table of which many rows wait.
            ns: their namespace.
            source: the output that they were read from.
            items: the rows, each with its line.
        """
        # One by one, rows would be most of the time of reading a text: what changes only with the table is not asked for each.
        spool: _Spool | None = None
        last: type[NamedTuple] | None = None
        for line, row in items:
            if spool is None or type(row) is not last:
                last = type(row)
                table = TABLE_OF[last]
                spool = self._spools.get(table) or self._spool(table)
                write = spool.writer.writerow
            write((ns, source, line, *row))
            spool.count += 1
            if spool.count >= _SPOOL_ROWS:
                self._load(connection, spool.table)
                spool = None

    def _spool(self, table: str) -> _Spool:
        leftovers.make(self._folder)
        spool = self._spools[table] = _Spool(self._folder, table)
        return spool

    def _load(self, connection: LazyTables, table: str) -> None:
        spool = self._spools.pop(table)
        spool.close()
        kinds = ", ".join(f"'{c.name}': '{c.sql}'" for c in columns(table))
        loaded = connection.execute(
            f"INSERT INTO \"{table}\" SELECT * FROM read_csv(?, header = false, auto_detect = false, delim = ',',"
            f" quote = '\"', escape = '\"', columns = {{{kinds}}}, max_line_size = 268435456, strict_mode = false,"
            " ignore_errors = true)",
            [str(spool.path)],
        ).fetchone()
        if loaded is None or loaded[0] != spool.count:
            self._refuse(table, spool.path)
        spool.path.unlink()

    def _refuse(self, table: str, path: Path) -> None:
        """Note the rows of a spool that hold what no column can: what prints such a line is no kernel."""
        kinds = [column.sql for column in columns(table)]
        csv.field_size_limit(_LONGEST_FIELD)
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.reader(file):
                if not all(_fits(value, kind) for value, kind in zip(row, kinds, strict=True)):
                    self._refused.append((table, int(row[1]), int(row[2])))

    def tell_refused(self, connection: LazyTables) -> None:
        """List the lines of refused rows as unread; what else their output lacks means nothing any more."""
        for table, source, line in self._refused:
            rows = connection.execute("SELECT file FROM source WHERE source = ?", [source]).fetchall()
            reason = f"a value that no kernel has, in a row of {table.replace('_', ' ')}"
            connection.execute("INSERT INTO unread VALUES (?, ?, ?, ?, '')", [rows[0][0] if rows else "", line, line, reason])
            connection.execute("UPDATE coverage SET complete = 'no' WHERE source = ? AND \"table\" = ?", [source, table])
        self._refused.clear()

    def load(self, connection: LazyTables) -> None:
        """Load everything that was added."""
        for table in list(self._spools):
            self._load(connection, table)

    def close(self) -> None:
        """Drop what was not loaded."""
        for spool in self._spools.values():
            spool.close()
        self._spools.clear()
