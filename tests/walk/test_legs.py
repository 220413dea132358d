"""What a path's verdict is in the light of what is not known."""

import pytest

from podpath.state.evidence import Unknown
from podpath.state.step import Flooded, SentByProcess
from podpath.state.trace import Verdict
from podpath.walk.events import Gap, Outcome, Path, Step
from podpath.walk.legs import _own_steps, judged

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


@pytest.mark.parametrize(
    ("steps", "own"),
    [
        ([None, None, None], [0, 1, 2, 3]),
        ([None, 7, None], [0, 1]),
        ([None, "answer", None], [2, 3]),
        ([7, 7, None], [0]),
    ],
)
def test_what_a_process_sends_is_not_told_from_its_other_packets(steps: list[int | str | None], own: list[int]) -> None:
    """Up to where slirp4netns takes a packet, and from where it gives the answer, it is the sender's own."""
    facts = [
        Flooded("br0") if one is None else SentByProcess("slirp4netns", one if isinstance(one, int) else None) for one in steps
    ]
    path = Path(Outcome(Verdict.DELIVERED, "", 1), tuple(Step(1, "eth0", fact) for fact in facts))
    assert list(_own_steps(path)) == own
