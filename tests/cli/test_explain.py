"""``podpath explain``."""

import json

import pytest

from podpath.checks.engine.registry import checks
from podpath.cli.main import main


@pytest.mark.parametrize("name", ["veth", "fdb", "arp", "vtep-mac-mismatch"])
def test_a_concept_or_a_check_is_explained(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Within 80 columns, commands apart."""
    assert main(["explain", name]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 5
    assert all(len(line) <= 80 for line in lines if not line.startswith("    "))


def test_without_a_name_everything_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """All checks by name."""
    assert main(["explain", "--format", "json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["checks"]) == set(checks())


def test_a_misspelt_name_is_put_right(capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest names are offered."""
    assert main(["explain", "vtep-mac-mismach"]) == 2
    assert "did you mean vtep-mac-mismatch" in capsys.readouterr().err
