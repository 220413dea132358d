"""Fleets of clusters in a lake: the verdict from sums and from rows, beside polars asked the same of the same Parquet.

``python -m benchmarks.bench_fleet [NODES [CLUSTERS]]``; 250 nodes in each of 20 clusters unless asked otherwise.
"""

import random
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

from benchmarks.clusters import Damage, damages, write_snapshot
from benchmarks.measure import heading, row
from podpath.lake.engine import LOCAL, run_tasks, workers_of
from podpath.lake.inventory import Moment, take_inventory
from podpath.lake.judge import ClusterTask, Mesh
from podpath.lake.place import LakeFolder
from podpath.lake.push import push
from podpath.snapshot import leftovers
from podpath.snapshot.store import Store
from podpath.state.fleet import ClusterResult

DAMAGES = 200
AGE = 600.0


def make(url: str, nodes: int, clusters: int, seed: int) -> None:
    """Write a lake of healthy clusters, and then newer captures of the damaged nodes."""
    lake = LakeFolder(url)
    with leftovers.folder() as folder:
        path = folder / "cluster.podpath"
        write_snapshot(path, nodes)
        with Store.open_for_writing(path) as store:
            _captured(store, time.time() - AGE)
            push(store, lake, "c00", folder)
            for number in range(1, clusters):
                _copied(lake, f"c{number:02}")
            for number in range(clusters):
                _damaged(store, lake, number, list(damages_of(number, nodes, clusters, seed)))


def damages_of(number: int, nodes: int, clusters: int, seed: int) -> Iterator[Damage]:
    """Yield the damages of a cluster."""
    yield from damages(nodes, DAMAGES // clusters, random.Random(seed + number).randrange(10**9))


def _captured(store: Store, began: float) -> None:
    store.connection.execute("DELETE FROM capture")
    store.connection.execute(
        "INSERT INTO capture (ns, source, line, way, began, ended) SELECT ns, 0, 0, 'podpath', $1, $1 FROM netns", [began]
    )


def _copied(lake: LakeFolder, cluster: str) -> None:
    """Give another cluster the objects of the first one."""
    for item in list(lake.objects("")):
        if "/cluster=c00/" in item.name:
            target = Path(lake.url) / item.name.replace("/cluster=c00/", f"/cluster={cluster}/")
            target.parent.mkdir(parents=True)
            shutil.copyfile(Path(lake.url) / item.name, target)


def _damaged(store: Store, lake: LakeFolder, number: int, done: list[Damage]) -> None:
    """Push the damaged nodes of a cluster again, and take the damages back."""
    run = store.connection.execute
    run("BEGIN")
    _captured(store, time.time() - AGE / 2)
    for damage in done:
        run(damage.sql)
    with leftovers.folder() as folder:
        push(store, lake, f"c{number:02}", folder, {f"node-{damage.node}" for damage in done})
    run("ROLLBACK")


def judge(url: str, clusters: int, mesh: Mesh, workers: int = 0, engine: str = LOCAL) -> list[ClusterResult]:
    """Judge all clusters."""
    moment = Moment(time.time())
    workers = workers_of(workers or None, clusters)
    tasks = [ClusterTask(url, f"c{number:02}", moment, mesh, threads=max(1, 2 // workers)) for number in range(clusters)]
    return list(run_tasks(tasks, engine, workers))


def found_in(results: list[ClusterResult]) -> set[tuple[str, str, str]]:
    """Return the broken pairs, with their clusters."""
    return {
        (one.cluster, pair.source, pair.target)
        for one in results if one.report is not None
        for overlay in one.report.overlays for pair in overlay.pairs if pair.status == "broken"
    }  # fmt: skip


def rival(url: str, cluster: str) -> int:
    """Ask polars which pairs have no right entry: an anti-join of each table with the true one, as a person writes it."""
    import polars as pl

    def table(name: str, part: str = "") -> pl.LazyFrame:
        files = f"{url}/{name}/cluster={cluster}/**/*{part}.parquet"
        return pl.scan_parquet(files, hive_partitioning=False).select(pl.exclude("cluster", "day", "node"))

    newest = table("push").sort("began", descending=True).unique("node_name", keep="first").select("node_name", "push")
    link = table("link").filter(pl.col("kind") == "vxlan").unique("node_name").select("node_name", "mac")
    vtep = table("address").filter(pl.col("dev") == "flannel.1").unique("node_name").select("node_name", via="address")
    under = table("address").filter(pl.col("dev") == "eth0").unique("node_name").select("node_name", dst="address")
    peers = link.join(vtep, on="node_name").join(under, on="node_name")
    pairs = newest.join(peers.rename({"node_name": "peer"}), how="cross").filter(pl.col("node_name") != pl.col("peer"))
    missing = []
    for name, keys in (("route", ["via"]), ("neighbour", ["via", "mac"]), ("fdb", ["mac", "dst"])):
        files = f"{url}/{name}/cluster={cluster}/**/*.parquet"
        entries = pl.scan_parquet(files, include_file_paths="file", hive_partitioning=False)
        entries = entries.with_columns(push=pl.col("file").str.extract(r"([^/]+?)(?:\.peers)?\.parquet$"))
        if name == "neighbour":
            entries = entries.rename({"address": "via"})
        if name == "route":
            entries = entries.filter(pl.col("dev") == "flannel.1")
        missing.append(pairs.join(entries, on=["node_name", "push", *keys], how="anti").select("node_name", "peer"))
    return int(pl.concat(missing).unique().collect(engine="streaming").height)


def main(nodes: int = 250, clusters: int = 20) -> None:
    """Measure and print."""
    seed = 1
    with tempfile.TemporaryDirectory() as folder:
        url = str(Path(folder) / "lake")
        maker = get_context("spawn").Process(target=make, args=(url, nodes, clusters, seed))
        maker.start()
        maker.join()
        lake = LakeFolder(url)
        size = sum(item.size for item in lake.objects(""))
        pairs = clusters * nodes * (nodes - 1)
        heading(f"fleet of {clusters} clusters × {nodes:,} nodes, {pairs:,} ordered pairs, {size / 1e6:.0f} MB of Parquet")
        wanted = {
            (f"c{number:02}", f"node-{one.node}", f"node-{one.peer}")
            for number in range(clusters) for one in damages_of(number, nodes, clusters, seed)
        }  # fmt: skip
        take_inventory(lake, "c00", Moment(time.time()))
        for mesh, target in (("sums", "10 s at 100,000 nodes"), ("rows", "60 s at 100,000 nodes")):
            for some in sorted({1, min(5, clusters), clusters}):
                began = time.perf_counter()
                results = judge(url, some, mesh)  # type: ignore[arg-type]
                took = time.perf_counter() - began
                row(f"from {mesh}, {some} clusters", f"{took:.2f} s", f"target: {target}" if some == clusters else "")
            found = found_in(results)
            row(f"damages found of {len(wanted)}, from {mesh}", f"{len(found & wanted)}", f"{len(found - wanted)} others blamed")
            row("nodes whose rows were read", f"{sum(one.by_rows for one in results)}")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
        row("peak memory of a process", f"{peak:.2f} GB", "target: 2 GB (the lake's maker is counted, too)")
        try:
            began = time.perf_counter()
            count = sum(rival(url, f"c{number:02}") for number in range(clusters))
            row("polars: pairs without a right entry", f"{time.perf_counter() - began:.2f} s", f"{count} found")
        except ImportError:
            row("polars", "not installed", "pip install '.[bench]'")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
