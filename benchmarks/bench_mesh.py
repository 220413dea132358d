"""The mesh of many nodes: checked against a bare scan of the same rows, with 100 random damages in it."""

import resource
import sys
import tempfile
from multiprocessing import get_context
from pathlib import Path

from benchmarks.clusters import damages, write_snapshot
from benchmarks.measure import heading, median, row
from podpath.checks.overlay.mesh.judge import MeshResult, judge_mesh
from podpath.snapshot.evidence import Witness
from podpath.snapshot.store import Store

DAMAGES = 100
# Every column that tells one entry from another, hashed: the least that reading them all can mean.
SCANS = (
    'SELECT bit_xor(hash(ns, family, "table", type, dst, dst_len, via, dev, flags)) FROM route',
    'SELECT bit_xor(hash(ns, dev, family, "address", mac, state)) FROM neighbour',
    "SELECT bit_xor(hash(ns, dev, mac, dst, state, flags)) FROM fdb",
)


def scan(store: Store) -> None:
    """Read every row of the three tables."""
    for sql in SCANS:
        store.raw(sql)


def make(path: Path, nodes: int) -> None:
    """Write the damaged snapshot."""
    write_snapshot(path, nodes)
    with Store.open_for_writing(path) as store:
        for damage in damages(nodes, DAMAGES, 1):
            store.connection.execute(damage.sql)


def check(path: Path) -> MeshResult:
    """Judge the mesh of a snapshot."""
    with Store(path, read_only=True) as store:
        return judge_mesh(store, Witness(store))


def main(nodes: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mesh.podpath"
        done = list(damages(nodes, DAMAGES, 1))
        maker = get_context("spawn").Process(target=make, args=(path, nodes))  # so that its memory is not counted here
        maker.start()
        maker.join()
        heading(f"mesh of {nodes:,} nodes, {nodes * (nodes - 1):,} ordered pairs, {path.stat().st_size / 1e6:.0f} MB")
        with Store(path, read_only=True) as store:
            bare = median(lambda: scan(store), 3)
        checked = median(lambda: check(path), 3)
        (overlay,) = check(path).overlays
        found = {(pair.source, pair.target) for pair in overlay.pairs if pair.status == "broken"}
        wanted = {(f"node-{damage.node}", f"node-{damage.peer}") for damage in done}
        row("bare scan of routes, neighbours and fdb", f"{bare:.2f} s")
        row("the mesh checked", f"{checked:.2f} s", f"{checked / bare:.1f} x the bare scan (target: 3 x)")
        row(f"damages found of {DAMAGES}", f"{len(found & wanted)}", f"{len(found - wanted)} others blamed")
        row("peak memory of the process", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB", "target: 4 GB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
