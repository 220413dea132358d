"""A map: of a live host with 300 container namespaces, folded and open; and of 200 nodes.

Runs in namespaces of its own (network, mount, PID), as ``bench_capture`` does, whose host it is.
"""

import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.bench_capture import CONTAINERS, batch
from benchmarks.measure import heading, median, row
from podpath.picture.html import render_map
from podpath.picture.svg import render

NODES, EACH = 200, 300


def build() -> None:
    """Make a host with containers on a bridge."""
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
    names = [f"c{n}" for n in range(CONTAINERS)]
    subprocess.run(["sh", "-c", "; ".join(f"ip netns add {name}" for name in names)], check=True)
    lines = ["link set lo up", "link add docker0 type bridge", "link set docker0 up", "address add 172.17.0.1/16 dev docker0"]
    for n, name in enumerate(names):
        lines += [f"link add v{n} type veth peer name eth0 netns {name}", f"link set v{n} master docker0 up"]
    batch("ip", lines)
    for n, name in enumerate(names):
        inner = ["link set lo up", "link set eth0 up", f"address add 172.17.{1 + n // 250}.{1 + n % 250}/16 dev eth0"]
        batch("ip", [*inner, "route add default via 172.17.0.1"], "-n", name)


def run(*words: str) -> None:
    """Run podpath."""
    subprocess.run([sys.executable, "-m", "podpath", "map", *words], check=True, capture_output=True, timeout=120)


def host(folder: Path) -> None:
    """The whole command, on the live host."""
    build()
    heading(f"map of a live host with {CONTAINERS} containers, the whole command")
    for name, words in (("folded", []), ("every container", ["--open", "all"])):
        for form in ("svg", "html", "png"):
            took = median(partial(run, "-o", str(folder / f"map.{form}"), *words), 3)
            row(f"{form}, {name}", f"{took:.2f} s", "target 2 s" if (form, name) == ("svg", "folded") else "")
    run("-o", str(folder / "all.dot"), "--open", "all")
    rival = median(lambda: subprocess.run(["dot", "-Tsvg", folder / "all.dot", "-o", folder / "all.svg"], check=True), 3)
    row("for comparison: raw `dot -Tsvg`, every container", f"{rival:.2f} s", "layout and drawing alone")


def cluster() -> None:
    """Drawing alone, of many nodes."""
    from tests.picture.maps import hosts

    graph = hosts(NODES, EACH)
    heading(f"drawing {NODES} nodes with {EACH} containers each, the graph at hand")
    row("svg, folded", f"{median(lambda: render(graph), 3):.2f} s")
    row("html, nodes open on demand", f"{median(lambda: render_map(graph), 3):.2f} s", f"{len(render_map(graph)) / 1e6:.1f} MB")


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        with tempfile.TemporaryDirectory() as made:
            host(Path(made))
    else:
        inside = ["unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--propagation", "private"]
        subprocess.run([*inside, sys.executable, "-m", "benchmarks.bench_map", "inside"], check=True)
        cluster()
