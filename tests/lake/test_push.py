"""Captures into a lake."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from podpath.lake.layout import parse_name
from podpath.lake.load import ClusterLoader
from podpath.lake.place import LakeError, LakeFolder, LakeObject
from podpath.lake.push import push
from podpath.snapshot.store import Store
from tests.lake.helper import asked, cluster_lake, inventory, made, objects, path_of, pushed

BEGAN = 1_796_000_000.0
"""2026-11-30 00:53:20 UTC."""


def test_a_capture_is_partitioned_by_cluster_day_and_node(tmp_path: Path) -> None:
    """Each node has a prefix of its own, and the marker names what belongs to it."""
    lake = LakeFolder(str(tmp_path / "lake"))
    done = pushed(lake, "prod", made(tmp_path / "s.podpath", 3, began=BEGAN))
    assert [one.nodes for one in done] == [("node-0",), ("node-1",), ("node-2",)]
    names = [parse_name(item.name) for item in lake.objects("")]
    assert {(name.cluster, name.day, name.node) for name in names if name} == {
        ("prod", "2026-11-30", node) for node in ("node-0", "node-1", "node-2")
    }
    assert re.fullmatch(r"20261130T005320Z-[0-9a-f]{12}", done[0].name.push)


def test_the_same_capture_twice_is_one(tmp_path: Path) -> None:
    """The second time nothing is written."""
    lake, path = LakeFolder(str(tmp_path / "lake")), made(tmp_path / "s.podpath", 3)
    assert all(one.new for one in pushed(lake, "prod", path))
    before = sorted(lake.objects(""))
    assert not any(one.new for one in pushed(lake, "prod", path))
    assert sorted(lake.objects("")) == before


def test_a_later_capture_of_a_day_replaces_the_earlier_one(tmp_path: Path) -> None:
    """Of another day both stay."""
    lake = LakeFolder(str(tmp_path / "lake"))
    for at, began in enumerate((BEGAN, BEGAN + 60, BEGAN - 86_400)):
        pushed(lake, "prod", made(tmp_path / f"{at}.podpath", 2, began=began))
    names = [parse_name(item.name) for item in objects(lake, "push", "node-0/")]
    assert [name.push[:16] for name in names if name] == ["20261129T005320Z", "20261130T005420Z"]


def test_many_nodes_are_written_together(tmp_path: Path) -> None:
    """As if they were compacted: a node is a column then."""
    lake = cluster_lake(tmp_path, 40)
    assert [name.node for item in lake.objects("push/") if (name := parse_name(item.name))] == ["_"]


def test_a_later_collection_of_some_nodes_leaves_the_others(tmp_path: Path) -> None:
    """Although both were written together."""
    lake = LakeFolder(str(tmp_path / "lake"))
    began = time.time() - 60
    for nodes, later in ((40, 0), (35, 1)):
        pushed(lake, "prod", made(tmp_path / f"{nodes}.podpath", nodes, began=began + later))
    captures = inventory(lake).captures
    assert len(captures) == 40
    assert {round(listed[0].began - began) for node, listed in captures.items() if int(node[5:]) < 35} == {1}


def test_any_program_reads_a_table_as_it_is(tmp_path: Path) -> None:
    """Addresses are text, partitions are columns."""
    lake = cluster_lake(tmp_path, 3)
    rows = asked(
        f"SELECT cluster, node, node_name, dst, via FROM read_parquet('{lake.url}/route/**/*.parquet', hive_partitioning = true)"
        " WHERE node_name = 'node-1' ORDER BY dst"
    )
    assert rows == [("prod", "node-1", "node-1", "10.0.0.0", "10.0.0.0"), ("prod", "node-1", "node-1", "10.0.2.0", "10.0.2.0")]


def test_the_sums_are_those_that_any_program_makes(tmp_path: Path) -> None:
    """MD5 of the columns with a blank between them, in halves, modulo 2^64, in any order."""
    lake = cluster_lake(tmp_path, 5)
    files = f"read_parquet('{lake.url}/fdb/**/*.parquet')"
    made_again = asked(
        f"SELECT node_name, count(*), (sum(md5_number_lower(mac || ' ' || dst)) % 18446744073709551616)::VARCHAR,"
        f" (sum(md5_number_upper(mac || ' ' || dst)) % 18446744073709551616)::VARCHAR FROM {files} GROUP BY ALL ORDER BY ALL"
    )
    assert made_again == asked(
        f"SELECT node_name, entries, low, high FROM '{lake.url}/entry_sum/**/*.parquet' WHERE tab = 'fdb' ORDER BY ALL"
    )


def test_two_nodes_of_one_name_are_refused(tmp_path: Path) -> None:
    """They would be one."""
    path = made(tmp_path / "s.podpath", 2)
    with Store.open_for_writing(path) as store:
        store.connection.execute("UPDATE node SET name = 'same'")
        with pytest.raises(LakeError, match="one name"):
            push(store, LakeFolder(str(tmp_path / "lake")), "prod", tmp_path)
        store.connection.execute("UPDATE node SET name = name || node")
        with pytest.raises(LakeError, match="cannot be the name of a folder"):
            push(store, LakeFolder(str(tmp_path / "lake")), "", tmp_path)


def test_an_ordinary_node_is_small(tmp_path: Path) -> None:
    """A node with a hundred peers: well below 200 kB."""
    lake = cluster_lake(tmp_path, 30)
    assert sum(path_of(lake, item.name).stat().st_size for item in lake.objects("") if "/node=node-0/" in item.name) < 60_000


def test_two_writers_at_once_leave_whole_captures(tmp_path: Path) -> None:
    """Of one node or of several: the newest counts, and all of it is there."""
    lake = LakeFolder(str(tmp_path / "lake"))
    began = time.time() - 60
    paths = [made(tmp_path / f"{at}.podpath", 4, began=began + later) for at, later in enumerate((0, 0, 1, 2))]
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda path: pushed(lake, "prod", path), paths))
    newest = {one.name.push for one in done[-1]}
    loader = ClusterLoader(lake, inventory(lake))
    assert {one.marker.push for one in loader.captures.values()} == newest
    assert loader.troubles == []


def test_a_node_that_may_only_write_pushes_all_the_same(tmp_path: Path) -> None:
    """It can neither list nor remove: compacting removes what was replaced."""

    class WriteOnly(LakeFolder):
        def objects(self, prefix: str) -> Iterator[LakeObject]:
            raise LakeError(f"{prefix}: forbidden")

    pushed(WriteOnly(str(tmp_path / "lake")), "prod", made(tmp_path / "s.podpath", 2))
    assert sorted(inventory(LakeFolder(str(tmp_path / "lake"))).captures) == ["node-0", "node-1"]
