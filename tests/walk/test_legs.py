"""What a path's verdict is in the light of what is not known."""

import pytest

from podpath.state.evidence import Unknown
from podpath.state.trace import Verdict
from podpath.walk.events import Gap
from podpath.walk.legs import judged

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
