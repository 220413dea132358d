"""Small files: packed when written, unpacked when opened."""

import lzma
import stat
from pathlib import Path

import duckdb
import pytest

from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from podpath.collect.files import is_snapshot
from podpath.snapshot import packed
from podpath.snapshot.absorb import absorb
from podpath.snapshot.opening import SnapshotError
from podpath.snapshot.store import Store

SAMPLE = Path(__file__).parents[2] / "samples" / "broken-tunnel"
MEASURED = "SELECT count(*) FROM link", "SELECT count(*) FROM route", "SELECT name FROM node ORDER BY name"


def saved(path: Path) -> Path:
    """Write the sample."""
    with Progress() as progress, open_snapshots([str(SAMPLE)], progress) as store:
        store.save(path)
    return path


def content(path: Path) -> list[object]:
    """Return what a snapshot says of some tables."""
    with Store(path, read_only=True) as store:
        return [store.raw(query) for query in MEASURED]


def test_a_small_snapshot_is_a_small_file(tmp_path: Path) -> None:
    """At most twice what xz -9 makes of a database of ordinary blocks, and at most a tenth of that database."""
    path = saved(tmp_path / "a.podpath")
    ordinary = tmp_path / "ordinary.duckdb"
    (tmp_path / "packed.duckdb").write_bytes(lzma.decompress(path.read_bytes()))
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{tmp_path}/packed.duckdb' AS packed (READ_ONLY); ATTACH '{ordinary}' AS ordinary")
        connection.execute("COPY FROM DATABASE packed TO ordinary; DETACH ordinary")
    size = path.stat().st_size
    assert size <= 2 * len(lzma.compress(ordinary.read_bytes(), preset=9))
    assert size * 10 <= ordinary.stat().st_size
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_xz_gives_back_what_duckdb_opens(tmp_path: Path) -> None:
    """Nobody needs podpath to read it."""
    path = saved(tmp_path / "a.podpath")
    database = tmp_path / "a.duckdb"
    database.write_bytes(lzma.decompress(path.read_bytes()))
    with duckdb.connect(str(database), read_only=True) as connection:
        assert connection.execute("SELECT name FROM node ORDER BY name").fetchall() == [("n1",), ("n2",)]


def test_the_oldest_duckdb_that_podpath_needs_reads_it(tmp_path: Path) -> None:
    """DuckDB's header says what reads a file: 67 is 1.4's (storage_info.cpp); by default, 2.0 writes for itself alone."""
    straight = tmp_path / "straight.podpath"
    Store(straight).close()
    for database in (straight.read_bytes(), lzma.decompress(saved(tmp_path / "a.podpath").read_bytes())):
        assert int.from_bytes(database[12:20], "little") <= 67


def test_a_large_database_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unpacking it would take longer; both forms are read alike."""
    small, large = saved(tmp_path / "small.podpath"), tmp_path / "large.podpath"
    monkeypatch.setattr(packed, "MOST_PACKED", 0)
    with Store(small, read_only=True) as store:  # no query may write beside the file: it is copied to its place
        store.save(large)
    straight = saved(tmp_path / "straight.podpath")
    assert [packed.is_packed(path) for path in (small, large, straight)] == [True, False, False]
    assert content(small) == content(large) == content(straight)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["large.podpath", "small.podpath", "straight.podpath"]


def test_a_file_may_be_packed_by_anybody(tmp_path: Path) -> None:
    """However much they pressed it, and whatever it is called."""
    whole = lzma.decompress(saved(tmp_path / "a.podpath").read_bytes())
    other = tmp_path / "other.xz"
    other.write_bytes(lzma.compress(whole, preset=9))
    assert is_snapshot(other)
    with Progress() as progress, open_snapshots([str(other), str(tmp_path / "a.podpath")], progress) as store:
        assert store.raw("SELECT count(*) FROM node") == [(2,)]


@pytest.mark.parametrize("damage", ["cut", "longer", "flipped", "other"])
def test_a_damaged_file_is_refused(damage: str, tmp_path: Path) -> None:
    """With a sentence; nothing of it is read."""
    path = saved(tmp_path / "a.podpath")
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "cut": whole[:middle],
            "longer": whole + b"x",
            "flipped": whole[:middle] + bytes((whole[middle] ^ 1,)) + whole[middle + 1 :],
            "other": lzma.compress(b"text"),
        }[damage]
    )
    with pytest.raises(SnapshotError, match="not a podpath snapshot, or damaged"):
        Store(path, read_only=True)
    with Store() as store, pytest.raises(SnapshotError, match="not a podpath snapshot, or damaged"):
        absorb(store, path)


def test_what_a_file_may_hold_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A few kilobytes of xz can hold gigabytes of nothing."""
    path = saved(tmp_path / "a.podpath")
    monkeypatch.setattr(packed, "MOST_UNPACKED", 1 << 16)
    with pytest.raises(SnapshotError, match="it holds more than"):
        Store(path, read_only=True)


def test_a_missing_temporary_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its name: the file itself is fine."""
    path = saved(tmp_path / "a.podpath")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(SnapshotError, match=r"cannot be opened \(No such file or directory: .*gone"):
        Store(path, read_only=True)
