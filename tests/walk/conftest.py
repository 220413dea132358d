"""What holds of every trace that a test of the walk asks for."""

from collections.abc import Iterator
from unittest import mock

import pytest

from podpath.state.trace import Leg, Trace, Verdict
from podpath.walk.trace import Ask, Tracer


def whole(leg: Leg, share: float = 1) -> bool:
    """Say whether the paths of a leg are all that may happen.

    Args:
        leg: the leg; if the share of a path is unknown, the others must not exceed the whole.
        share: to which their shares sum.
    """
    known = [branch.probability for branch in leg.branches if branch.probability is not None]
    return sum(known) == pytest.approx(share) if len(known) == len(leg.branches) else sum(known) <= share + 1e-9


def arrived(leg: Leg) -> float | None:
    """Return the share of packets that arrive, and are answered, or None if it is not known."""
    if any(branch.probability is None or branch.verdict is Verdict.UNKNOWN for branch in leg.branches):
        return None
    return sum(branch.probability or 0 for branch in leg.branches if branch.verdict is Verdict.DELIVERED)


@pytest.fixture(scope="session", autouse=True)
def _shares_sum_to_one() -> Iterator[None]:
    """Look at the shares of every trace: a path that was forgotten would be missing from them."""
    trace = Tracer.trace

    def checked(tracer: Tracer, ask: Ask) -> Trace:
        told = trace(tracer, ask)
        assert whole(told.forward), told.forward
        share = arrived(told.forward)
        assert told.reply is None or share is None or whole(told.reply, share), told.reply
        return told

    with mock.patch.object(Tracer, "trace", checked):
        yield
