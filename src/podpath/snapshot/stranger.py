"""What a file must be before a row of it is read: our tables with our columns, our functions, and nothing else.

Snapshots come from strangers, and a database may hold more than rows: a view in the place of a table runs what its maker
wrote, and a function may bear the name of one that queries call.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from podpath.snapshot.layouts import OLDEST
from podpath.snapshot.layouts import shapes as shapes_of
from podpath.snapshot.schema import MACROS, VERSION, columns

Ask = Callable[[str], list[tuple[Any, ...]]]
_META: Final = (("name", "VARCHAR"), ("value", "VARCHAR"))
_NAMES: Final = MACROS.keys()
MOST_NODES: Final = 20_000
"""Default maximum number of nodes in a snapshot."""
_LONGEST: Final = 4096
"""Maximum length of the name of a node or a namespace."""


def own_functions() -> str:
    """Return the SQL that makes our functions in a connection of our own, where they come before those of any file."""
    return "; ".join(f"CREATE TEMP MACRO {name}{text}" for name, text in MACROS.items())


def trouble(ask: Ask, catalog: str, most: int, oldest: int = OLDEST) -> str | None:
    """Say why a database is no snapshot that may be read, or None if it is one.

    Nothing that it defines is run: the catalogue alone is looked at, and then tables that are known to be tables.

    Args:
        ask: runs a query.
        catalog: name of the database in it.
        most: nodes that it may have.
        oldest: the oldest layout that will do.
    """
    where = f"WHERE database_name = '{catalog.replace(chr(39), chr(39) * 2)}'"
    # What duckdb_constraints() and duckdb_indexes() list is counted here, for a tenth of the time.
    counted = "estimated_size, has_primary_key OR index_count > 0 OR check_constraint_count > 0"
    found = ask(f"SELECT schema_name, table_name, {counted} FROM duckdb_tables() {where}")
    tables = {(schema, table) for schema, table, *_ in found}
    shapes: dict[tuple[str, str], list[tuple[str, str]]] = {}
    # A column that has a default, or may not be empty, is none of ours: nor is one that is computed, which has one, too.
    asked = (
        "SELECT schema_name, table_name, column_name, CASE WHEN column_default IS NULL AND is_nullable THEN data_type END"
        f" FROM duckdb_columns() {where} AND NOT internal ORDER BY column_index"
    )
    for schema, table, column, kind in ask(asked):
        shapes.setdefault((schema, table), []).append((column, kind))
    if strange := _functions(ask, where):
        return f"it defines functions of its own ({', '.join(strange[:3])})"
    if ("main", "meta") not in tables or tuple(shapes.get(("main", "meta"), ())) != _META:
        return "not a podpath snapshot"
    version, told = _version(ask, catalog)
    if version is None or not oldest <= version <= VERSION:
        return f"a snapshot of another version ({told}); this podpath reads podpath.snapshot/{oldest} to {VERSION}"
    ours = {("main", table): shape for table, shape in shapes_of(version).items()}
    ours["main", "meta"] = list(_META)
    if tables != ours.keys() or shapes != ours:
        strange = sorted(f"{table}" for _, table in ours.keys() ^ tables | {key for key in ours if ours[key] != shapes.get(key)})
        return f"its tables are not those of a snapshot ({', '.join([*strange, *_others(shapes, ours)][:3])})"
    if any(bound for *_, bound in found):
        return "it defines constraints or indexes, which no snapshot has"
    filled = sorted(table for _, table, rows, _ in found if rows and table != "meta")
    return _objects(ask, where) or _frame(ask, f'"{catalog}".main', most) or _empty(ask, f'"{catalog}".main', filled, version)


def version_of(ask: Ask, catalog: str) -> int:
    """Return the layout of a database that :func:`trouble` found nothing wrong with."""
    return _version(ask, catalog)[0] or VERSION


def _version(ask: Ask, catalog: str) -> tuple[int | None, str | None]:
    """Return the number of a layout, and what says so."""
    found = ask(f"SELECT value FROM \"{catalog}\".main.meta WHERE name = 'schema' LIMIT 2")
    told = str(found[0][0])[:80] if found else None
    number = re.fullmatch(r"podpath\.snapshot/(\d{1,4})", told or "") if len(found) == 1 else None
    return (int(number[1]) if number is not None else None), told


def _others(
    shapes: dict[tuple[str, str], list[tuple[str, str]]], ours: dict[tuple[str, str], list[tuple[str, str]]]
) -> list[str]:
    return sorted(table for _, table in shapes.keys() - ours.keys())


def _functions(ask: Ask, where: str) -> list[str]:
    found = {name for (name,) in ask(f"SELECT function_name FROM duckdb_functions() {where} AND NOT internal")}
    return sorted(found - _NAMES)


def _objects(ask: Ask, where: str) -> str | None:
    """Say what else a database defines, or None if it is nothing."""
    sequences, types = f"SELECT 1 FROM duckdb_sequences() {where}", f"SELECT 1 FROM duckdb_types() {where} AND NOT internal"
    return "it defines sequences or types, which no snapshot has" if ask(f"{sequences} UNION ALL {types} LIMIT 1") else None


def _frame(ask: Ask, main: str, most: int) -> str | None:
    """Say what is wrong with the tables that all others refer to, or None."""
    ((nodes,),) = ask(f"SELECT count(*) FROM {main}.node")
    if nodes > most:
        return f"it has {nodes} nodes, and --max-nodes allows {most}"
    wrong = (
        f"SELECT 1 FROM {main}.node WHERE node IS NULL OR name IS NULL OR length(name) > {_LONGEST}",
        f"SELECT 1 FROM {main}.netns WHERE ns IS NULL OR node IS NULL OR kind IS NULL OR length(name) > {_LONGEST}",
        f"SELECT 1 FROM {main}.netns n ANTI JOIN {main}.node d ON n.node = d.node",
        f"SELECT 1 FROM {main}.source s ANTI JOIN {main}.netns n ON s.ns = n.ns WHERE s.ns <> 0",
        f"SELECT 1 FROM {main}.source WHERE source IS NULL OR ns IS NULL OR file IS NULL OR command IS NULL OR first IS NULL",
        f"SELECT 1 FROM {main}.unread WHERE file IS NULL OR first IS NULL OR last IS NULL OR reason IS NULL OR text IS NULL",
    )
    return (
        "a node, a namespace or a source in it has no name, or no place" if ask(f"{' UNION ALL '.join(wrong)} LIMIT 1") else None
    )


def _empty(ask: Ask, main: str, filled: Sequence[str], version: int) -> str | None:
    """Say which table lacks a value that each of its rows has, or None: judgement takes it for granted."""
    parts = []
    for table in filled:
        known = {name for name, _ in shapes_of(version)[table]}
        # An empty text is stored as NULL (fetch.py reads it as what it was).
        needed = [one.name for one in columns(table) if not one.optional and one.sql != "VARCHAR" and one.name in known]
        if not needed:
            continue
        empty = " OR ".join(f'"{name}" IS NULL' for name in needed)
        parts.append(f"SELECT '{table}' FROM {main}.\"{table}\" WHERE {empty}")
    found = ask(f"{' UNION ALL '.join(parts)} LIMIT 1") if parts else []
    return f"a row of {found[0][0]} in it lacks a required value" if found else None
