"""Set operations over a large mesh find just the pairs that were damaged."""

import sys
from pathlib import Path

import pytest

from benchmarks.clusters import damages, write_snapshot
from podpath.checks.overlay.mesh.judge import judge_mesh
from podpath.checks.overlay.mesh.pairs import _elected
from podpath.snapshot.evidence import Witness
from podpath.snapshot.store import Store
from tests.seeds import fresh_seed

NODES = 60
"""More than are judged one by one."""


@pytest.mark.parametrize("fixed", [1, 2, 3, None])
def test_every_random_damage_is_found_and_no_other_pair_is_blamed(tmp_path: Path, fixed: int | None) -> None:
    """Fixed seeds and a fresh one (PODPATH_SEED repeats it)."""
    seed = fixed or fresh_seed()
    sys.stdout.write(f"seed {seed}\n")
    path = tmp_path / "mesh.podpath"
    write_snapshot(path, NODES)
    done = list(damages(NODES, 25, seed))
    with Store.open_for_writing(path) as store:
        for damage in done:
            store.connection.execute(damage.sql)
    with Store(path, read_only=True) as store:
        (overlay,) = judge_mesh(store, Witness(store)).overlays
    broken = {(pair.source, pair.target) for pair in overlay.pairs if pair.status == "broken"}
    assert broken == {(f"node-{d.node}", f"node-{d.peer}") for d in done}, f"seed {seed}"
    assert (overlay.proven, overlay.broken, overlay.unknown) == (NODES * (NODES - 1) - 25, 25, 0), f"seed {seed}"


def test_a_changed_device_breaks_the_pairs_of_all_its_peers(tmp_path: Path) -> None:
    """One cause, told once."""
    path = tmp_path / "mesh.podpath"
    write_snapshot(path, NODES)
    with Store.open_for_writing(path) as store:
        store.connection.execute("UPDATE link SET mac = 1 WHERE ns = 5")
    with Store(path, read_only=True) as store:
        result = judge_mesh(store, Witness(store))
    assert [(o.broken, o.unknown) for o in result.overlays] == [(NODES - 1, 0)]
    assert [(cause.check, cause.pairs) for cause in result.causes] == [("vtep-mac-mismatch", NODES - 1)]


def test_a_node_whose_tables_were_not_seen_leaves_its_pairs_unknown(tmp_path: Path) -> None:
    """They are counted, not judged one by one, and not called broken."""
    path = tmp_path / "mesh.podpath"
    write_snapshot(path, NODES)
    with Store.open_for_writing(path) as store:
        store.connection.execute("DELETE FROM neighbour WHERE ns = 5")
        store.connection.execute("DELETE FROM coverage WHERE ns = 5 AND \"table\" = 'neighbour'")
    with Store(path, read_only=True) as store:
        result = judge_mesh(store, Witness(store))
    assert [(o.broken, o.unknown) for o in result.overlays] == [(0, NODES - 1)]
    assert [(u.node, u.command) for u in result.unknowns] == [("node-4", "ip neigh show dev flannel.1")]


@pytest.mark.parametrize(
    ("votes", "elected"),
    [([], None), ([("7", 1)], 7), ([("7", 1), ("9", 2)], 9), ([("7", 1), ("9", 1)], None)],
)
def test_a_node_that_was_not_captured_is_where_most_say(votes: list[tuple[str, int]], elected: int | None) -> None:
    """One word against one says nothing: blaming either would be a guess."""
    assert _elected([{"key": key, "value": value} for key, value in votes]) == elected


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_one_of_a_hundred_damages_is_found_in_a_million_pairs(tmp_path: Path) -> None:
    """1,000 nodes, damaged with a fresh seed (PODPATH_SEED repeats it); no other pair is blamed."""
    seed = fresh_seed()
    sys.stdout.write(f"seed {seed}\n")
    path = tmp_path / "mesh.podpath"
    write_snapshot(path, 1000)
    done = list(damages(1000, 100, seed))
    with Store.open_for_writing(path) as store:
        for damage in done:
            store.connection.execute(damage.sql)
    with Store(path, read_only=True) as store:
        (overlay,) = judge_mesh(store, Witness(store)).overlays
    broken = {(pair.source, pair.target) for pair in overlay.pairs if pair.status == "broken"}
    assert broken == {(f"node-{d.node}", f"node-{d.peer}") for d in done}, f"seed {seed}"
    assert overlay.proven == 1000 * 999 - 100, f"seed {seed}"
