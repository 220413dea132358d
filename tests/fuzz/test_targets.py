"""What was found once stays found: every kept input is read, and a while of new ones."""

import importlib.util
import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz.target import FOLDER, kept, names, target
from tests.seeds import fresh_seed

SECONDS = 38
"""Of fuzzing for each of the six targets: five minutes."""
_SLOW = frozenset(("requests", "snapshots"))
"""Targets that need seconds to begin."""


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.long] if name in _SLOW else []) for name in names()])
def test_inputs_that_are_kept_are_read(name: str) -> None:
    """Those to begin with, and those that were faults once."""
    one = target(name).one
    inputs = kept(name)
    assert inputs, "a target has inputs to begin with"
    for path in inputs:
        one(path.read_bytes())


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", names())
def test_new_inputs_are_read(name: str, tmp_path: Path) -> None:
    """Guided by coverage where atheris is installed, else what mutations of the kept ones give; the seed is printed."""
    seed = fresh_seed()
    print(f"PODPATH_SEED={seed}")  # noqa: T201 - shown when it fails
    if importlib.util.find_spec("atheris") is None:
        _mutated(name, seed)
        return
    words = [sys.executable, "-m", "tests.fuzz.run", name, str(SECONDS), str(seed), str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, cwd=FOLDER.parents[1], timeout=SECONDS + 240, check=False)
    assert done.returncode == 0, done.stderr[-6000:]


def _mutated(name: str, seed: int) -> None:
    """Read inputs with bytes changed, cut and joined."""
    draw, one = random.Random(seed), target(name)
    inputs = [path.read_bytes() for path in kept(name)]
    inputs += list(one.seeds())
    for _ in range(2000 if name != "snapshots" else 50):
        data = bytearray(draw.choice(inputs))
        for _ in range(draw.randrange(1, 8)):
            at = draw.randrange(len(data) + 1)
            piece = draw.choice(inputs)
            cut = draw.randrange(len(piece) + 1)
            data[at : at + draw.randrange(4)] = draw.choice((draw.randbytes(2), piece[cut : cut + 20], b""))
        one.one(bytes(data[: one.longest]))
