"""Lakes of made clusters, in folders."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.clusters import Damage, write_snapshot
from podpath.lake.inventory import Inventory, Moment, take_inventory
from podpath.lake.place import Lake, LakeFolder, LakeObject
from podpath.lake.push import Pushed, push
from podpath.snapshot import leftovers
from podpath.snapshot.absorb import absorb
from podpath.snapshot.store import Store


def now(fresh: float = 86_400.0) -> Moment:
    """Return this moment."""
    return Moment(time.time(), fresh)


def made(path: Path, nodes: int, damages: Iterable[Damage] = (), began: float | None = None) -> Path:
    """Write the snapshot of a full mesh, damaged; a time says when its nodes were captured."""
    write_snapshot(path, nodes)
    with Store.open_for_writing(path) as store:
        for damage in damages:
            store.connection.execute(damage.sql)
        if began is not None:
            store.connection.execute(
                "INSERT INTO capture (ns, source, line, way, began, ended) SELECT ns, 0, 0, 'podpath', $1, $1 FROM netns", [began]
            )
    return path


def pushed(lake: Lake, cluster: str, path: Path) -> list[Pushed]:
    """Write a snapshot file into a lake."""
    with leftovers.folder() as folder, Store() as store:
        absorb(store, path)
        return push(store, lake, cluster, folder)


def cluster_lake(folder: Path, nodes: int = 4, damages: Iterable[Damage] = (), cluster: str = "prod") -> LakeFolder:
    """Return a lake with one cluster of some nodes."""
    lake = LakeFolder(str(folder / "lake"))
    pushed(lake, cluster, made(folder / f"{cluster}.podpath", nodes, damages))
    return lake


def inventory(lake: Lake, cluster: str = "prod", fresh: float = 86_400.0) -> Inventory:
    """Return the captures of a cluster as of now."""
    return take_inventory(lake, cluster, now(fresh))


def objects(lake: Lake, table: str, node: str = "") -> list[LakeObject]:
    """Return the objects of a table, of one node or of all."""
    return sorted(item for item in lake.objects(f"{table}/") if f"/node={node}" in item.name)


def path_of(lake: LakeFolder, name: str) -> Path:
    """Return the file of an object."""
    return Path(lake.url) / name


def rewritten(path: Path, change: str) -> None:
    """Write a Parquet file again with other values: ``1 AS mtu``."""
    query = f"SELECT * REPLACE ({change}) FROM read_parquet('{path}', hive_partitioning = false)"
    with duckdb.connect() as connection:
        connection.execute(f"COPY ({query}) TO '{path}.new' (FORMAT parquet)")
    Path(f"{path}.new").replace(path)


def asked(query: str) -> list[tuple[Any, ...]]:
    """Return what a plain DuckDB answers."""
    with duckdb.connect() as connection:
        return connection.execute(query).fetchall()
