"""Three-valued answers, and those of chance: what a match says of a packet."""

from collections.abc import Callable
from typing import Final, NamedTuple

from podpath.language import tr
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.packet import Drawn


class Chance(NamedTuple):
    """A match that is true for a share of packets.

    Attributes:
        share: how many of one.
    """

    share: float


Answer = bool | Doubt | Chance


def negate(answer: Answer) -> Answer:
    """Return what the opposite question is answered."""
    if isinstance(answer, Doubt):
        return answer
    return Chance(1.0 - answer.share) if isinstance(answer, Chance) else not answer


def every(*answers: Callable[[], Answer]) -> Answer:
    """Ask one after the other, until one is false; a doubt or a chance is only told when nothing is false."""
    open_answer: Answer = True
    for ask in answers:
        answer = ask()
        if answer is False:
            return False
        open_answer = _both(open_answer, answer)
    return open_answer


def _both(one: Answer, other: Answer) -> Answer:
    """Return the answer to two questions of which neither is answered no."""
    if one is True or isinstance(other, Doubt):
        return other if one is True or not isinstance(one, Doubt) else one
    if isinstance(one, Chance) and isinstance(other, Chance):
        return Chance(one.share * other.share)
    return one


def within(value: int | Drawn | None, first: int, last: int, what: str) -> Answer:
    """Say whether a number lies in a range; one that is not known is in doubt, unless every number does."""
    if isinstance(value, Drawn):
        return of_share(value.share(first, last))
    if value is None:
        return True if first <= 0 and last >= _MOST else Doubt(tr("{what} is not known", what=what), "")
    return first <= value <= last


def of_share(share: float) -> Answer:
    """Return the answer to a question that holds for a share of what is drawn; what hardly ever holds does not."""
    return Chance(share) if _RARE < share < 1 - _RARE else share > _RARE


_MOST: Final = 0xFFFF
_RARE: Final = 0.01
"""Share of flows that a trace omits: a rule for one port matches one of the 64,512 that the kernel may choose."""
