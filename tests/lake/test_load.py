"""Captures as a store."""

from pathlib import Path

import pytest

from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from podpath.lake.load import ClusterLoader
from podpath.lake.place import LakeFolder
from podpath.lake.push import push
from podpath.snapshot import leftovers
from podpath.snapshot.schema import ROWS, columns
from podpath.snapshot.store import Store
from tests.lake.helper import cluster_lake, inventory, made, objects, path_of, pushed

SAMPLES = Path(__file__).parents[2] / "samples"


def loaded(lake: LakeFolder) -> tuple[Store, ClusterLoader]:
    """Return a store with the cluster ``prod``."""
    loader = ClusterLoader(lake, inventory(lake))
    store = Store()
    loader.fill(store)
    return store, loader


@pytest.mark.parametrize("sample", ["three-node-canal", "docker-host", "network-policy", "broken-tunnel"])
def test_a_snapshot_comes_back_as_it_was(tmp_path: Path, sample: str) -> None:
    """Every row of every table, with the node, the namespace and the text that it was read from."""
    lake = LakeFolder(str(tmp_path / "lake"))
    with leftovers.folder() as folder, Progress() as progress:
        before = open_snapshots([str(SAMPLES / sample)], progress, editable=True, writes=folder)
        push(before, lake, "prod", folder)
    after, loader = loaded(lake)
    assert loader.troubles == []
    for table in ROWS:
        own = [column.name for column in columns(table) if column.name not in ("ns", "source")]
        listed = ", ".join(f't."{name}"' for name in own)
        asked = (
            f"SELECT d.name, n.kind, n.name, s.command, s.text, {listed}"
            f' FROM "{table}" t JOIN netns n USING (ns) JOIN node d ON d.node = n.node LEFT JOIN source s ON s.source = t.source'
        )
        rows = [sorted(map(repr, store.raw(asked))) for store in (before, after)]
        assert rows[1] == rows[0], table
    before.close()
    after.close()


def test_half_a_push_is_unknown_and_the_one_before_it_is_used(tmp_path: Path) -> None:
    """Where an object is missing that its marker names; a push without a marker is none."""
    lake = cluster_lake(tmp_path, 3)
    path_of(lake, objects(lake, "vxlan", "node-0/")[0].name).unlink()
    path_of(lake, objects(lake, "push", "node-2/")[0].name).unlink()
    store, loader = loaded(lake)
    assert sorted(loader.captures) == ["node-1"]
    ((node, text),) = ((one.node, one.text) for one in loader.troubles)
    assert (node, "its object vxlan is missing: it was not pushed whole" in text) == ("node-0", True)
    told = store.raw("SELECT d.name, m.what LIKE 'everything: %' FROM missing m JOIN netns n USING (ns) JOIN node d USING (node)")
    assert told == [("node-0", True)]
    pushed(lake, "prod", made(tmp_path / "later.podpath", 3, began=inventory(lake).captures["node-1"][0].began + 1))
    assert sorted(loaded(lake)[1].captures) == ["node-0", "node-1", "node-2"]


def test_numbers_of_outputs_never_lead_to_another_nodes(tmp_path: Path) -> None:
    """A row that names an output which its node did not write has none."""
    path = made(tmp_path / "s.podpath", 2)
    with Store.open_for_writing(path) as store:
        values = "ns, ns, 'x', 'ip route', true, 1, 'text', 'secret of ' || ns, 'sure'"
        store.connection.execute(f"INSERT INTO source SELECT {values} FROM netns")
        store.connection.execute("UPDATE link SET source = 7")
    lake = LakeFolder(str(tmp_path / "lake"))
    pushed(lake, "prod", path)
    store, _ = loaded(lake)
    assert store.raw("SELECT DISTINCT source FROM link") == [(0,)]


def test_entries_for_peers_are_fetched_for_the_nodes_that_need_it(tmp_path: Path) -> None:
    """And no others."""
    lake = cluster_lake(tmp_path, 40)
    loader = ClusterLoader(lake, inventory(lake), ("node", "netns", "route", "neighbour", "fdb", "link"), peers=False)
    with Store() as store:
        loader.fill(store)
        assert store.raw("SELECT count(*) FROM route") == [(0,)]
        loader.fetch(store, [3, 9])
        assert store.raw("SELECT ns, count(*) FROM fdb GROUP BY ns ORDER BY ns") == [(3, 39), (9, 39)]
        assert len(loader.sums(store)) == 40 * 3
