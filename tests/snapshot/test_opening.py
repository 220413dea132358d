"""Databases of snapshots, and files that hold none."""

from pathlib import Path

import duckdb
import pytest

from podpath.snapshot.opening import SnapshotError
from podpath.snapshot.store import Store


def test_a_file_that_is_no_snapshot_is_refused(tmp_path: Path) -> None:
    """With a sentence, whatever it holds."""
    junk, foreign = tmp_path / "junk", tmp_path / "foreign"
    junk.write_bytes(b"\0" * 8 + b"DUCK" + b"\xff" * 9000)
    duckdb.connect(str(foreign)).close()
    for path in (junk, foreign):
        with pytest.raises(SnapshotError, match="not a podpath snapshot"):
            Store(path, read_only=True)
