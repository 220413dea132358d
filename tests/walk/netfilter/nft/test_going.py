"""What a statement makes of a packet."""

from podpath.walk.netfilter.interface import Doubt, HookVerdict
from podpath.walk.netfilter.nft.going import Going, end, fork, on, out, unknown
from tests.walk.netfilter.nft.looking import SYN, asking

DOUBT = Doubt("whether it rains", "date")


def test_a_doubt_goes_both_ways_and_what_comes_later_rests_on_it() -> None:
    """One side goes on, the other leaves the rule."""
    through, past = fork(Going(SYN, None), DOUBT, asking(), "about")
    assert isinstance(through, Going)
    ((coin, sides),) = through.coins
    assert (coin.doubt, sides) == (DOUBT, frozenset((0,)))
    assert past == out(Going(SYN, None), (coin.held(1),))
    ended = end(on(through, said="x"), HookVerdict.DROP)
    assert ended.coins == through.coins
    assert unknown(through, "what").way is not None
