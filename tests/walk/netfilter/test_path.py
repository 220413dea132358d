"""Ways, and when they are one."""

from podpath.state.address import parse_ip
from podpath.walk.netfilter.interface import Doubt, HookVerdict
from podpath.walk.netfilter.path import Coin, Given, HookPath, Sides, merged, united
from podpath.walk.packet import Packet

PACKET = Packet(parse_ip("10.0.0.1"), parse_ip("10.0.0.2"), "udp", 1, 2)
ONE, TWO = (Coin(at, f"coin {at}", (0.5, 0.5), Doubt(f"doubt {at}", "")) for at in (1, 2))


def way(verdict: HookVerdict, *given: tuple[Coin, Sides]) -> HookPath:
    """Return a way that ended."""
    return HookPath(PACKET, None, given, verdict=verdict)


def test_a_doubt_that_changes_nothing_is_none() -> None:
    """Accepted if it matches, accepted by a later rule if not, whatever that one's own doubt says."""
    paths = merged(
        [
            way(HookVerdict.ACCEPT, ONE.held(0)),
            way(HookVerdict.ACCEPT, ONE.held(1), TWO.held(0)),
            way(HookVerdict.ACCEPT, ONE.held(1), TWO.held(1)),
        ]
    )
    assert [(path.verdict, path.given) for path in paths] == [(HookVerdict.ACCEPT, ())]


def test_a_doubt_that_decides_stays() -> None:
    """Only the one that makes no difference goes."""
    paths = merged([
        way(HookVerdict.DROP, ONE.held(0)), way(HookVerdict.ACCEPT, ONE.held(1), TWO.held(0)),
        way(HookVerdict.ACCEPT, ONE.held(1), TWO.held(1)),
    ])  # fmt: skip
    assert {(path.verdict, path.given) for path in paths} == {
        (HookVerdict.DROP, (ONE.held(0),)),
        (HookVerdict.ACCEPT, (ONE.held(1),)),
    }


def test_one_question_is_not_answered_in_two_ways() -> None:
    """A way that rests on yes cannot go on where no is needed."""
    assert way(HookVerdict.ACCEPT, ONE.held(0)).with_coins((ONE.held(1),)) is None
    same = way(HookVerdict.ACCEPT, ONE.held(0)).with_coins((ONE.held(0),))
    assert same is not None
    assert same.given == (ONE.held(0),)


DIE = Coin(3, 3, (1 / 6,) * 6)


def test_sides_of_a_coin_that_come_to_the_same_are_one_alternative() -> None:
    """However many numbers can be drawn, a comparison makes two classes of them."""
    found: list[tuple[Given, str]] = [((DIE.held(side),), "low" if side < 2 else "high") for side in range(6)]
    assert united(found) == [(((DIE, frozenset((0, 1))),), "low"), (((DIE, frozenset((2, 3, 4, 5))),), "high")]
    assert united([((), "low"), ((), "low")]) == [((), "low")]


def test_shares_of_ways_sum_to_one_whatever_is_joined() -> None:
    """A way rests on the sides that two questions leave; ways that end alike hold the sides of both."""
    low = way(HookVerdict.DROP, (DIE, frozenset((0, 1))))
    high = way(HookVerdict.ACCEPT, (DIE, frozenset((2, 3, 4, 5))))
    even = high.with_coins(((DIE, frozenset((0, 2, 4))),))
    odd = high.with_coins(((DIE, frozenset((1, 3, 5))),))
    assert even is not None
    assert odd is not None
    assert low.with_coins(((DIE, frozenset((4, 5))),)) is None
    paths = merged([low, even, odd])
    assert [(path.verdict, round(path.share, 9)) for path in paths] == [
        (HookVerdict.DROP, round(1 / 3, 9)), (HookVerdict.ACCEPT, round(2 / 3, 9)),
    ]  # fmt: skip
    assert sum(path.share for path in (low, even, odd)) == 1
