"""Which captures a lake holds, and which of them count: the newest of each node, as long as it is fresh."""

import json
import math
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple

import duckdb

from podpath.lake.layout import JOINED, PUSH, VERSION, ObjectName, folder_of, lake_columns, parse_name
from podpath.lake.place import Lake
from podpath.state.fleet import NodeTrouble
from podpath.state.moment import utc_text
from podpath.state.visible import visible

FRESH: Final = 86_400.0
"""Default age in seconds up to which a capture says how a node is."""
_LOOK_BACK: Final = timedelta(days=7)
"""How long a node that pushes no more is still missed."""
_AHEAD: Final = 3600.0
"""Seconds by which the clock of a node may be ahead."""
_MOST_BYTES: Final = 64 * 1024 * 1024
_LONGEST: Final = 120


class LakePart(NamedTuple):
    """What a capture says of one of its objects.

    Attributes:
        table: its table.
        part: which part of it.
        rows: number of its rows.
        size: number of its bytes.
    """

    table: str
    part: str
    rows: int
    size: int


class LakeCapture(NamedTuple):
    """A complete capture of a node.

    Attributes:
        marker: the object that says so.
        node: name of the node.
        began: when it was begun, in seconds since 1970.
        parts: its objects.
    """

    marker: ObjectName
    node: str
    began: float
    parts: tuple[LakePart, ...]


class Moment(NamedTuple):
    """What a lake is asked for: the state at one time.

    Attributes:
        until: end of it, in seconds since 1970.
        fresh: age in seconds up to which a capture counts.
    """

    until: float
    fresh: float = FRESH

    @property
    def day(self) -> date:
        """The day of it, in UTC."""
        return datetime.fromtimestamp(self.until, UTC).date()


class Inventory(NamedTuple):
    """The captures of a cluster.

    Attributes:
        cluster: its name.
        captures: for each node those that are fresh, the newest first.
        troubles: nodes without one, and captures that cannot be read.
    """

    cluster: str
    captures: dict[str, list[LakeCapture]]
    troubles: tuple[NodeTrouble, ...]


def clusters(lake: Lake, moment: Moment) -> list[str]:
    """Return the names of the clusters that a lake had captures of."""
    return sorted({name.cluster for name in _markers(lake, f"{PUSH}/", moment)})


def days(lake: Lake, cluster: str) -> list[str]:
    """Return the days that a lake has captures of."""
    found = (parse_name(item.name) for item in lake.objects(f"{PUSH}/{folder_of(cluster)}/"))
    return sorted({name.day for name in found if name is not None})


def take_inventory(lake: Lake, cluster: str, moment: Moment) -> Inventory:
    """Return the captures of a cluster."""
    markers = list(_markers(lake, f"{PUSH}/{folder_of(cluster)}/", moment))
    found, troubles = read_markers(lake, markers)
    by_node: dict[str, list[LakeCapture]] = {}
    for capture in sorted(found, key=lambda one: (one.began, one.marker.push), reverse=True):
        if capture.began > moment.until + _AHEAD:
            text = f"its capture is from {utc_text(capture.began)}: its clock is wrong"
            troubles.append(NodeTrouble(cluster, capture.node, text))
        else:
            by_node.setdefault(capture.node, []).append(capture)
    fresh: dict[str, list[LakeCapture]] = {}
    for node, captures in by_node.items():
        young = [capture for capture in captures if capture.began >= moment.until - moment.fresh]
        if young:
            fresh[node] = young
        else:
            troubles.append(NodeTrouble(cluster, node, f"its newest capture is from {utc_text(captures[0].began)}", stale=True))
    known = set(by_node)
    alone = {marker.node for marker in markers if marker.node != JOINED} - known - {one.node for one in troubles}
    troubles += [NodeTrouble(cluster, node, "none of its captures can be read") for node in sorted(alone)]
    return Inventory(cluster, fresh, tuple(troubles))


def _markers(lake: Lake, prefix: str, moment: Moment) -> Iterator[ObjectName]:
    first, last = str(moment.day - max(_LOOK_BACK, timedelta(seconds=moment.fresh))), str(moment.day)
    for item in lake.objects(prefix):
        name = parse_name(item.name)
        if name is not None and name.table == PUSH and not name.part and first <= name.day <= last:
            yield name


def read_markers(lake: Lake, markers: Iterable[ObjectName]) -> tuple[list[LakeCapture], list[NodeTrouble]]:
    """Read the objects that say that captures are complete."""
    names = {marker.text: marker for marker in markers}
    files = {str(path): names[name] for name, path in lake.local(names).items()}
    captures: list[LakeCapture] = []
    troubles: list[NodeTrouble] = []
    known: dict[str, tuple[LakePart, ...]] = {}
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false; SET autoinstall_known_extensions = false")
        for marker, rows in _read(connection, files):
            if isinstance(rows, str):
                troubles.append(NodeTrouble(marker.cluster, marker.node, rows))
                continue
            try:
                captures += _captures(marker, rows, known)
            except ValueError as error:
                troubles.append(NodeTrouble(marker.cluster, marker.node, f"{marker.push} is none of its captures: {error}"))
    return captures, troubles


_WANTED: Final = ", ".join(["node_name", *(f'"{column.name}"' for column in lake_columns(PUSH))])


def _read(
    connection: duckdb.DuckDBPyConnection, files: dict[str, ObjectName]
) -> Iterator[tuple[ObjectName, list[tuple[Any, ...]] | str]]:
    """Yield the rows of each file, or why it has none; all at once, and one by one only where that fails."""
    sql = f"SELECT filename, {_WANTED} FROM read_parquet(?, filename = true, hive_partitioning = false)"
    if not files:
        return
    try:
        found: dict[str, list[tuple[Any, ...]]] = {file: [] for file in files}
        for file, *values in connection.execute(sql, [list(files)]).fetchall():
            found[file].append(tuple(values))
    except (duckdb.Error, RuntimeError, ValueError, MemoryError) as error:
        if len(files) == 1:
            ((_, marker),) = files.items()
            yield marker, f"its capture {marker.push} is damaged ({first_line(error)})"
            return
        listed = list(files.items())
        half = len(listed) // 2
        yield from _read(connection, dict(listed[:half]))
        yield from _read(connection, dict(listed[half:]))
        return
    for file, rows in found.items():
        yield files[file], rows


def first_line(error: BaseException) -> str:
    """Return the beginning of an error's text, in one line."""
    return visible(" ".join((str(error) or type(error).__name__).split()))[:_LONGEST]


def _captures(marker: ObjectName, rows: list[tuple[Any, ...]], known: dict[str, tuple[LakePart, ...]]) -> Iterator[LakeCapture]:
    """Yield the captures that a marker speaks of; many have one list of objects, which is read once.

    Raises:
        ValueError: it speaks of another node's, or of what no podpath writes.
    """
    for node, push, version, _, began, files in rows:
        if marker.node not in (JOINED, node):
            raise ValueError(f'it is said to be of the node "{visible(str(node))[:_LONGEST]}"')
        if push != marker.push or not isinstance(began, float) or not math.isfinite(began):
            raise ValueError("its name or its time is not its own")
        if version != VERSION:
            raise ValueError(f"its layout is {version}, and this podpath reads {VERSION}")
        if files not in known:
            known[files] = tuple(_parts(files))
        yield LakeCapture(marker, node, began, known[files])


def _parts(text: str) -> Iterator[LakePart]:
    try:
        listed = json.loads(text)
        parts = [LakePart(str(table), str(part), int(rows), int(size)) for table, part, rows, size in listed]
    except (TypeError, ValueError, RecursionError):
        raise ValueError("its list of objects is none") from None
    for part in parts:
        if not (part.rows >= 0 and part.size >= 0):
            raise ValueError("its list of objects has absurd numbers")
        yield part
