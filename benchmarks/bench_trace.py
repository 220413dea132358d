"""A trace: in a snapshot of 5,000 nodes and 150,000 pods, and all pairs of 300 pods of real namespaces."""

import random
import resource
import subprocess
import sys
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

from benchmarks.clusters import add_pods, write_snapshot
from benchmarks.measure import heading, median, row
from podpath.snapshot.store import Store
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import Endpoint, endpoint
from podpath.walk.pairs import all_pairs, members
from podpath.walk.trace import Ask, Tracer

NODES, PODS = 5_000, 30
PAIRS = 100
EACH = 100


def make(path: Path, nodes: int) -> None:
    """Write the snapshot, in a process of its own, so that its memory is not counted."""
    write_snapshot(path, nodes)
    add_pods(path, nodes, PODS)


def large(nodes: int) -> None:
    """One trace after another in a large snapshot."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.podpath"
        maker = get_context("spawn").Process(target=make, args=(path, nodes))
        maker.start()
        maker.join()
        heading(f"trace in a snapshot of {nodes:,} nodes and {nodes * PODS:,} pods, {path.stat().st_size / 1e6:.0f} MB")
        ends = f"shop/web-7-3 shop/web-{nodes - 5}-9".split()
        words = [sys.executable, "-m", "podpath", "trace", *ends, str(path)]

        def command() -> None:
            done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
            assert done.returncode == 0, done.stdout + done.stderr

        row("the whole command", f"{median(command, 5):.2f} s", "target 0.4 s")
        chance = random.Random(1)
        with Store(path, read_only=True) as store:
            tracer = Tracer(world := Cluster(store))
            asked = []
            for _ in range(PAIRS):
                one, two = (chance.randrange(5) for _ in range(2))
                asked.append((f"shop/web-{one}-{chance.randrange(PODS)}", f"shop/web-{two + 10}-{chance.randrange(PODS)}"))
            for source, target in asked[:20]:
                tracer.trace(Ask(source=endpoint(world, source), destination=endpoint(world, target)))
            start = time.perf_counter()
            for source, target in asked[20:]:
                told = tracer.trace(Ask(source=Endpoint(source, endpoint(world, source).ns), destination=endpoint(world, target)))
                assert told.verdict is Verdict.DELIVERED
            row(
                "each further trace in the same process",
                f"{(time.perf_counter() - start) / (PAIRS - 20) * 1000:.1f} ms",
                "target 5 ms",
            )
        row("peak memory of this process", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def pairs() -> None:
    """All pairs of 300 pods on three nodes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pairs.podpath"
        write_snapshot(path, 3)
        add_pods(path, 3, EACH)
        heading("all pairs of 300 pods on three nodes, both legs")
        with Store(path, read_only=True) as store:
            start = time.perf_counter()
            world = Cluster(store)
            ends = members(world, "pods")
            matrix = all_pairs(world, ends, ends, Ask(source=Endpoint("", None), destination=Endpoint("", None)))
            took = time.perf_counter() - start
        assert set(matrix.verdicts.values()) == {Verdict.DELIVERED}
        row(f"{len(matrix.verdicts):,} flows, {matrix.walked} walked", f"{took:.1f} s", "target 20 s")


if __name__ == "__main__":
    pairs()
    large(int(sys.argv[1]) if len(sys.argv) > 1 else NODES)
