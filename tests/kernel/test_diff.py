"""What changed, on real kernels: nodes of a lab, captured before and after, live and by the script."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from podpath import lab
from podpath.cli.main import main
from podpath.collect.script import script
from podpath.lab.client import Cluster

pytestmark = [pytest.mark.root, pytest.mark.timeout(120)]

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture(scope="module")
def pair() -> Iterator[Cluster]:
    """Return two nodes with a pod each."""
    with lab.cluster("flannel-vxlan", nodes=2, pods=2) as made:
        yield made


def captured(cluster: Cluster, folder: Path, way: str) -> Path:
    """Capture the first node."""
    if way == "script":
        file = folder / "n1.txt"
        file.write_text(cluster.run("n1", "sh -s", text=script(), timeout=50).out)
        return file
    file = folder / "n1.podpath"
    environ = {**os.environ, "PYTHONPATH": str(SOURCE)}
    done = cluster.start("n1", [sys.executable, "-m", "podpath", "collect", "-o", str(file)], env=environ).wait(50)
    assert done.code == 0, done
    return file


def difference(old: Path, new: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    """Return exit code and document of `podpath diff`."""
    capsys.readouterr()
    code = main(["diff", str(old), str(new), "--format", "json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, document


@pytest.mark.parametrize("way", ["podpath", pytest.param("script", marks=pytest.mark.long)])
def test_traffic_changes_nothing_and_each_command_changes_what_it_says(
    pair: Cluster, tmp_path: Path, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    """Pings, ARP, counters and timers are silence; then a route, a MAC, a setting, a rule, a device."""
    folders = [tmp_path / name for name in ("before", "after", "changed")]
    for folder in folders:
        folder.mkdir()
    before = captured(pair, folders[0], way)
    target = pair.run("p2", "ip -4 -o address show dev eth0").out.split()[3].partition("/")[0]
    pair.do("p1", f"ping -c 2 -i 0.1 {target}")
    after = captured(pair, folders[1], way)
    code, found = difference(before, after, capsys)
    assert (code, found["changes"], found["checks"], found["unknowns"]) == (0, [], [], [])
    made = [
        "ip route add 10.99.0.0/24 dev lo",
        "sysctl -qw net.ipv4.conf.flannel/1.rp_filter=1",
        "iptables -A FORWARD -s 192.0.2.1 -j DROP",
        "ip link add brx type bridge",
        "ip address add 10.98.0.1/24 dev brx",
    ]
    mended = [
        "ip route del 10.99.0.0/24 dev lo",
        "sysctl -qw net.ipv4.conf.flannel/1.rp_filter=0",
        "iptables -D FORWARD -s 192.0.2.1 -j DROP",
        "ip link del brx",
    ]
    pair.do("n1", *made)
    try:
        code, found = difference(after, captured(pair, folders[2], way), capsys)
    finally:
        pair.do("n1", *mended)
    assert code == 1
    told = {(item["table"], item["kind"], item["object"]) for item in found["changes"] if item["under"] is None}
    assert told >= {
        ("route", "appeared", "10.99.0.0/24"),
        ("sysctl", "changed", "net.ipv4.conf.flannel/1.rp_filter"),
        ("link", "appeared", "brx"),
    }
    assert {item[0] for item in told} <= {"route", "sysctl", "ruleset", "link"}
    assert any(item[0] == "ruleset" for item in told)
    assert {item["table"] for item in found["changes"] if item["under"] == "brx"} >= {"address"}
