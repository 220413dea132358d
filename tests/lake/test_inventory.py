"""Which captures of a lake count."""

import time
from pathlib import Path

import pytest

from podpath.lake.inventory import clusters, days, take_inventory
from podpath.lake.place import LakeFolder
from tests.lake.helper import cluster_lake, inventory, made, now, objects, path_of, pushed, rewritten


def test_the_newest_capture_of_each_node_comes_first(tmp_path: Path) -> None:
    """Earlier ones of earlier days follow, in case that it cannot be read."""
    lake = LakeFolder(str(tmp_path / "lake"))
    moment = time.time()
    for at, age in enumerate((90_000, 10)):
        pushed(lake, "prod", made(tmp_path / f"{at}.podpath", 2, began=moment - age))
    found = take_inventory(lake, "prod", now(fresh=200_000))
    assert {node: [round(moment - one.began) for one in listed] for node, listed in found.captures.items()} == {
        "node-0": [10, 90_000], "node-1": [10, 90_000],
    }  # fmt: skip
    assert (clusters(lake, now()), len(days(lake, "prod"))) == (["prod"], 2)


def test_a_node_whose_captures_are_old_is_unknown(tmp_path: Path) -> None:
    """The time is said."""
    lake = LakeFolder(str(tmp_path / "lake"))
    pushed(lake, "prod", made(tmp_path / "s.podpath", 1, began=time.time() - 7200))
    found = inventory(lake, fresh=3600)
    assert found.captures == {}
    assert [(one.node, one.stale, one.text[:29]) for one in found.troubles] == [("node-0", True, "its newest capture is from 20")]


def test_a_capture_of_the_future_is_not_used(tmp_path: Path) -> None:
    """A clock that is wrong would hide every later capture."""
    lake = LakeFolder(str(tmp_path / "lake"))
    pushed(lake, "prod", made(tmp_path / "s.podpath", 1, began=time.time() + 7200))
    moment = now()._replace(until=time.time())
    found = take_inventory(lake, "prod", moment)
    assert found.captures == {}
    if found.troubles:  # after ten in the evening it is tomorrow's
        assert "its clock is wrong" in found.troubles[0].text


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("'node-1' AS node_name", 'it is said to be of the node "node-1"'),
        ("99 AS version", "its layout is 99, and this podpath reads 1"),
        ("'nan'::DOUBLE AS began", "its name or its time is not its own"),
        ("'[[1]]' AS files", "its list of objects is none"),
        ('\'[["route","",-1,5]]\' AS files', "its list of objects has absurd numbers"),
    ],
)
def test_a_marker_that_says_what_none_says_is_that_nodes_trouble(tmp_path: Path, change: str, reason: str) -> None:
    """The others count."""
    lake = cluster_lake(tmp_path, 3)
    (item,) = objects(lake, "push", "node-0/")
    rewritten(path_of(lake, item.name), change)
    found = inventory(lake)
    assert sorted(found.captures) == ["node-1", "node-2"]
    assert [(one.node, reason in one.text) for one in found.troubles] == [("node-0", True)]


def test_a_damaged_marker_is_that_nodes_trouble(tmp_path: Path) -> None:
    """All markers are read at once, and one by one only where that fails."""
    lake = cluster_lake(tmp_path, 5)
    (item,) = objects(lake, "push", "node-3/")
    path_of(lake, item.name).write_bytes(b"PAR1 and no more")
    found = inventory(lake)
    assert sorted(found.captures) == ["node-0", "node-1", "node-2", "node-4"]
    assert [(one.node, "is damaged" in one.text) for one in found.troubles] == [("node-3", True)]
