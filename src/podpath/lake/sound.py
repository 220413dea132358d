"""Whether what a node wrote can be read: its form, by Parquet's own description, and its content, by a few questions to each table.

A node may write what it likes below its own prefix. Before a row of it is used, nothing in it may be able to hurt the others.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

import duckdb

from podpath.lake.inventory import LakePart, first_line
from podpath.lake.layout import lake_columns
from podpath.snapshot.sql_text import quoted
from podpath.state.address import parse_ip, parse_mac
from podpath.state.visible import visible

_MOST_ROWS: Final = 5_000_000
_MOST_BYTES: Final = 1 << 30
_LONGEST: Final = 1 << 20
_LONGEST_OUTPUT: Final = 1 << 24
_LARGEST: Final = 1 << 62
_LONGEST_PREFIX: Final = 128
_DAMAGED: Final = (duckdb.Error, RuntimeError, ValueError, OverflowError, MemoryError)
_PARSERS: Final[dict[str, Callable[[str], int]]] = {"UHUGEINT": parse_ip, "UBIGINT": parse_mac}


class Unsound(NamedTuple):
    """A capture that is not read, and why."""

    push: str
    reason: str


def unsound_form(
    connection: duckdb.DuckDBPyConnection, table: str, files: Mapping[str, tuple[LakePart, str]]
) -> Iterator[Unsound]:
    """Yield the captures whose files are no Parquet files of a table.

    Args:
        connection: any database.
        table: the table.
        files: for each file what its capture says of it, and the capture's name.
    """
    wanted = [("node_name", "VARCHAR"), *((column.name, column.sql) for column in lake_columns(table))]
    for file, found in _each(connection, list(files), _described):
        part, push = files[file]
        if isinstance(found, str):
            yield Unsound(push, f"its object {table} is damaged ({found})")
            continue
        rows, size, shape = found
        joined = len(files) == 1 or part.rows > _MOST_ROWS
        if shape != wanted:
            odd = next((name for name, kind in [*wanted, *shape] if (name, kind) not in wanted or (name, kind) not in shape), "?")
            yield Unsound(push, f"its object {table} has not the columns of that table ({visible(odd)[:80]})")
        elif rows != part.rows or ((rows > _MOST_ROWS or size > _MOST_BYTES) and not joined):
            yield Unsound(push, f"its object {table} has {rows:,} rows, {size:,} bytes")


def _described(connection: duckdb.DuckDBPyConnection, files: list[str]) -> dict[str, Any]:
    listed = f"[{', '.join(quoted(file) for file in files)}]"
    rows = dict(connection.execute(f"SELECT file_name, num_rows FROM parquet_file_metadata({listed})").fetchall())
    sizes = dict(
        connection.execute(
            f"SELECT file_name, sum(total_uncompressed_size) FROM parquet_metadata({listed}) GROUP BY file_name"
        ).fetchall()
    )
    shapes: dict[str, list[tuple[str, str]]] = {}
    for file, name, kind in connection.execute(
        f"SELECT file_name, name, duckdb_type FROM parquet_schema({listed}) WHERE type IS NOT NULL"
    ).fetchall():
        shapes.setdefault(file, []).append((name, kind))
    return {file: (rows[file], int(sizes.get(file) or 0), shapes.get(file, [])) for file in files}


def _each(
    connection: duckdb.DuckDBPyConnection, files: list[str], ask: Callable[[duckdb.DuckDBPyConnection, list[str]], dict[str, Any]]
) -> Iterator[tuple[str, Any]]:
    """Yield what a question says of each file: of all at once, and of halves of them where that fails."""
    if not files:
        return
    try:
        found = ask(connection, files)
    except _DAMAGED as error:
        if len(files) == 1:
            yield files[0], first_line(error).replace(files[0], "")
            return
        half = len(files) // 2
        yield from _each(connection, files[:half], ask)
        yield from _each(connection, files[half:], ask)
        return
    yield from found.items()


def unsound_content(connection: duckdb.DuckDBPyConnection, table: str, files: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the files whose rows are none that a node may have, and why.

    Args:
        connection: any database.
        table: the table.
        files: for each file the node that it must be of.
    """
    questions = list(_questions(table))

    def ask(connection: duckdb.DuckDBPyConnection, listed: list[str]) -> dict[str, Any]:
        names = ", ".join(quoted(file) for file in listed)
        wrong = ", ".join(f"count(*) FILTER ({condition})" for condition, _ in questions)
        rows = connection.execute(
            f"SELECT filename, min(node_name), max(node_name), {wrong or 0} FROM read_parquet([{names}], filename = true,"
            " hive_partitioning = false) GROUP BY filename"
        ).fetchall()
        return {file: counts for file, *counts in rows}

    sound = []
    for file, found in _each(connection, list(files), ask):
        if isinstance(found, str):
            yield file, f"its object {table} is damaged ({found})"
            continue
        first, last, *counts = found
        other = next((name for name in (first, last) if name != files[file]), None)
        if other is not None or first is None:
            yield file, f'rows of its {table} are said to be of the node "{visible(str(other))[:80]}"'
            continue
        wrong = next((what for count, (_, what) in zip(counts, questions, strict=False) if count), None)
        if wrong is not None:
            yield file, f"a row of its {table} has {wrong}"
        else:
            sound.append(file)
    for file, wrong in _strange_addresses(connection, table, sound).items():
        yield file, f"a row of its {table} has {wrong}"


def _questions(table: str) -> Iterator[tuple[str, str]]:
    """Yield what no row of a table has, as SQL and in words."""
    yield "node_name IS NULL", "nothing in node_name"
    for column in lake_columns(table):
        name = f'"{column.name}"'
        if not column.optional:
            yield f"{name} IS NULL", f"nothing in {column.name}"
        if column.sql == "VARCHAR":
            longest = _LONGEST_OUTPUT if column.name == "text" else _LONGEST
            yield f"length({name}) > {longest}", f"more than {longest:,} characters in {column.name}"
        elif column.sql == "DOUBLE":
            yield f"NOT isfinite({name})", f"no number in {column.name}"
        elif column.sql == "BIGINT":
            low, high = (0, _LONGEST_PREFIX) if column.name in ("dst_len", "src_len", "length", "len") else (-_LARGEST, _LARGEST)
            yield f"{name} NOT BETWEEN {low} AND {high}", f"a number in {column.name} that no kernel has"
            if column.name == "family":
                yield f"{name} NOT IN (4, 6) AND {name} < 128", f"a number in {column.name} that no kernel has"


def _strange_addresses(connection: duckdb.DuckDBPyConnection, table: str, files: list[str]) -> dict[str, str]:
    """Return in words an address that is none, for each file that has one."""
    found: dict[str, str] = {}
    listed = ", ".join(quoted(file) for file in files)
    source = f"read_parquet([{listed}], filename = true, hive_partitioning = false)"
    for column in lake_columns(table) if files else ():
        parse = _PARSERS.get(column.kind)
        if parse is None:
            continue
        texts = connection.execute(f'SELECT DISTINCT "{column.name}" FROM {source} WHERE "{column.name}" IS NOT NULL').fetchall()
        strange = [text for (text,) in texts if not _parses(parse, text)]
        if strange:
            rows = connection.execute(
                f'SELECT filename, min("{column.name}") FROM {source} WHERE "{column.name}" IN (SELECT unnest(?::VARCHAR[])) GROUP BY ALL',
                [strange],
            ).fetchall()
            found.update({file: f'no address in {column.name} ("{visible(text[:40])}")' for file, text in rows})
    return found


def _parses(parse: Callable[[str], int], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True
