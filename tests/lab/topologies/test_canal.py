"""The lab called canal is the cluster of the samples, as the kernel itself tells it."""

import re
from pathlib import Path

import pytest

from podpath.lab.client import Cluster

pytestmark = pytest.mark.lab
SAMPLES = Path(__file__).parents[3] / "samples" / "three-node-canal"
NODES = {"n1": "192.168.200.204", "n2": "192.168.200.205", "n3": "192.168.200.206"}
COUNTERS = re.compile(r"\b(RX|TX) (packets|errors|bytes)\b.*")


def sections(path: Path) -> dict[str, list[str]]:
    """Return what each command of a sample printed."""
    found: dict[str, list[str]] = {}
    command = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("[root@"):
            command = line.partition("# ")[2]
        elif line.strip():
            found.setdefault(command, []).append(line.rstrip())
    return found


def without_counters(lines: list[str]) -> list[str]:
    """Return lines without what traffic changes."""
    return [COUNTERS.sub(r"\1 \2", line.rstrip()) for line in lines if line.strip()]


@pytest.mark.parametrize("node", NODES)
def test_the_kernel_tells_of_the_lab_what_the_sample_shows(canal: Cluster, node: str) -> None:
    """`ifconfig` and `route` line by line but for counters; tables that the kernel keeps by hash in any order."""
    sample = sections(SAMPLES / f"{NODES[node]}.txt")
    assert set(sample) >= {"ifconfig flannel.1", "route"}
    for command, lines in sample.items():
        printed = canal.do(node, command).splitlines()
        if command.startswith("bridge fdb"):  # iproute2 ignores the name without "dev" and shows all devices
            printed = [line for line in printed if "dev flannel.1" in line]
        found, wanted = without_counters(printed), without_counters(lines)
        if command.startswith(("ip neigh", "bridge fdb")):
            found, wanted = sorted(found), sorted(wanted)
        assert found == wanted, command


def test_the_samples_have_all_four_commands() -> None:
    """So that the test above compares something."""
    commands = {command for address in NODES.values() for command in sections(SAMPLES / f"{address}.txt")}
    assert commands == {"ifconfig flannel.1", "route", "ip neigh show dev flannel.1", "bridge fdb show flannel.1"}
