"""Captures into a lake: each table a Parquet object, and last the one that says that the capture is complete."""

import hashlib
import json
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from podpath import __version__
from podpath.checks.overlay.mesh.overlay import find_vteps
from podpath.checks.overlay.mesh.sums import COUNTED, KEYS, md5_sum
from podpath.lake.inventory import LakePart
from podpath.lake.layout import (
    ENTRIES,
    JOINED,
    PEERS,
    PUSH,
    SUMS,
    TABLES,
    VERSION,
    ObjectName,
    fits,
    folder_of,
    lake_columns,
    parse_name,
)
from podpath.lake.place import Lake, LakeError
from podpath.snapshot.address_text import know_texts, text_of
from podpath.snapshot.lazy_tables import Database
from podpath.snapshot.sql_text import quoted
from podpath.snapshot.store import Store

_DIGEST: Final = 12
"""Digits of the digest that a capture is named by."""
_ALONE: Final = 32
"""Maximum number of nodes of one collection that are written one by one; more are written together, as if they were compacted."""
_FORMAT: Final = "(FORMAT parquet, COMPRESSION zstd)"
_OF_PEER: Final = {
    "route": "via IS NOT NULL AND (ns, dev) IN (SELECT ns, dev FROM vtep)",
    "neighbour": "(ns, dev) IN (SELECT ns, dev FROM vtep)",
    "fdb": "(ns, dev) IN (SELECT ns, dev FROM vtep)",
}
"""Which rows of a table are entries for peers."""


class Pushed(NamedTuple):
    """A capture that was written, or was there already.

    Attributes:
        name: the object that says that it is complete.
        nodes: names of its nodes.
        objects: number of its objects.
        size: number of their bytes.
        new: it was not there already.
    """

    name: ObjectName
    nodes: tuple[str, ...]
    objects: int
    size: int
    new: bool


class _Node(NamedTuple):
    """A node to be written: its number, its name, and when its capture began."""

    number: int
    name: str
    began: float


class _Part(NamedTuple):
    """A Parquet file that is to become an object."""

    table: str
    part: str
    rows: int
    file: Path


def push(store: Store, lake: Lake, cluster: str, folder: Path, only: Collection[str] = ()) -> list[Pushed]:
    """Write the nodes of a store into a lake.

    Args:
        store: the snapshot, merged.
        lake: the lake.
        cluster: name of the cluster they are in.
        folder: an empty folder in which the store may write.
        only: names of the nodes to write; none means all.

    Raises:
        LakeError: a name cannot be a folder's, or the lake cannot be written.
    """
    store.flush()
    with suppress(duckdb.Error):  # a store that is locked keeps its settings; the threads of one cost more than they bring here
        store.connection.execute("SET threads = 1")
    nodes = [node for node in _nodes(store) if not only or node.name in only]
    for name in (cluster, *(node.name for node in nodes)):
        if not fits(name):
            raise LakeError(f'"{name[:80]}" cannot be the name of a folder, so not that of a cluster or a node in a lake')
    _prepare(store)
    groups = [[node] for node in nodes] if len(nodes) <= _ALONE else [nodes]
    return [_push_group(store, lake, cluster, group, folder) for group in groups]


def _nodes(store: Store) -> list[_Node]:
    now = time.time()
    rows = store.raw(
        "SELECT d.node, d.name, (SELECT max(c.began) FROM capture c JOIN netns n USING (ns) WHERE n.node = d.node AND c.way IS NOT NULL)"
        " FROM node d WHERE d.node NOT IN (SELECT n.node FROM netns n JOIN capture c USING (ns) WHERE c.way IS NULL AND c.problem IS NOT NULL)"
        " ORDER BY d.name, d.node"
    )
    if len({name for _, name, _ in rows}) < len(rows):
        raise LakeError("two nodes have one name: they would be one in a lake")
    return [_Node(number, name, began if began is not None else now) for number, name, began in rows]


def _prepare(store: Store) -> None:
    """Make what writing asks: the tables of overlay devices and of texts, and an order of rows that a second try repeats."""
    find_vteps(store)
    filled = store.sizes()
    addresses = (
        f'SELECT DISTINCT "{column.own}" FROM "{table}"'
        for table in TABLES if table in filled
        for column in lake_columns(table) if column.kind == "UHUGEINT"
    )  # fmt: skip
    know_texts(store.connection, addresses)


def _push_group(store: Store, lake: Lake, cluster: str, nodes: Sequence[_Node], folder: Path) -> Pushed:
    began = max(node.began for node in nodes)
    owner = nodes[0].name if len(nodes) == 1 else JOINED
    day = f"{datetime.fromtimestamp(began, UTC):%Y-%m-%d}"
    parts = list(_written(store, nodes, folder))
    name = push_name(began, [(part.table, part.part, part.file) for part in parts])
    marker = ObjectName(PUSH, cluster, day, owner, name)
    names = tuple(node.name for node in nodes)
    size = sum(part.file.stat().st_size for part in parts)
    earlier = committed(lake, cluster, day, owner)
    same = next((one for one in earlier if one.push.endswith(name[-_DIGEST:])), None)
    if same is not None:
        return Pushed(same, names, len(parts), size, new=False)
    for part in parts:
        lake.put(marker._replace(table=part.table, part=part.part).text, part.file)
    file = folder / "push.parquet"
    write_marker(
        store.connection,
        marker,
        [(node.name, node.began) for node in nodes],
        listed_parts([LakePart(part.table, part.part, part.rows, part.file.stat().st_size) for part in parts]),
        file,
    )
    lake.put(marker.text, file)
    if owner != JOINED:  # joined captures may have other nodes: compacting removes what is replaced
        discard(lake, (one for one in earlier if one.push < name))
    return Pushed(marker, names, len(parts) + 1, size + file.stat().st_size, new=True)


def push_name(began: float, files: Iterable[tuple[str, str, Path]]) -> str:
    """Return the name of a capture: its time, and a digest of its content, so that the same capture has the same name.

    Args:
        began: when it was begun.
        files: table, part and content of each object.
    """
    digest = hashlib.sha256()
    for table, part, file in files:
        digest.update(f"{table} {part}\n".encode())
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return f"{datetime.fromtimestamp(began, UTC):%Y%m%dT%H%M%SZ}-{digest.hexdigest()[:_DIGEST]}"


def listed_parts(parts: Iterable[LakePart]) -> str:
    """Return what a capture consists of, as text: a marker has it, so that a lost object is noticed."""
    return json.dumps([list(part) for part in parts], separators=(",", ":"))


def committed(lake: Lake, cluster: str, day: str, node: str) -> list[ObjectName]:
    """Return the complete captures of a node's day."""
    try:
        found = [parse_name(item.name) for item in lake.objects(f"{PUSH}/{folder_of(cluster, day, node)}/")]
    except LakeError:
        return []  # a node may be allowed to write, and nothing else: compacting removes what was replaced
    return [name for name in found if name is not None and not name.part]


def discard(lake: Lake, captures: Iterable[ObjectName]) -> None:
    """Remove captures; first what says that they are complete."""
    for marker in captures:
        lake.delete([marker.text])
        tables = [*TABLES, SUMS]
        lake.delete(marker._replace(table=table).text for table in tables)
        lake.delete(marker._replace(table=table, part=PEERS).text for table in ENTRIES)


def write_marker(connection: Database, marker: ObjectName, nodes: Sequence[tuple[str, float]], files: str, file: Path) -> None:
    """Write the object that says that a capture is complete.

    Args:
        connection: any database.
        marker: its name.
        nodes: name of each node, and when its capture began.
        files: what the capture consists of.
        file: where to write.
    """
    connection.execute(
        "COPY (SELECT unnest($names::VARCHAR[]) AS node_name, $push AS push, $version::BIGINT AS version, $podpath AS podpath,"
        f" unnest($began::DOUBLE[]) AS began, $files AS files) TO {quoted(str(file))} {_FORMAT}",
        {
            "names": [name for name, _ in nodes], "began": [began for _, began in nodes], "push": marker.push, "version": VERSION,
            "podpath": __version__, "files": files,
        },
    )  # fmt: skip


def _written(store: Store, nodes: Sequence[_Node], folder: Path) -> Iterator[_Part]:
    """Write the tables of some nodes, each into its file."""
    run = store.connection.execute
    run("CREATE OR REPLACE TEMP TABLE pushed (number BIGINT, node_name VARCHAR)")
    run(
        "INSERT INTO pushed SELECT unnest(?::BIGINT[]), unnest(?::VARCHAR[])",
        [[node.number for node in nodes], [node.name for node in nodes]],
    )
    run(
        "CREATE OR REPLACE TEMP TABLE pushed_ns AS SELECT n.ns AS at, p.node_name FROM netns n JOIN pushed p ON p.number = n.node"
    )
    filled = store.sizes()
    every = len(nodes) == store.raw("SELECT count(*) FROM node")[0][0]
    for table in TABLES:
        if table not in filled:
            continue
        rows = _rows_of(table, alone=every and len(nodes) == 1)
        for part, only in _parts_of(table):
            yield from _copied(store, table, part, f"{rows} {only}", folder)
    yield from _copied(store, SUMS, "", _SUMS, folder, columns="node_name, ns, dev, tab, entries, low, high")


def _parts_of(table: str) -> Iterator[tuple[str, str]]:
    if table in ENTRIES:
        yield PEERS, f"AND {_OF_PEER[table]}"
        yield "", f"AND ({_OF_PEER[table]}) IS NOT TRUE"
    else:
        yield "", ""


def _rows_of(table: str, *, alone: bool) -> str:
    """Return FROM and WHERE of the rows of a table that are of the nodes."""
    if table == "node":
        return "FROM node t JOIN pushed p ON p.number = t.node WHERE true"
    if table == "netns":
        return "FROM netns t JOIN pushed p ON p.number = t.node WHERE true"
    if table == "unread":
        # What could not be read is of a file, and a file of the node that an output of it is of.
        joined = "(SELECT DISTINCT s.file, p.node_name FROM source s JOIN pushed_ns p ON p.at = s.ns)"
        return "FROM unread t, pushed p WHERE true" if alone else f"FROM unread t JOIN {joined} p ON p.file = t.file WHERE true"
    if table == "set_aside":
        return "FROM set_aside t JOIN pushed p ON p.node_name = t.node WHERE true"
    return f'FROM "{table}" t JOIN pushed_ns p ON p.at = t.ns WHERE true'


def _copied(store: Store, table: str, part: str, rows: str, folder: Path, columns: str = "") -> Iterator[_Part]:
    file = folder / f"{table}{part}.parquet"
    listed = columns or ", ".join(
        ["p.node_name", *(text_of(column.kind, f't."{column.own}"') + f' AS "{column.name}"' for column in lake_columns(table))]
    )
    ((count,),) = store.raw(f"COPY (SELECT {listed} {rows}) TO {quoted(str(file))} {_FORMAT}")
    if count:
        yield _Part(table, part, count, file)


def _sum_of(table: str) -> str:
    listed = ", ".join(["ns", "dev", *(text_of(kind, f't."{name}"') + f' AS "{name}"' for name, kind in KEYS[table])])
    return (
        f"SELECT ns, dev, '{table}' AS tab, * EXCLUDE (ns, dev) FROM (SELECT ns, dev, {md5_sum(table)} FROM (SELECT {listed} FROM \"{table}\" t"
        f" WHERE (ns, dev) IN (SELECT ns, dev FROM vtep) AND {COUNTED[table]}) GROUP BY ns, dev) q(ns, dev, entries, low, high)"
    )


_SUMS: Final = (
    f"FROM (SELECT p.node_name, q.ns, q.dev, q.tab, q.entries, q.low::VARCHAR AS low, q.high::VARCHAR AS high"
    f" FROM ({' UNION ALL '.join(_sum_of(table) for table in ENTRIES)}) q JOIN pushed_ns p ON p.at = q.ns ORDER BY ALL)"
)
