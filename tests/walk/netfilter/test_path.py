"""Ways, and when they are one."""

from podpath.state.address import parse_ip
from podpath.walk.netfilter.interface import Doubt, HookVerdict
from podpath.walk.netfilter.path import Coin, Path, merged
from podpath.walk.packet import Packet

PACKET = Packet(parse_ip("10.0.0.1"), parse_ip("10.0.0.2"), "udp", 1, 2)
ONE, TWO = (Coin(at, f"coin {at}", (0.5, 0.5), Doubt(f"doubt {at}", "")) for at in (1, 2))


def way(verdict: HookVerdict, *given: tuple[Coin, int]) -> Path:
    """Return a way that ended."""
    return Path(PACKET, None, given, verdict=verdict)


def test_a_doubt_that_changes_nothing_is_none() -> None:
    """Accepted if it matches, accepted by a later rule if not, whatever that one's own doubt says."""
    paths = merged(
        [
            way(HookVerdict.ACCEPT, (ONE, 0)),
            way(HookVerdict.ACCEPT, (ONE, 1), (TWO, 0)),
            way(HookVerdict.ACCEPT, (ONE, 1), (TWO, 1)),
        ]
    )
    assert [(path.verdict, path.given) for path in paths] == [(HookVerdict.ACCEPT, ())]


def test_a_doubt_that_decides_stays() -> None:
    """Only the one that makes no difference goes."""
    paths = merged([
        way(HookVerdict.DROP, (ONE, 0)), way(HookVerdict.ACCEPT, (ONE, 1), (TWO, 0)), way(HookVerdict.ACCEPT, (ONE, 1), (TWO, 1)),
    ])  # fmt: skip
    assert {(path.verdict, path.given) for path in paths} == {(HookVerdict.DROP, ((ONE, 0),)), (HookVerdict.ACCEPT, ((ONE, 1),))}


def test_one_question_is_not_answered_in_two_ways() -> None:
    """A way that rests on yes cannot go on where no is needed."""
    assert way(HookVerdict.ACCEPT, (ONE, 0)).with_coins(((ONE, 1),)) is None
    same = way(HookVerdict.ACCEPT, (ONE, 0)).with_coins(((ONE, 0),))
    assert same is not None
    assert same.given == ((ONE, 0),)
