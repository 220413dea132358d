"""The tables of a snapshot, packed for a page: text, one line a row, gzip as base64; unpacked there on demand."""

import base64
import gzip
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Final, NamedTuple

from podpath.snapshot.fetch import halves, whole
from podpath.snapshot.schema import FRAME, columns
from podpath.snapshot.store import Store
from podpath.state.address import ip_text

MOST: Final = 1_000_000
"""Rows of a table that a page holds; of larger ones it says how to ask for them."""
_LEFT_OUT: Final = frozenset(("source", "coverage", "netns_id", "node", "netns"))


class PackedTable(NamedTuple):
    """A table as a page holds it.

    Attributes:
        name: its name.
        columns: names of its columns, the node and the namespace first.
        rows: number of its rows.
        packed: the rows; empty where they are too many.
    """

    name: str
    columns: tuple[str, ...]
    rows: int
    packed: str


def packed(text: str) -> str:
    """Return a text as gzip in base64; the same text gives the same bytes."""
    return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)).decode("ascii")


@contextmanager
def packing(store: Store) -> Iterator[Callable[[], list[PackedTable]]]:
    """Pack the tables meanwhile, in a thread of its own: the database and gzip need no Python. Yield what waits for them."""
    with store.beside() as reader, ThreadPoolExecutor(1, thread_name_prefix="podpath-tables") as executor:
        yield executor.submit(lambda: list(tables(reader))).result


def tables(store: Store) -> Iterator[PackedTable]:
    """Yield every table that has rows.

    Rows are joined by the database: of half a million of them Python sees one string.
    """
    found = [(name, count) for name, count in store.tables() if count and name not in _LEFT_OUT and name not in FRAME]
    _name_addresses(store, [name for name, count in found if count <= MOST])
    for name, count in found:
        own = [column for column in columns(name) if column.name not in {"ns", "source", "line"}]
        shown = ("node", "netns", *(column.name for column in own))
        if count > MOST:
            yield PackedTable(name, shown, count, "")
            continue
        fields = ", ".join(_field(column.name, column.sql) for column in own)
        joins = " ".join(
            f'LEFT JOIN ip_word w_{at} ON w_{at}.ip = t."{column.name}"'
            for at, column in enumerate(own) if column.sql == "UHUGEINT"
        )  # fmt: skip
        for at, column in enumerate(own):
            if column.sql == "UHUGEINT":
                fields = fields.replace(f"@{column.name}@", f"w_{at}.word")
        place = "d.name, CASE s.kind WHEN 'host' THEN '' ELSE s.kind || ' ' || coalesce(s.name, '') END"
        (row,) = store.raw(
            f"SELECT string_agg(line, chr(10) ORDER BY n) FROM (SELECT t.rowid AS n, concat_ws(chr(31), {place}, {fields})"
            f' AS line FROM "{name}" t JOIN netns s ON s.ns = t.ns JOIN node d ON d.node = s.node {joins})'
        )
        yield PackedTable(name, shown, count, packed(row[0] or ""))


def _name_addresses(store: Store, names: list[str]) -> None:
    """Make ``ip_word``: each address that occurs, and its text."""
    parts = [
        f'SELECT "{column.name}" AS ip FROM "{name}" WHERE "{column.name}" IS NOT NULL'
        for name in names for column in columns(name) if column.sql == "UHUGEINT"
    ]  # fmt: skip
    found = store.raw(f"SELECT {halves('ip')} FROM ({' UNION '.join(parts)})") if parts else []
    numbers = [whole(low, high) for low, high in found]
    store.connection.execute("CREATE OR REPLACE TEMP TABLE ip_word (ip UHUGEINT, word VARCHAR)")
    store.connection.execute(
        "INSERT INTO ip_word SELECT unnest(?::VARCHAR[])::UHUGEINT, unnest(?::VARCHAR[])",
        [[str(ip) for ip in numbers], [ip_text(ip) for ip in numbers]],
    )


def _field(name: str, kind: str) -> str:
    """Return the SQL that makes a text of a column: without the two signs that part lines and fields, empty where nothing is."""
    if kind == "UHUGEINT":
        return f"coalesce(@{name}@, '')"
    if kind == "UBIGINT":
        return f"coalesce({_mac(name)}, '')"
    if kind == "BOOLEAN":
        return f"CASE t.\"{name}\" WHEN true THEN 'yes' WHEN false THEN 'no' ELSE '' END"
    return f"translate(coalesce(t.\"{name}\"::VARCHAR, ''), chr(10) || chr(13) || chr(31), '   ')"


def _mac(name: str) -> str:
    digits = ", ".join(
        f"lpad(lower(to_hex((t.\"{name}\" >> {shift}::UBIGINT) & 255::UBIGINT)), 2, '0')" for shift in range(40, -1, -8)
    )
    return f"CASE WHEN t.\"{name}\" IS NOT NULL THEN concat_ws(':', {digits}) END"
