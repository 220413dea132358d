"""Writes docs/pictures from clusters of the lab: what `podpath map` and `podpath trace` draw of them, healthy and broken.

Nothing in a picture is made up: the clusters are real ones, the fault is injected by `podpath lab break`. Only the MACs that
the kernel invents for the nodes' network cards are set, so that the pictures do not change from one run to the next.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from podpath import lab
from podpath.lab.client import Cluster

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "pictures"
_TOPOLOGY = "flannel-vxlan"
_FAULT = "vtep-mac-mismatch"
_BROKEN_NODE = "n3"


def podpath(*words: str) -> None:
    """Run podpath.

    Raises:
        RuntimeError: it failed; 1 says that something is broken, which is what is drawn here.
    """
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "podpath", *words], env=env, capture_output=True, text=True, check=False, timeout=120,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"podpath {' '.join(words)}: {done.stderr}")


def captured(cluster: Cluster, folder: Path) -> list[str]:
    """Return snapshots of the nodes of a cluster."""
    nodes = [node.name for node in cluster.plan.nodes if node.kind == "node"]
    for node in nodes:
        words = [sys.executable, "-m", "podpath", "collect", "-o", str(folder / f"{node}.podpath")]
        cluster.run(node, words, env={"PYTHONPATH": str(ROOT / "src")})
    return [str(folder / f"{node}.podpath") for node in nodes]


def pictures(folder: Path) -> dict[str, str]:
    """Return the pictures by the names of their files."""
    name = f"pictures-{os.getpid()}"
    with lab.cluster(_TOPOLOGY, name=name, limit=600) as cluster:
        for number in (1, 2, 3):
            cluster.do(f"n{number}", f"ip link set eth0 address 02:00:c0:a8:32:{10 + number:02x}")
        healthy = captured(cluster, folder)
        podpath("map", *healthy, "-o", str(folder / "map-healthy.svg"))
        podpath("lab", "break", name, _FAULT, "--node", _BROKEN_NODE)
        for file in healthy:
            Path(file).unlink()
        broken = captured(cluster, folder)
        podpath("map", *broken, "-o", str(folder / "map-broken.svg"))
        podpath("trace", "p1", "p3", "--port", "80", *broken, "-o", str(folder / "path-dies.svg"))
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.svg"))}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in pictures(Path(folder)).items():
            (FOLDER / name).write_text(text, encoding="utf-8")
