"""A rule of nftables."""

import itertools

from podpath.walk.netfilter.interface import HookVerdict, RuleHit
from podpath.walk.netfilter.nft.rule import NftRule
from podpath.walk.netfilter.nft.types import Json
from tests.walk.netfilter.nft.looking import asking

PLACE = RuleHit("nft", "inet", "t", "c", 3, "text", None, "", 0, 1, "nft list ruleset")


def rule(*statements: Json) -> NftRule:
    """Make a rule."""
    return NftRule(list(statements), {}, "inet", PLACE)


def test_statements_follow_one_another() -> None:
    """What one sets the next one sees."""
    mark = {"mangle": {"key": {"meta": {"key": "mark"}}, "value": 5}}
    same = {"match": {"op": "==", "left": {"meta": {"key": "mark"}}, "right": 5}}
    (turn,) = rule(mark, same, {"drop": None}).turns(asking().sight, itertools.count().__next__)
    assert turn.way is not None
    assert turn.way.verdict is HookVerdict.DROP


def test_a_statement_that_cannot_be_read_is_unknown_and_named() -> None:
    """Whatever stands in a listing, nobody gets a traceback."""
    broken = {"mangle": {"value": 5}}
    (turn,) = rule(broken).turns(asking().sight, itertools.count().__next__)
    assert turn.way is not None
    assert turn.way.verdict is HookVerdict.UNKNOWN
    assert "rule 3 of c" in str(turn.way.doubt)
