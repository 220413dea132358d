"""Every topology that comes with podpath, healthy: all green, and tools that are not ours say the same."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from podpath import lab
from podpath.lab.client import Cluster
from podpath.lab.compose import compose
from podpath.lab.load import load, topologies
from podpath.lab.matrix import Cell, measure
from podpath.lab.requirements import missing_tools

pytestmark = pytest.mark.lab


def built(name: str, *, rootless: bool = False) -> Cluster:
    """Build a topology, or skip the test where this machine lacks a command for it."""
    plan = compose(load(name))
    lacking = missing_tools(plan)
    if lacking:
        pytest.skip(f"needs {', '.join(lacking)}")
    if plan.needs_root and (rootless or os.geteuid() != 0):
        pytest.skip(plan.needs_root)
    return lab.cluster(name, rootless=rootless)


def told(cells: list[Cell]) -> list[str]:
    """Return cells as a person compares them."""
    return [f"{c.source} {c.target} {c.address} {c.probe}: {c.error or 'answered'}, wanted {c.rule}" for c in cells]


@pytest.mark.parametrize("name", [pytest.param(n, marks=[pytest.mark.long] if load(n).real else []) for n in topologies()])
def test_all_is_green(name: str) -> None:
    """Everybody reaches whom they are meant to reach, and nobody else."""
    with built(name) as made:
        assert told(measure(made, patience=3).unexpected) == []


@pytest.mark.long
@pytest.mark.parametrize("name", topologies())
def test_all_is_green_in_a_user_namespace(name: str) -> None:
    """The same without any right of root outside."""
    with built(name, rootless=True) as made:
        assert told(measure(made, patience=3).unexpected) == []


@pytest.mark.long
@pytest.mark.parametrize("name", topologies())
def test_ping_curl_and_nc_agree(name: str) -> None:
    """About every pair of which TCP and ICMP are said to work, or not to work, from one pod of each node."""
    with built(name) as made:
        senders = {node.pods[0].name: f"{node.name}/{node.pods[0].name}" for node in made.plan.cluster_nodes if node.pods}
        found = measure(made, sources=lambda end: end.name in senders.values(), patience=3)
        assert told(found.unexpected) == []
        with ThreadPoolExecutor(12) as pool:
            wrong = [
                cell for cell, said in zip(found.cells, pool.map(partial(asked, made), found.cells), strict=True) if not said
            ]
        assert told(wrong) == []


def asked(cluster: Cluster, cell: Cell) -> bool:
    """Ask a tool that is not ours about a cell; answer whether it agrees. A large packet is asked about by its small brother."""
    host = f"[{cell.address}]" if ":" in cell.address else cell.address
    ports = next(end for end in cluster.plan.targets if end.name == cell.target).ports
    if cell.probe == "icmp small":
        return (cluster.run(cell.source, f"ping -c 1 -W 1 {cell.address}").code == 0) is not bool(cell.error)
    if cell.probe == "tcp small" and shutil.which("curl"):
        done = cluster.run(cell.source, f"curl -s -m 1 http://{host}:{ports['tcp']}/")
        return (" answers " in done.out) is not bool(cell.error)
    if cell.probe == "udp small" and shutil.which("nc") and not cell.error:
        return cluster.run(cell.source, f"nc -u -w 1 {cell.address} {ports['udp']}", text="x\n").out == "x\n"
    return True


SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from podpath import lab
from podpath.lab.matrix import measure
with lab.cluster(sys.argv[2]) as made:
    found = measure(made, patience=3)
    print(len(found.cells), [c for c in found.cells if not c.expected][:5])
    sys.exit(0 if found.green else 1)
"""


@pytest.fixture
def everybodys() -> Iterator[Path]:
    """Return a folder that every user can read; that of pytest is its owner's alone."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("name", ["canal", "kube-proxy-nftables"])
def test_an_ordinary_user_builds_the_same(name: str, everybodys: Path) -> None:
    """Nobody at all, with no group and no home: the kernel's user namespaces are enough."""
    become = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    sources = everybodys / "src"
    shutil.copytree(Path(lab.__file__).parents[1], sources / "podpath", ignore=shutil.ignore_patterns("__pycache__"))
    # In a user namespace of its own: there, whatever root had left to it is gone, the right to read its folders too.
    inside = [*become, "unshare", "--user", sys.executable, "-c", "import yaml"]
    probe = subprocess.run(inside, capture_output=True, check=False, timeout=20)
    if probe.returncode:
        pytest.skip("an ordinary user cannot run this Python, or this is no root who could become one")
    words = [*become, sys.executable, "-c", SCRIPT, str(sources), name]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=50, cwd="/")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
