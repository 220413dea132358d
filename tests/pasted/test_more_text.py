"""More text never turns a right answer wrong: what is proven stays proven, a verdict stays, and no healthy host is accused."""

import random
from typing import Final

import pytest

from podpath.checks.engine.run import run_checks
from podpath.state.finding import Severity, Status
from podpath.state.trace import Verdict
from tests.pasted.perturb import SESSIONS, recorded
from tests.pasted.test_labs import read, traced
from tests.seeds import fresh_seed

FIXED: Final = 20261130
STEP: Final = 4
ENDS: Final = {
    "flannel-vxlan": [("node:n1", "node:n2"), ("10.244.1.10", "10.244.2.10"), ("10.244.2.10", "10.244.1.10")],
    "docker": [("172.17.0.2", "node:n1"), ("node:n1", "172.17.0.2")],
}


def run(seed: int) -> None:
    """Add the outputs of a session in any order, some at a time."""
    chance = random.Random(seed)
    for path in SESSIONS:
        outputs = [one for one in recorded(path) if not one.inside and not one.typed.startswith("docker exec ")]
        chance.shuffle(outputs)
        proven, verdicts = set[tuple[str, str]](), dict[tuple[str, str], Verdict]()
        for end in range(STEP, len(outputs) + STEP, STEP):
            text = "\n".join(line for one in outputs[:end] for line in (f"root@{one.host}:~# {one.typed}", *one.lines))
            with read(text) as store:
                report, said = run_checks(store), traced(store, ENDS[path.stem])
            told = f"PODPATH_SEED={seed} {path.stem}: {[(one.host, one.typed) for one in outputs[:end]]}"
            assert [one.check for one in report.findings if one.severity is Severity.ERROR] == [], told
            now = {(pair.source, pair.target) for one in report.overlays for pair in one.pairs if pair.status is Status.PROVEN}
            assert proven <= now, told
            assert {pair: said.get(pair) for pair in verdicts} == verdicts, told
            proven, verdicts = now, said


def test_what_is_proven_stays_so() -> None:
    """The same order each time."""
    run(FIXED)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_what_is_proven_stays_so_in_any_order() -> None:
    """Others each time; the seed is printed."""
    chance = random.Random(fresh_seed())
    for _ in range(10):
        run(chance.getrandbits(32))
