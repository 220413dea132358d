"""How checks stand before and after."""

from pathlib import Path

import pytest

from podpath.checks.engine.changes import changes
from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from podpath.state.change import Diff
from tests.checks.overlay.mesh.clusters import SAMPLE

WRONG = ("ether 82:ce:7c:3e:91:36", "ether 5e:89:db:49:c6:a4")


def compared(old: Path, new: Path) -> Diff:
    """Compare two directories."""
    with open_snapshots([str(old)], Progress()) as one, open_snapshots([str(new)], Progress()) as other:
        return changes(one, other)


def damaged(folder: Path, *, without: str = "") -> Path:
    """Return the sample with another MAC on the third node, and maybe without a node."""
    for file in SAMPLE.glob("*.txt"):
        if not without or without not in file.name:
            (folder / file.name).write_text(file.read_text().replace(*WRONG))
    return folder


@pytest.mark.parametrize("backwards", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_check_goes_from_clean_to_failing_and_back(tmp_path: Path, *, backwards: bool) -> None:
    """With the MAC that changed beside it."""
    pair = (SAMPLE, damaged(tmp_path))
    found = compared(*reversed(pair)) if backwards else compared(*pair)
    assert [(item.finding.check, item.was.value, item.now.value) for item in found.checks] == [
        ("vtep-mac-mismatch", "failing", "clean") if backwards else ("vtep-mac-mismatch", "clean", "failing")
    ]
    assert [(change.table, [field.name for field in change.fields]) for change in found.changes] == [("link", ["mac"])]


def test_without_evidence_a_check_is_not_clean(tmp_path: Path) -> None:
    """The node that sent the frames is missing later: nobody knows whether it is mended."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    found = compared(damaged(tmp_path / "a"), damaged(tmp_path / "b", without="204"))
    # The MAC's trace in the link-local address was there before, as a symptom.
    assert {(item.finding.check, item.was.value, item.now.value) for item in found.checks} == {
        ("vtep-mac-mismatch", "failing", "unknown"),
        ("link-local-mismatch", "failing", "failing"),
    }


def test_equal_snapshots_say_nothing() -> None:
    """Whatever is wrong in them."""
    found = compared(SAMPLE, SAMPLE)
    assert (found.checks, found.changes, found.unknowns, found.seconds) == ((), (), (), None)
