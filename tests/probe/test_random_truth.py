"""Labs that nobody designed, with random damages: what is seen of their packets is what was predicted.

PODPATH_SEED repeats the fresh ones. A disagreement is a case for the walk, a line for the table of reasons, or a fault here.
"""

import os
from collections.abc import Iterable, Iterator

import pytest

from tests.probe.labs import Probed, ProbedLab, disagrees
from tests.probe.packets import need_kernel
from tests.seeds import fresh_seed
from tests.walk.judge import _built
from tests.walk.random_labs import Composer
from tests.walk.real import needs_root

pytestmark = [pytest.mark.root]


def probed(seed: int) -> Iterator[Probed]:
    """Yield the packets of a lab; where prediction and observation part, both are made once more."""
    case = Composer(seed).compose()
    with _built(case) as lab:
        probing = ProbedLab(lab)
        snapshot = probing.capture()
        for probe in case.probes:
            if probe.size is not None:
                continue
            for attempt in range(2):
                port = probe.port if probe.proto != "icmp" else None
                trace = probing.trace(snapshot, probe.source, probe.address, probe.proto, port)
                if trace is None:
                    break
                found = probing.probe(trace, probe.source)
                if attempt or not disagrees(found):
                    yield found
                    break
                snapshot = probing.capture()


def judge(seeds: Iterable[int]) -> None:
    """Demand that what is seen is what was predicted."""
    need_kernel()
    needs_root()
    parted = [f"seed {seed}: {found}" for seed in seeds for found in probed(seed) if disagrees(found)]
    assert parted == [], "\n".join(parted[:5])


def test_what_is_seen_is_what_was_predicted() -> None:
    """One fixed lab."""
    judge([1])


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(4))
def test_two_hundred_fresh_labs_scaled_to_a_budget(part: int) -> None:
    """Two labs in each part; PODPATH_LABS=50 makes them two hundred in all."""
    fresh = fresh_seed() + part * 1000
    print("seed", fresh)  # noqa: T201 - shown when the test fails
    judge(range(fresh, fresh + int(os.environ.get("PODPATH_LABS") or 2)))
