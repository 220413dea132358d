"""SNAPSHOT arguments to one store."""

from pathlib import Path

import pytest

from podpath.api.errors import UserError
from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from tests.checks.overlay.mesh.clusters import SAMPLE


def test_a_bad_file_in_a_directory_is_told_and_the_rest_is_used(tmp_path: Path) -> None:
    """Binary data among texts."""
    (tmp_path / "n1.txt").write_text("$ ip neigh\n10.0.0.1 dev eth0 FAILED\n")
    (tmp_path / "core").write_bytes(b"\x7fELF" + b"\0" * 500)
    with open_snapshots([str(tmp_path)], Progress()) as store:
        assert store.raw("SELECT count(*) FROM neighbour") == [(1,)]
        assert store.raw("SELECT reason FROM unread") == [("binary data, not text and not a podpath snapshot",)]


def test_files_directories_and_snapshots_mix(tmp_path: Path) -> None:
    """All of them are one snapshot."""
    with open_snapshots([str(SAMPLE)], Progress()) as store:
        store.save(tmp_path / "c.podpath")
    (tmp_path / "n9.txt").write_text("$ ip neigh\n10.0.0.1 dev eth0 FAILED\n")
    with open_snapshots([str(tmp_path / "c.podpath"), str(tmp_path / "n9.txt")], Progress()) as store:
        assert store.raw("SELECT count(*) FROM node") == [(4,)]


def test_a_directory_may_hold_snapshots(tmp_path: Path) -> None:
    """As whoever captured each node by itself has it; one of another version is told, and the others are used."""
    for node in ("n1", "n2", "old"):
        (tmp_path / "text.txt").write_text("$ ip neigh\n10.0.0.1 dev eth0 FAILED\n")
        with open_snapshots([str(tmp_path / "text.txt")], Progress()) as store:
            store.connection.execute("UPDATE node SET name = ?", [node])
            if node == "old":
                store.connection.execute("UPDATE meta SET value = 'podpath.snapshot/0'")
            store.save(tmp_path / f"{node}.podpath")
    (tmp_path / "text.txt").unlink()
    with open_snapshots([str(tmp_path)], Progress()) as store:
        assert store.raw("SELECT name FROM node ORDER BY ALL") == [("n1",), ("n2",)]
        assert store.raw("SELECT count(*) FROM neighbour") == [(2,)]
        ((told,),) = store.raw("SELECT reason FROM unread")
        assert told.startswith("a snapshot of another version")


def test_nothing_to_read_is_an_error(tmp_path: Path) -> None:
    """An empty directory too."""
    with pytest.raises(UserError, match="nothing could be read"):
        open_snapshots([str(tmp_path)], Progress())
