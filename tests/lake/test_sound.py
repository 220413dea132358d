"""A node that writes what it likes below its own prefix hurts nobody else."""

import random
from pathlib import Path

import pytest

from podpath.checks.engine.run import run_checks
from podpath.lake.inventory import take_inventory
from podpath.lake.load import ClusterLoader
from podpath.lake.place import LakeFolder
from podpath.snapshot.store import Store
from tests.lake.helper import cluster_lake, now, objects, path_of, rewritten

HOSTILE = [
    ("address", "'node-1' AS node_name", 'rows of its address are said to be of the node "node-1"'),
    ("address", "'10.0.0.256' AS address", 'no address in address ("10.0.0.256")'),
    ("address", "4611686018427387905 AS line", "a number in line that no kernel has"),
    ("address", "repeat('x', 2000000) AS dev", "more than 1,048,576 characters in dev"),
    ("route", "999::BIGINT AS dst_len", "a number in dst_len that no kernel has"),
    ("route", "5::BIGINT AS family", "a number in family that no kernel has"),
    ("link", "'5' AS mtu", "has not the columns of that table (mtu)"),
    ("link", "'zz:00:00:00:00:00' AS mac", 'no address in mac ("zz:00:00:00:00:00")'),
    ("netns", "NULL::BIGINT AS ns", "nothing in ns"),
]


def lied(lake: LakeFolder, table: str, change: str) -> None:
    """Let node-0 write something else into one of its objects, and its size into its marker."""
    item = objects(lake, table, "node-0/")[0]
    path = path_of(lake, item.name)
    rewritten(path, change)
    size = f"replace(files, ',{item.size}]', ',{path.stat().st_size}]') AS files"
    rewritten(path_of(lake, objects(lake, "push", "node-0/")[0].name), size)


@pytest.mark.few(2)
@pytest.mark.parametrize(("table", "change", "reason"), HOSTILE, ids=[f"{table} {change[:20]}" for table, change, _ in HOSTILE])
def test_what_no_node_has_is_that_nodes_trouble(tmp_path: Path, table: str, change: str, reason: str) -> None:
    """It is said, and the others are judged."""
    lake = cluster_lake(tmp_path, 4)
    lied(lake, table, change)
    loader = ClusterLoader(lake, take_inventory(lake, "prod", now()))
    assert sorted(loader.captures) == ["node-1", "node-2", "node-3"]
    assert [(one.node, reason in one.text) for one in loader.troubles] == [("node-0", True)], loader.troubles
    with Store() as store:
        loader.fill(store)
        report = run_checks(store)
    assert [overlay.broken for overlay in report.overlays] == [0]
    # The other nodes' entries name it by its address, too.
    assert {unknown.node for unknown in report.unknowns if unknown.missing.startswith("everything")} == {"node-0", "192.168.0.1"}


@pytest.mark.long
def test_a_file_of_another_form_is_that_nodes_trouble(tmp_path: Path) -> None:
    """Random bytes changed in random places: it is read as it was, or it is damaged; nothing else happens."""
    for seed in range(12):
        folder = tmp_path / str(seed)
        folder.mkdir()
        lake = cluster_lake(folder, 3)
        choose = random.Random(seed)
        item = choose.choice([one for one in lake.objects("") if "/node=node-0/" in one.name])
        path = path_of(lake, item.name)
        content = bytearray(path.read_bytes())
        for _ in range(choose.randrange(1, 40)):
            content[choose.randrange(len(content))] = choose.randrange(256)
        path.write_bytes(content)
        loader = ClusterLoader(lake, take_inventory(lake, "prod", now()))
        assert {"node-1", "node-2"} <= set(loader.captures), seed
        with Store() as store:
            loader.fill(store)
            run_checks(store)
