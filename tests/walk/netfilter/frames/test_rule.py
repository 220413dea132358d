"""Rules for frames."""

from podpath.walk.netfilter.frames.ebtables import LANGUAGE
from podpath.walk.netfilter.interface import HookVerdict
from tests.walk.netfilter.frames.asking import rule, sight


def test_a_doubt_leaves_both_ways_open_and_names_the_rule() -> None:
    """And the words that nobody knows."""
    turns = rule("-p IPv4 --moon full -j DROP", LANGUAGE).turns(sight(), iter(range(9)).__next__)
    assert [turn.way.verdict if turn.way is not None else None for turn in turns] == [HookVerdict.DROP, None]
    ((coin, sides),) = turns[0].coins
    assert sides == {0}
    assert coin.doubt is not None
    assert coin.doubt.reason.startswith(
        "what --moon full means is not known, and rule 1 of FORWARD of ebtables depends on it: -p IPv4"
    )


def test_what_is_false_anyway_is_not_asked_further() -> None:
    """A rule for other frames says nothing, whatever else it holds."""
    (turn,) = rule("-p ARP --moon full -j DROP", LANGUAGE).turns(sight(), iter(range(9)).__next__)
    assert turn.way is None


def test_targets_and_jumps_are_told_apart() -> None:
    """RETURN leaves the chain, a name that is no target is a chain, and a limit is noted."""
    (back,) = rule("-j RETURN", LANGUAGE).turns(sight(), iter(range(9)).__next__)
    (jump,) = rule("--limit 5/sec -j SHOP", LANGUAGE).turns(sight(), iter(range(9)).__next__)
    (bare,) = rule("-p IPv4", LANGUAGE).turns(sight(), iter(range(9)).__next__)
    assert (back.back, jump.jump, jump.notes) == (True, "SHOP", ("--limit 5/sec: assumed to match",))
    assert bare.way is not None
    assert (bare.way.verdict, bare.jump) == (None, None)
