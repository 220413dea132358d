"""``podpath explain``."""

import json

import pytest

from podpath.causes.registry import names
from podpath.checks.engine.registry import checks
from podpath.cli.main import main


@pytest.mark.parametrize("name", ["veth", "fdb", "arp", "vtep-mac-mismatch", "no-carrier"])
def test_a_concept_or_a_check_is_explained(capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Within 80 columns, commands apart."""
    assert main(["explain", name]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 5
    assert all(len(line) <= 80 for line in lines if not line.startswith("    "))


def test_without_a_name_everything_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """All checks by name, and the causes that the walk alone finds."""
    assert main(["explain", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["checks"]) == set(checks())
    assert set(told["checks"]) | set(told["causes"]) == set(names())


def test_a_misspelt_name_is_put_right(capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest names are offered."""
    assert main(["explain", "vtep-mac-mismach"]) == 2
    assert "did you mean vtep-mac-mismatch" in capsys.readouterr().err
