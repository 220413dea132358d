"""Whole commands on small inputs, against a Python that does nothing, and against what was kept.

``python -m benchmarks.bench_commands`` prints the table; ``--keep`` writes it to ``benchmarks/kept.json`` for the next runs.
Ratios are of processor time: they compare between machines, and other load changes them less.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.measure import heading, row

ROOT: Final = Path(__file__).parents[1]
KEPT: Final = ROOT / "benchmarks" / "kept.json"
RUNS: Final = 7
SLOWER: Final = 1.2
"""Ratio to the kept figure from which on a command counts as slower."""
COMMANDS: Final = {
    "--help": ["--help"],
    "explain fdb": ["explain", "fdb"],
    "check, two pasted nodes": ["check", "samples/broken-tunnel"],
    "check, three pasted nodes": ["check", "samples/three-node-canal"],
    "trace, two pasted nodes": ["trace", "p1", "p2", "samples/broken-tunnel"],
    "veth, pasted Docker host": ["veth", "--from", "samples/docker-host"],
    "map, three pasted nodes": ["map", "-o", os.devnull, "--format", "json", "samples/three-node-canal"],
    "sql, two pasted nodes": ["sql", "SELECT count(*) FROM route", "samples/broken-tunnel"],
}


class Taken(NamedTuple):
    """What a program takes.

    Attributes:
        wall: median time in seconds.
        cpu: least processor time in seconds, of it and of what it starts.
    """

    wall: float
    cpu: float


def taken(words: list[str], runs: int = RUNS) -> Taken:
    """Run a program several times, after one run that is not counted."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    walls, cpus = [], []
    for _ in range(runs + 1):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(words, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        walls.append(time.perf_counter() - start)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return Taken(statistics.median(walls[1:]), min(cpus[1:]))


def main(*, keep: bool) -> None:
    """Measure, print, and keep."""
    heading("whole commands")
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    nothing = taken([sys.executable, "-c", "pass"])
    row("python -c pass", f"{nothing.wall * 1000:.0f} ms", f"{nothing.cpu * 1000:.0f} ms of a processor")
    ratios, slower = {}, []
    for name, words in COMMANDS.items():
        found = taken([sys.executable, "-m", "podpath", *words])
        ratios[name] = round(found.cpu / nothing.cpu, 1)
        was = kept.get(name)
        if was is not None and ratios[name] > SLOWER * was:
            slower.append(f"{name}: {ratios[name]:.1f} × python -c pass, was {was:.1f} ×")
        against = f"{ratios[name]:.1f} × python -c pass" + (f" (kept: {was:.1f} ×)" if was is not None else "")
        row(name, f"{found.wall * 1000:.0f} ms", f"{found.cpu * 1000:.0f} ms of a processor, {against}")
    if keep:
        KEPT.write_text(json.dumps(ratios, indent=2) + "\n", encoding="utf-8")
    for line in slower:
        print(f"slower by more than {SLOWER - 1:.0%}: {line}")


if __name__ == "__main__":
    main(keep="--keep" in sys.argv[1:])
