"""The game."""

import pytest

from podpath.lab.client import Cluster, LabError
from podpath.lab.faults import run
from podpath.lab.quiz import play

pytestmark = pytest.mark.lab
SEED = 5


def played(cluster: Cluster, capsys: pytest.CaptureFixture[str], *lines: str) -> str:
    """Play with these lines and return what was shown."""
    left = iter(lines)

    def read(_: str) -> str:
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    assert play(cluster, SEED, unicode=False, read=read) == 0
    assert run.broken(cluster) == [], "it is mended at the end, whatever happened"
    return capsys.readouterr().out


def test_a_game_is_won(small: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    """The symptoms are shown, commands run, the right answer ends it."""
    fault = run.at_random(small, SEED)
    run.mend(small)
    shown = played(small, capsys, "n1 echo looked around", "hint", "faults", "matrix", "", "answer device-down",
                   f"answer {fault.name}", "n1 echo too late")  # fmt: skip
    assert "probes did not go as they should" in shown
    assert "looked around" in shown
    assert "No, that is not it." in shown
    assert f"Yes. It is {fault.name} in {fault.node}" in shown
    assert "too late" not in shown


def test_errors_of_the_learner_do_not_end_it(small: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    """A place that is none, a quote that is not closed, a fault that is none; the end of input ends it."""
    shown = played(small, capsys, "n9 ls", "n1 'ls", "answer nonsense", "n1 no-such-command")
    assert 'nothing in this lab is called "n9"' in shown
    assert "No closing quotation" in shown
    assert 'there is no fault "nonsense"' in shown
    assert "no such command" in shown


def test_one_may_give_up(small: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    """And is told."""
    assert "It is " in played(small, capsys, "solution")
    assert "It is " not in played(small, capsys, "quit")


def test_a_broken_lab_is_no_game(small: Cluster) -> None:
    """It is mended first."""
    run.inject(small, "target-not-listening")
    try:
        with pytest.raises(LabError, match="broken already"):
            play(small, SEED)
    finally:
        run.mend(small)
