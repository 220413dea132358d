"""Whole clusters of the lab, captured node by node: healthy ones are silent, a broken one is named at its place.

The lab shares no code with what judges it here.
"""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from podpath import lab
from podpath.cli.main import main
from podpath.lab.client import Cluster, LabError

pytestmark = [pytest.mark.root, pytest.mark.timeout(180)]

SOURCE = Path(__file__).parents[2] / "src"
TOPOLOGIES = sorted(path.stem for path in (SOURCE / "podpath/lab/topologies").glob("*.yaml") if path.stem != "docker-engine")


@contextmanager
def up(topology: str) -> Iterator[Cluster]:
    """Return a lab; skip where this machine lacks something for it."""
    try:
        made = lab.cluster(topology)
    except LabError as error:
        pytest.skip(str(error))
    with made:
        yield made


def nodes_of(cluster: Cluster) -> list[str]:
    """Return the nodes, those that have pods."""
    return [node.name for node in cluster.plan.nodes if node.pods]


def judged(cluster: Cluster, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Capture each node from inside, as its administrator would, and check them together."""
    files = []
    for node in nodes_of(cluster):
        file = folder / f"{node}.podpath"
        environ = {**os.environ, "PYTHONPATH": str(SOURCE)}
        done = cluster.start(node, [sys.executable, "-m", "podpath", "collect", "-o", str(file)], env=environ).wait(60)
        assert done.code == 0, done
        files.append(str(file))
    capsys.readouterr()
    main(["check", "--format", "json", *files])
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    return report


@pytest.mark.long
@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_a_healthy_cluster_is_silent(topology: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No finding, and of its overlay every pair proven."""
    with up(topology) as cluster:
        report = judged(cluster, tmp_path, capsys)
    assert [(found["check"], found["node"], found["summary"]) for found in report["findings"]] == []
    assert {pair["status"] for pair in report["mesh"]} <= {"proven"}


def test_a_wrong_mac_is_named_at_its_node(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The sample's cluster, live: silent, then broken."""
    with up("canal") as cluster:
        assert judged(cluster, tmp_path, capsys)["findings"] == []
        for node in ("n1", "n3"):
            cluster.do(node, "ip neigh replace 10.42.2.0 lladdr 5e:89:db:49:c6:a4 dev flannel.1 nud permanent")
        found = judged(cluster, tmp_path, capsys)["findings"]
    assert found, "frames to a MAC that nobody has are lost"
    assert all("5e:89:db:49:c6:a4" in json.dumps(each) for each in found), found
