"""Labs of real programs, healthy and damaged: what real packets do is what the walk says, causes are named, and fixes work.

All flows of a healthy lab are judged; of a damaged one a sample, by a fixed seed and a fresh one. ``PODPATH_SEED`` repeats a
fresh one, ``PODPATH_DAMAGES`` is the number of damages that are tried with each lab (all: 0).
"""

import os
import random
from collections.abc import Callable
from typing import Final

import pytest

from tests.real.bench import Bench
from tests.real.court import heading
from tests.real.damages import damages, judged
from tests.seeds import fresh_seed

FIXED: Final = 16
SEED: Final = fresh_seed()
COUNT: Final = int(os.environ.get("PODPATH_DAMAGES", "16"))
PAIRS: Final = 24
"""Pairs of ends that are tried with each damage, by each of the seeds."""


@pytest.mark.root
@pytest.mark.lab
@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("topology", judged())
def test_the_walk_says_what_real_packets_do(topology: str, record_property: Callable[[str, object], None]) -> None:
    """Outcome, end and source of every flow; the cause of what is lost; a fix that works, or words."""
    every = damages(topology)
    chosen = random.Random(SEED).sample(every, min(COUNT or len(every), len(every)))
    told: list[str] = []
    with Bench(topology) as bench:
        for damage in chosen:
            told += bench.try_one(damage, (FIXED, SEED), PAIRS)
        record_property("table", f"{heading()}\n{bench.tally.line(topology)}   seed {SEED}, {len(chosen)} damages")
    assert (bench.tally.against, told) == ([], []), "\n".join([f"PODPATH_SEED={SEED}", *bench.tally.against[:20], *told])
