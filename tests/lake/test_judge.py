"""One cluster, judged from rows, from sums of rows, and from the sums that nodes wrote: the answers are alike."""

import sys
import time
from pathlib import Path

import pytest

from benchmarks.clusters import damages
from podpath.lake.judge import ClusterTask, Mesh, judge_cluster
from podpath.lake.place import LakeFolder
from podpath.snapshot.store import Store
from podpath.state.fleet import ClusterResult
from tests.lake.helper import cluster_lake, made, now, objects, path_of, pushed
from tests.seeds import fresh_seed

NODES = 45
"""More than are judged one by one."""
MODES: tuple[Mesh, ...] = ("", "rows", "sums")


def judged(lake: LakeFolder, mesh: Mesh) -> ClusterResult:
    """Judge the cluster ``prod``."""
    result = judge_cluster(ClusterTask(lake.url, "prod", now(), mesh, threads=1))
    assert result.problem is None
    return result


def answer(result: ClusterResult) -> tuple[list[tuple[int, ...]], set[tuple[str, str, str]], set[tuple[str, str]]]:
    """Return the counts of pairs, the pairs that are not proven, and the causes in the mesh."""
    assert result.report is not None
    overlays = result.report.overlays
    pairs = {(pair.source, pair.target, str(pair.status)) for one in overlays for pair in one.pairs if pair.status != "proven"}
    causes = {(found.check, found.node) for found in result.report.findings}
    return [(one.proven, one.broken, one.unknown) for one in overlays], pairs, causes


@pytest.mark.few(1)
@pytest.mark.parametrize("fixed", [None, 1])
def test_every_damage_is_found_and_none_invented_whatever_is_read(tmp_path: Path, fixed: int | None) -> None:
    """A fixed seed and a fresh one (PODPATH_SEED repeats it)."""
    seed = fixed or fresh_seed()
    sys.stdout.write(f"seed {seed}\n")
    done = list(damages(NODES, 12, seed))
    lake = cluster_lake(tmp_path, NODES, done)
    results = {mesh: judged(lake, mesh) for mesh in MODES}
    counts, pairs, causes = answer(results[""])
    assert counts == [(NODES * (NODES - 1) - 12, 12, 0)], f"seed {seed}"
    assert {(a, b) for a, b, _ in pairs} == {(f"node-{one.node}", f"node-{one.peer}") for one in done}, f"seed {seed}"
    for mesh in MODES[1:]:
        assert answer(results[mesh])[:2] == (counts, pairs), f"seed {seed}"
        assert answer(results[mesh])[2] <= causes, f"seed {seed}"
        assert results[mesh].by_rows < NODES, f"seed {seed}"


@pytest.mark.few(1)
@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM link WHERE ns = 5; DELETE FROM vxlan WHERE ns = 5; DELETE FROM address WHERE ns = 5 AND dev = 'flannel.1'",
        "UPDATE link SET up = false WHERE ns = 5",
        "UPDATE link SET mac = 1 WHERE ns = 5",
        "UPDATE vxlan SET port = 4789 WHERE ns = 5",
        "DELETE FROM neighbour WHERE ns = 5; DELETE FROM coverage WHERE ns = 5 AND \"table\" = 'neighbour'",
    ],
)
def test_what_is_wrong_with_a_device_is_found_from_sums_too(tmp_path: Path, change: str) -> None:
    """Then the entries of more nodes than one are asked for."""
    path = made(tmp_path / "s.podpath", NODES)
    with Store.open_for_writing(path) as store:
        store.connection.execute(change)
    lake = LakeFolder(str(tmp_path / "lake"))
    pushed(lake, "prod", path)
    answers = [answer(judged(lake, mesh)) for mesh in MODES]
    assert answers[1][:2] == answers[2][:2] == answers[0][:2]
    assert answers[0][0][0][1:] != (0, 0)


@pytest.mark.long
def test_a_tenth_of_half_pushes_leaves_the_rest_judged_alike(tmp_path: Path) -> None:
    """Whose captures are not whole is unknown, and the pairs of the others are as they are."""
    lake = LakeFolder(str(tmp_path / "lake"))
    path = made(tmp_path / "s.podpath", 20, list(damages(18, 3, 4)))
    pushed(lake, "prod", path)
    for node in ("node-18", "node-19"):
        path_of(lake, objects(lake, "address", f"{node}/")[0].name).unlink()
    answers = [answer(judged(lake, mesh)) for mesh in MODES]
    assert answers[1][:2] == answers[2][:2] == answers[0][:2]
    broken = {(a, b) for a, b, status in answers[0][1] if status == "broken"}
    assert broken == {(f"node-{one.node}", f"node-{one.peer}") for one in damages(18, 3, 4)}
    assert {trouble.node for trouble in judged(lake, "").troubles} == {"node-18", "node-19"}


def test_a_lie_of_sums_is_found_from_rows(tmp_path: Path) -> None:
    """Sums are a node's word for its own entries, rows its evidence."""
    (damage,) = damages(NODES, 1, 3)
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    healthy, damaged = cluster_lake(tmp_path / "a", NODES), cluster_lake(tmp_path / "b", NODES, [damage])
    mine, theirs = (path_of(lake, objects(lake, "entry_sum")[0].name) for lake in (damaged, healthy))
    assert mine.stat().st_size != theirs.stat().st_size or mine.read_bytes() != theirs.read_bytes()
    assert answer(judged(damaged, "rows"))[0] == [(NODES * (NODES - 1) - 1, 1, 0)]


def test_what_cannot_be_judged_is_said(tmp_path: Path) -> None:
    """It is that cluster's result."""
    lake = cluster_lake(tmp_path, 2)
    later = judge_cluster(ClusterTask(lake.url, "prod", now()._replace(until=time.time() + 5 * 86_400)))
    assert later.problem == "no capture of it can be used"
    assert (
        judge_cluster(ClusterTask(f"{tmp_path}/prod.podpath", "prod", now())).problem
        == f"{tmp_path}/prod.podpath: not a directory"
    )
