"""Many nodes over ssh: 50 nodes of a lab with real servers, and 500 transcripts behind a program that stands in for ssh."""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.clusters import node_text
from benchmarks.measure import heading, row
from tests.sshd import OUTSIDE, site

SOURCE = Path(__file__).resolve().parents[1] / "src"
# Takes the program that travels to the node as sshd would, and prints what the node once printed.
STAND_IN = """#!/bin/sh
for word; do host=$shell; shell=$word; done
IFS= read -r line; mark=${line#mark=}; cat >/dev/null
echo "$mark begin clock=$(date +%s.%N) uid=0 boot=a netns=$host"
cat "$TRANSCRIPTS/$host"
echo "$mark end"
"""
MEASURED = """
import json, resource, sys, time
from podpath.cli.main import main
began = time.perf_counter()
code = main(sys.argv[1:])
own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
figures = {"seconds": time.perf_counter() - began, "memory": own.ru_maxrss * 1024, "code": code,
           "own": own.ru_utime + own.ru_stime, "ssh": children.ru_utime + children.ru_stime}
sys.stderr.write("\\nfigures " + json.dumps(figures))
"""


def figures_of(err: str) -> dict[str, float]:
    """Return what a measured command says of itself."""
    found: dict[str, float] = json.loads(err.rpartition("\nfigures ")[2])
    return found


def replayed(nodes: int) -> None:
    """Measure recorded transcripts, verdict included."""
    with tempfile.TemporaryDirectory(prefix="podpath-bench-") as name:
        folder = Path(name)
        (folder / "bin").mkdir()
        (folder / "bin" / "ssh").write_text(STAND_IN)
        (folder / "bin" / "ssh").chmod(0o755)
        (folder / "nodes").mkdir()
        lines = size = 0
        for node in range(nodes):
            text = [re.sub(r"^\[root@node-\d+ ~\]# ", "# ", line) for line in node_text(node, nodes)]
            lines += len(text)
            size += (folder / "nodes" / f"node-{node}").write_text("\n".join(text) + "\n")
        (folder / "hosts").write_text("".join(f"node-{node}\n" for node in range(nodes)))
        path = f"{folder}/bin:{os.environ['PATH']}"
        env = {**os.environ, "PATH": path, "TRANSCRIPTS": f"{folder}/nodes", "PYTHONPATH": str(SOURCE)}
        words = [sys.executable, "-c", MEASURED, "check", "--format", "json", "--quiet", "--ssh", f"@{folder}/hosts"]
        done = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
        report, figures = json.loads(done.stdout), figures_of(done.stderr)
        assert (len(report["nodes"]), report["findings"]) == (nodes, [])
        assert [item for item in report["overlays"] if item["pairs"]["proven"] == nodes * (nodes - 1)]
        row(
            f"{nodes} transcripts, {lines:,} lines, {size / 1e6:.0f} MB",
            f"{figures['seconds']:.1f} s",
            f"{figures['memory'] / 1e9:.2f} GB",
        )


def in_a_lab(nodes: int) -> None:
    """Measure nodes with a server each."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    with site("flannel-vxlan", nodes=nodes, pods=nodes) as made:
        env = {"PATH": f"/run/bin:{os.environ['PATH']}", "PYTHONPATH": str(SOURCE)}

        def collect(hosts: list[str], jobs: int) -> dict[str, float]:
            words = [sys.executable, "-c", MEASURED, "collect", "--quiet", "-o", "/run/c.podpath", "--jobs", str(jobs)]
            began = time.perf_counter()
            done = made.cluster.run(OUTSIDE, [*words, "--ssh", ",".join(hosts)], env=env, timeout=300)
            seconds = time.perf_counter() - began
            assert done.code == 0, done
            return {**figures_of(done.err), "seconds": seconds}

        def slowest() -> float:
            query = "select max(ended - began) from capture"
            words = [sys.executable, "-m", "podpath", "sql", query, "/run/c.podpath", "--format", "csv"]
            return float(made.cluster.run(OUTSIDE, words, env=env).out.split()[-1])

        collect(made.nodes[:1], 1)
        alone = slowest()
        figures = collect(made.nodes, 64)
        own = slowest()
        allowed = 1.5 * own + 0.02 * nodes
        cpu = (figures["own"] + figures["ssh"]) / nodes
        row("one node alone: from ssh to its last line", f"{alone:.2f} s")
        row(
            f"{nodes} nodes at once, the whole command",
            f"{figures['seconds']:.2f} s",
            f"allowed {allowed:.2f} s: 1.5 × the slowest ({own:.2f} s) + 20 ms a node",
        )
        row(
            "CPU here for each node",
            f"{cpu * 1000:.0f} ms",
            f"podpath {figures['own'] / nodes * 1000:.0f} ms, ssh {figures['ssh'] / nodes * 1000:.0f} ms;"
            f" memory {figures['memory'] / 1e9:.2f} GB",
        )


def main() -> None:
    """Measure and print."""
    heading("many nodes over ssh")
    replayed(500)
    in_a_lab(50)


if __name__ == "__main__":
    main()
