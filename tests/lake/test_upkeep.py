"""Small objects into large ones, and old ones away."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from podpath.lake.layout import parse_name
from podpath.lake.load import ClusterLoader
from podpath.lake.place import LakeFolder
from podpath.lake.upkeep import compact, end_of, expire, held
from podpath.snapshot.store import Store
from tests.lake.helper import cluster_lake, inventory, made, now, objects, path_of, pushed


def rows(lake: LakeFolder) -> list[tuple[object, ...]]:
    """Return the forwarding entries of the cluster."""
    with Store() as store:
        ClusterLoader(lake, inventory(lake)).fill(store)
        return sorted(store.query("SELECT node_name(ns), mac, dst FROM fdb").rows)


def test_a_compacted_day_holds_what_it_held(tmp_path: Path) -> None:
    """In an object for each table; a second time nothing is done."""
    lake = cluster_lake(tmp_path, 6)
    before = rows(lake)
    (done,) = compact(lake, now(3 * 86_400))
    assert (done.nodes, done.troubles) == (6, ())
    assert {name.node for item in lake.objects("") if (name := parse_name(item.name))} == {"_"}
    assert rows(lake) == before
    (again,) = compact(lake, now(3 * 86_400))
    assert again.before == again.after == done.after


def test_a_capture_after_compaction_counts_for_its_node(tmp_path: Path) -> None:
    """And is joined with the others the next time."""
    lake = cluster_lake(tmp_path, 3)
    list(compact(lake, now(3 * 86_400)))
    began = inventory(lake).captures["node-0"][0].began + 5
    pushed(lake, "prod", made(tmp_path / "one.podpath", 1, began=began))
    assert len(rows(lake)) == 4  # node-0 has no peer any more
    list(compact(lake, now(3 * 86_400)))
    assert len(rows(lake)) == 4
    assert len(list(lake.objects("push/"))) == 1


def test_what_cannot_be_read_is_left_as_it_is(tmp_path: Path) -> None:
    """And told."""
    lake = cluster_lake(tmp_path, 3)
    broken = path_of(lake, objects(lake, "link", "node-1/")[0].name)
    broken.write_bytes(b"x" * broken.stat().st_size)
    (done,) = compact(lake, now(3 * 86_400))
    assert (done.nodes, [one.node for one in done.troubles]) == (2, ["node-1"])
    assert broken.exists()


def test_old_captures_are_removed(tmp_path: Path) -> None:
    """Those of the day itself stay."""
    lake = LakeFolder(str(tmp_path / "lake"))
    for days_ago in (0, 3, 5):
        pushed(lake, "prod", made(tmp_path / f"{days_ago}.podpath", 1, began=time.time() - days_ago * 86_400))
    today = datetime.now(UTC).date()
    assert sorted(held(lake, "prod")) == [str(today - timedelta(days=ago)) for ago in (5, 3, 0)]
    assert expire(lake, today - timedelta(days=3)) > 0
    assert sorted(held(lake, "prod")) == [str(today - timedelta(days=ago)) for ago in (3, 0)]
    assert not [item for item in lake.objects("") if f"day={today - timedelta(days=5)}" in item.name]


def test_the_end_of_a_day_is_its_last_second() -> None:
    """In UTC."""
    moment = end_of(date(2026, 11, 30))
    assert (moment.day, datetime.fromtimestamp(moment.until, UTC).strftime("%H:%M:%S")) == (date(2026, 11, 30), "23:59:59")
