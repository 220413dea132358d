"""``podpath lake``."""

from pathlib import Path

import pytest

from podpath.cli.main import main
from tests.lake.helper import cluster_lake


def test_a_lake_is_listed_compacted_and_expired(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each says what it did."""
    lake = cluster_lake(tmp_path, 3)
    assert main(["lake", "list", lake.url]) == 0
    assert capsys.readouterr().out.endswith("  3 captures\n")
    assert main(["lake", "compact", lake.url]) == 0
    assert "3 nodes, 33 objects are 11 now" in capsys.readouterr().err
    assert main(["lake", "expire", lake.url, "--older-than", "30d"]) == 0
    assert capsys.readouterr().err.startswith("podpath: 0 objects from before ")
    assert main(["lake", "list", lake.url]) == 0
    assert capsys.readouterr().out.endswith("  1 captures\n")


def test_an_empty_folder_has_no_captures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And a file is no lake."""
    assert main(["lake", "list", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "no captures\n"
    (tmp_path / "x").write_text("x")
    assert main(["lake", "list", str(tmp_path / "x")]) == 2
    assert "not a directory" in capsys.readouterr().err
