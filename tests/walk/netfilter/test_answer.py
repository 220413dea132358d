"""Three-valued answers."""

import pytest

from podpath.walk.netfilter.answer import Answer, Chance, every, negate, within
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.packet import Drawn

DOUBT = Doubt("nobody knows", "")


@pytest.mark.parametrize(
    ("answers", "together"),
    [
        ([True, True], True),
        ([True, DOUBT], DOUBT),
        ([DOUBT, False], False),
        ([Chance(0.5), False], False),
        ([Chance(0.5), Chance(0.5)], Chance(0.25)),
        ([Chance(0.5), DOUBT], DOUBT),
        ([DOUBT, Chance(0.5)], DOUBT),
    ],
)
def test_one_no_is_enough(answers: list[Answer], together: Answer) -> None:
    """A doubt matters only where nothing is answered no."""
    assert every(*(lambda answer=answer: answer for answer in answers)) == together


def test_opposites() -> None:
    """A doubt stays one, a chance is turned round."""
    assert [negate(answer) for answer in (True, DOUBT, Chance(0.25))] == [False, DOUBT, Chance(0.75)]


def test_an_unknown_port_is_in_every_range_that_holds_all() -> None:
    """Else it is in doubt."""
    assert within(None, 0, 65535, "a port") is True
    assert isinstance(within(None, 1024, 65535, "a port"), Doubt)


@pytest.mark.parametrize(
    ("drawn", "span", "answer"),
    [
        (Drawn(1024, 65535), (30080, 30080), False),
        (Drawn(1024, 65535), (0, 65535), True),
        (Drawn(1024, 65535), (1, 1023), False),
        (Drawn(1000, 1999), (1500, 1749), Chance(0.25)),
        (Drawn(1024, 65535), (1030, 65535), True),
        (Drawn(40000, 40003), (40000, 40000), Chance(0.25)),
    ],
)
def test_a_port_that_is_drawn_is_in_a_range_for_its_share(drawn: Drawn, span: tuple[int, int], answer: Answer) -> None:
    """One flow of 64,512 is no verdict."""
    assert within(drawn, *span, "a port") == answer
