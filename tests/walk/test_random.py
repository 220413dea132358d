"""Labs that nobody designed, each with one to three random damages: real traffic judges every trace.

PODPATH_SEED repeats the fresh ones. A disagreement becomes a named case in tests/walk/cases.
"""

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.seeds import fresh_seed
from tests.walk.judge import Compared, compared
from tests.walk.random_labs import Composer
from tests.walk.real import needs_root

UNKNOWN_AT_MOST = 0.02
"""Of all packets."""


def told(seeds: Iterable[int]) -> list[tuple[int, Compared]]:
    """Return what came of all probes of some labs; they mostly wait, so several are tried at once."""
    with ThreadPoolExecutor(4) as pool:
        results = pool.map(lambda seed: [(seed, one) for one in compared(Composer(seed).compose())], seeds)
        return [one for result in results for one in result]


def judge(seeds: Iterable[int], spared: int = 0) -> None:
    """Demand that walk and kernel agree, and that hardly anything is unknown.

    Args:
        seeds: the labs.
        spared: disagreements that are only printed, and labs that may be unknown as a whole: one open question can keep all
            packets of a lab waiting, which is many of few labs.
    """
    everything = told(seeds)
    wrong = [
        f"seed {seed}: {one.probe}: said {one.said}, seen {one.seen}"
        for seed, one in everything
        if not (one.agrees or one.unknown)
    ]
    print("\n".join(wrong))  # noqa: T201 - shown when the test fails, to become cases
    assert len(wrong) <= spared, wrong
    by_lab = sorted(Counter(seed for seed, one in everything if one.unknown).values(), reverse=True)
    assert sum(by_lab[spared:]) <= UNKNOWN_AT_MOST * len(everything), by_lab


@pytest.mark.root
@pytest.mark.timeout(180)
def test_real_packets_fare_as_the_walk_says() -> None:
    """A few fixed labs, and as many new ones."""
    needs_root()
    fresh = fresh_seed()
    print("seed", fresh)  # noqa: T201 - shown when the test fails
    judge(range(8))
    judge(range(fresh, fresh + 8), spared=1)


@pytest.mark.root
@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(40))  # short ones, so that no worker is left with all of them
def test_two_thousand_labs_agree(part: int) -> None:
    """2,000 labs with ten packets each: none differs, and at most one in fifty packets is unknown."""
    needs_root()
    judge(range(10_000 + part * 50, 10_050 + part * 50))
