"""Small objects into large ones, and old ones away."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final, NamedTuple

import duckdb

from podpath.lake.inventory import LakeCapture, LakePart, Moment, clusters, days, take_inventory
from podpath.lake.layout import ENTRIES, JOINED, PEERS, PUSH, SUMS, TABLES, ObjectName, folder_of, lake_columns, parse_name
from podpath.lake.load import ClusterLoader, read
from podpath.lake.place import Lake
from podpath.lake.push import discard, listed_parts, push_name, write_marker
from podpath.snapshot import leftovers
from podpath.snapshot.sql_text import quoted
from podpath.state.fleet import NodeTrouble

_DAY: Final = timedelta(days=1)
_FORMAT: Final = "(FORMAT parquet, COMPRESSION zstd)"


class Compacted(NamedTuple):
    """A day of a cluster whose captures were joined.

    Attributes:
        cluster: name of the cluster.
        day: the day.
        nodes: number of its nodes.
        before: number of its objects before.
        after: number of its objects now.
        troubles: captures that were left as they are, because they cannot be read.
    """

    cluster: str
    day: str
    nodes: int
    before: int
    after: int
    troubles: tuple[NodeTrouble, ...]


def end_of(day: date) -> Moment:
    """Return the moment at the end of a day."""
    return Moment(datetime.combine(day + _DAY, time(), UTC).timestamp() - 1, _DAY.total_seconds())


def compact(lake: Lake, moment: Moment, progress: Callable[[str], None] = lambda _: None) -> Iterator[Compacted]:
    """Join the captures of each day of each cluster; what cannot be read is left as it is.

    Args:
        lake: the lake.
        moment: up to when, and how far back.
        progress: told what is being joined.
    """
    for cluster in clusters(lake, moment):
        for day in days(lake, cluster):
            if datetime.fromtimestamp(moment.until, UTC).date() - date.fromisoformat(day) <= timedelta(seconds=moment.fresh):
                progress(f"joining {cluster} {day}")
                yield _compact_day(lake, cluster, day)


def _compact_day(lake: Lake, cluster: str, day: str) -> Compacted:
    inventory = take_inventory(lake, cluster, end_of(date.fromisoformat(day)))
    captures = {node: [one for one in listed if one.marker.day == day] for node, listed in inventory.captures.items()}
    inventory = inventory._replace(captures={node: listed for node, listed in captures.items() if listed}, troubles=())
    loader = ClusterLoader(lake, inventory)
    chosen = sorted(loader.captures.values(), key=lambda one: one.node)
    markers = {one.marker for one in chosen}
    before = sum(len(parts) + 1 for parts in {one.marker: one.parts for one in chosen}.values())
    troubles = tuple(loader.troubles)
    if len(markers) < 2:  # noqa: PLR2004 - one needs no joining
        return Compacted(cluster, day, len(chosen), before, before, troubles)
    with leftovers.folder() as folder, duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false; SET autoinstall_known_extensions = false")
        parts = list(_joined(connection, loader, chosen, folder))
        files = [file for _, file in parts]
        name = push_name(max(one.began for one in chosen), [(part.table, part.part, file) for part, file in parts])
        marker = ObjectName(PUSH, cluster, day, JOINED, name)
        for part, file in parts:
            lake.put(marker._replace(table=part.table, part=part.part).text, file)
        file = folder / "push.parquet"
        write_marker(
            connection, marker, [(one.node, one.began) for one in chosen], listed_parts([part for part, _ in parts]), file
        )
        lake.put(marker.text, file)
    # Captures that were replaced on the same day go, too; not those that came meanwhile, nor those that cannot be read.
    unread = {trouble.text.partition(":")[0] for trouble in troubles}
    replaced = {one.marker for listed in captures.values() for one in listed if one.marker.push not in unread}
    discard(lake, replaced - {marker})
    return Compacted(cluster, day, len(chosen), before, len(files) + 1, troubles)


def _joined(
    connection: duckdb.DuckDBPyConnection, loader: ClusterLoader, chosen: list[LakeCapture], folder: Path
) -> Iterator[tuple[LakePart, Path]]:
    """Write each table of some captures into one file, sorted by node."""
    connection.execute(
        "CREATE TEMP TABLE picked AS SELECT unnest(?::VARCHAR[]) AS push, unnest(?::VARCHAR[]) AS node_name",
        [[one.marker.push for one in chosen], [one.node for one in chosen]],
    )
    for table in (*TABLES, SUMS):
        for part in (PEERS, "") if table in ENTRIES else ("",):
            files = loader.files(table, part)
            if not files:
                continue
            file = folder / f"{table}{part}.parquet"
            listed = ", ".join(["t.node_name", *(f't."{column.name}"' for column in lake_columns(table))])
            ((rows,),) = connection.execute(
                f"COPY (SELECT {listed} FROM {read(files)} t SEMI JOIN picked p ON p.push = t.push AND p.node_name = t.node_name)"
                f" TO {quoted(str(file))} {_FORMAT}"
            ).fetchall()
            yield LakePart(table, part, rows, file.stat().st_size), file


def expire(lake: Lake, before: date) -> int:
    """Remove the captures of the days before one; return the number of objects that went."""
    found = [name for item in lake.objects("") if (name := parse_name(item.name)) is not None and name.day < str(before)]
    # First what says that a capture is complete: nobody reads what is half gone.
    lake.delete(name.text for name in sorted(found, key=lambda name: name.table != PUSH))
    return len(found)


def held(lake: Lake, cluster: str) -> dict[str, int]:
    """Return how many captures a cluster has, by day."""
    found: dict[str, int] = {}
    for item in lake.objects(f"{PUSH}/{folder_of(cluster)}/"):
        if (name := parse_name(item.name)) is not None:
            found[name.day] = found.get(name.day, 0) + 1
    return found
