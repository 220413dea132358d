"""``podpath diff``."""

import json
from pathlib import Path

import pytest

from podpath.cli.main import main
from tests.checks.overlay.mesh.clusters import SAMPLE


def test_the_exit_code_says_whether_anything_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """0, 1, and 3 where a node cannot be compared."""
    for file in SAMPLE.glob("*.txt"):
        (tmp_path / file.name).write_text(file.read_text())
    assert main(["diff", str(SAMPLE), str(tmp_path)]) == 0
    assert capsys.readouterr().out.endswith("nothing changed on 3 nodes\n")
    (tmp_path / "192.168.200.205.txt").unlink()
    assert main(["diff", str(SAMPLE), str(tmp_path)]) == 3
    assert "not compared: 192.168.200.205" in capsys.readouterr().out
    third = tmp_path / "192.168.200.206.txt"
    third.write_text(third.read_text().replace("ether 82:ce:7c:3e:91:36", "ether 5e:89:db:49:c6:a4"))
    assert main(["diff", str(SAMPLE), str(tmp_path), "--format", "json"]) == 1
    (change,) = json.loads(capsys.readouterr().out)["changes"]
    assert change["fields"] == [{"name": "mac", "old": "82:ce:7c:3e:91:36", "new": "5e:89:db:49:c6:a4"}]


def test_two_that_have_no_node_in_common_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With what each has."""
    (tmp_path / "n9.txt").write_text("$ ip route\ndefault via 10.0.0.1 dev eth0\n")
    assert main(["diff", str(SAMPLE), str(tmp_path / "n9.txt")]) == 2
    assert "no node in common: OLD has 192.168.200.204, 192.168.200.205" in capsys.readouterr().err


def test_an_unknown_check_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """As `check` does."""
    assert main(["diff", str(SAMPLE), str(SAMPLE), "--ignore", "no-such"]) == 2
    assert "no check named no-such" in capsys.readouterr().err
