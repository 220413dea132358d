"""Two legs, one verdict."""

import pytest

from podpath.state.evidence import Unknown
from podpath.state.trace import Verdict
from podpath.walk.ends import EndError
from podpath.walk.events import Gap
from podpath.walk.trace import judged
from tests.walk.pasted import node, trace, world

OPEN = Gap(Unknown("n", "something", "ip rule show"))
DIVERTS = OPEN._replace(diverts=True)


@pytest.mark.parametrize(
    ("verdict", "gaps", "said"),
    [
        (Verdict.DELIVERED, [], Verdict.DELIVERED),
        (Verdict.DELIVERED, [OPEN], Verdict.UNKNOWN),
        (Verdict.DROPPED, [OPEN], Verdict.DROPPED),
        (Verdict.DROPPED, [DIVERTS], Verdict.UNKNOWN),
        (Verdict.REFUSED, [], Verdict.REFUSED),
    ],
)
def test_nothing_unknown_is_ever_health(verdict: Verdict, gaps: list[Gap], said: Verdict) -> None:
    """What was lost stays lost, unless something unknown could have sent it elsewhere."""
    assert judged(verdict, gaps) is said


def test_a_sender_that_nobody_captured_cannot_be_traced() -> None:
    """A trace begins where the packet is sent."""
    with pytest.raises(EndError, match="begins where the packet is sent"):
        trace(world({"n1": node(1)}), "8.8.8.8", "n1")


def test_families_that_do_not_meet_are_told() -> None:
    """An IPv6 destination, and a node without IPv6."""
    told = trace(world({"n1": node(1)}), "n1", "fd00::1")
    assert told.verdict is not Verdict.DELIVERED
    with pytest.raises(EndError, match="no family in common"):
        trace(world({"n1": node(1), "n2": node(2)}), "n1", "n2", family=6)


def test_what_rests_on_an_assumption_says_so() -> None:
    """Nothing tells whether anything listens."""
    blind = node(2).partition("# ss -tulnp")[0]
    told = trace(world({"n1": node(1), "n2": blind}), "n1", "n2", proto="tcp", port=80)
    assert told.verdict is Verdict.UNKNOWN
    told = trace(world({"n1": node(1), "n2": blind}, assume=["listening"]), "n1", "n2", proto="tcp", port=80)
    assert (told.verdict, told.assumed) == (Verdict.DELIVERED, ("listening",))
    told = trace(world({"n1": node(1), "n2": node(2)}), "n1", "n2", proto="tcp", port=80)
    assert (told.verdict, told.error) == (Verdict.REFUSED, "ECONNREFUSED")
