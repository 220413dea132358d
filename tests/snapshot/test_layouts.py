"""Snapshots of earlier versions; ``kept/N.podpath.xz`` was written by the last podpath that wrote layout N."""

import lzma
import re
from pathlib import Path

import pytest

from podpath.checks.engine.run import run_checks
from podpath.snapshot.absorb import absorb
from podpath.snapshot.layouts import OLDEST, selected, shapes
from podpath.snapshot.opening import SnapshotError
from podpath.snapshot.schema import FRAME, ROWS, VERSION, columns
from podpath.snapshot.store import Store
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import endpoint
from podpath.walk.trace import Ask, Tracer

KEPT = Path(__file__).parent / "kept"
VERSIONS = sorted(int(path.name.partition(".")[0]) for path in KEPT.glob("*.podpath.xz"))


def unpacked(version: int, folder: Path) -> Path:
    """Return a kept file as it was written."""
    path = folder / f"{version}.podpath"
    path.write_bytes(lzma.decompress((KEPT / f"{version}.podpath.xz").read_bytes()))
    return path


def test_a_file_of_every_older_layout_is_kept() -> None:
    """To read them is a promise; today's needs none."""
    assert list(range(OLDEST, VERSION)) == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_an_older_snapshot_is_read_and_judged(version: int, tmp_path: Path) -> None:
    """Alone and beside others: the same nodes, the same verdict, every table of today."""
    path = unpacked(version, tmp_path)
    with Store(path, read_only=True) as store:
        report = run_checks(store)
        assert report.nodes == ("n1", "n2")
        shown = Cluster(store)
        ends = endpoint(shown, "p1"), endpoint(shown, "p2")
        told = Tracer(shown).trace(Ask(source=ends[0], destination=ends[1]))
        assert told.cause is not None
        assert told.cause.check == "vtep-mac-mismatch"
        assert store.raw('SELECT "table", part FROM missing ORDER BY ALL') == [("container", None), ("ruleset", "ebtables")]
        assert store.raw("SELECT DISTINCT place FROM source") == [("stated",)]
        alone = {table: count for table, count in store.tables() if count}
    with Store() as store:
        absorb(store, path)
        store.flush()
        assert {table: count for table, count in store.tables() if count} == alone


@pytest.mark.parametrize("version", VERSIONS)
def test_an_older_snapshot_is_not_changed(version: int, tmp_path: Path) -> None:
    """It is read; who wants today's layout packs it anew."""
    path = unpacked(version, tmp_path)
    before = path.read_bytes()
    Store(path, read_only=True).close()
    assert path.read_bytes() == before
    with pytest.raises(SnapshotError, match="another version"):
        Store.open_for_writing(path)


@pytest.mark.parametrize("version", range(OLDEST, VERSION + 1))
def test_every_column_of_today_comes_from_somewhere(version: int) -> None:
    """From the older table, or from what stands there in its place."""
    for table in (*FRAME, *ROWS):
        picked = selected(table, version, "other")
        assert (picked is None) is (table not in shapes(version))
        if picked is not None:
            named = re.findall(r'(?:AS |o\.)"(\w+)"(?=,|$)', picked)
            assert named == [column.name for column in columns(table)], table
