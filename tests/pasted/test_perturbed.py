"""A line that was not pasted proves nothing against healthy hosts."""

import random

import pytest

from podpath.checks.engine.run import run_checks
from podpath.state.finding import Confidence, Report, Severity
from tests.pasted.perturb import SESSIONS, beheaded, lost, recorded, typed, unprompted
from tests.pasted.test_labs import read
from tests.seeds import fresh_seed

FIXED = 20261130


def report_of(lines: list[str]) -> Report:
    """Return what is reported of a text."""
    with read("\n".join(lines)) as store:
        return run_checks(store)


def run(seed: int, count: int, *, likely: bool = True) -> None:
    """Try texts with lost lines.

    Args:
        seed: of the texts.
        count: how many.
        likely: no error may be called likely, either.
    """
    chance = random.Random(seed)
    for _ in range(count):
        name = chance.choice(SESSIONS)
        lines, what = chance.choice((lost, lost, unprompted, beheaded))(typed(recorded(name), chance), chance)
        found = report_of(lines).findings
        wrong = [f"{one.check} on {one.node}: {one.summary}" for one in found
                 if one.severity is Severity.ERROR and (likely or one.confidence is Confidence.PROVEN)]  # fmt: skip
        assert not wrong, "\n".join((f"PODPATH_SEED={seed} {name.stem}, without {what}", *wrong, *lines))


@pytest.mark.parametrize("path", SESSIONS, ids=lambda path: path.stem)
def test_a_whole_session_is_healthy(path: object) -> None:
    """In any order, with each heading."""
    chance = random.Random(FIXED)
    for _ in range(3):
        found = report_of(typed(recorded(path), chance).lines).findings  # type: ignore[arg-type]
        assert [one.check for one in found if one.severity is not Severity.INFO] == []


def test_a_lost_line_accuses_nobody() -> None:
    """The same texts each time."""
    run(FIXED, 8)


def test_a_lost_line_of_fresh_texts_accuses_nobody() -> None:
    """Nothing is proven, whatever is drawn; the seed is printed."""
    run(fresh_seed(), 6, likely=False)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_lost_line_of_many_fresh_texts_accuses_nobody() -> None:
    """As many as time allows."""
    run(fresh_seed(), 200, likely=False)
