"""``podpath collect``."""

from pathlib import Path

import pytest

from podpath.cli.main import main
from tests.checks.mesh.clusters import SAMPLE


def test_a_packed_cluster_is_judged_as_its_texts_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One file in their place, alone or beside other input."""
    packed = tmp_path / "c.podpath"
    assert main(["collect", "-o", str(packed), str(SAMPLE)]) == 0
    assert "3 nodes, 8 outputs" in capsys.readouterr().err
    main(["check", str(SAMPLE)])
    expected = capsys.readouterr().out
    main(["check", str(packed)])
    assert capsys.readouterr().out == expected


def test_what_cannot_be_written_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """No half-written file, no traceback."""
    assert main(["collect", "-o", "/no/such/folder/x.podpath", str(SAMPLE)]) == 2
    assert "/no/such/folder/x.podpath" in capsys.readouterr().err
