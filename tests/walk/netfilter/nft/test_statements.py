"""Statements; that they do what the kernel's do is shown by the proofs."""

import pytest

from podpath.walk.netfilter.chain import Turn
from podpath.walk.netfilter.interface import HookVerdict
from podpath.walk.netfilter.nft.statements import Going, run
from podpath.walk.netfilter.nft.types import Json
from tests.walk.netfilter.nft.looking import SYN, asking


def done(statement: Json) -> list[Going | Turn]:
    """Run a statement on a SYN."""
    return run(statement, Going(SYN, None), asking())


@pytest.mark.parametrize(
    ("statement", "reject"),
    [
        ({"reject": None}, "icmp-port-unreachable"),
        ({"reject": {"type": "icmpx", "expr": "no-route"}}, "icmp-net-unreachable"),
        ({"reject": {"type": "icmp", "expr": "host-prohibited"}}, "icmp-host-prohibited"),
        ({"reject": {"type": "tcp reset"}}, "tcp-reset"),
    ],
)
def test_answers_are_named_as_iptables_names_them(statement: Json, reject: str) -> None:
    """Icmpx is another code in each family."""
    (turn,) = done(statement)
    assert isinstance(turn, Turn)
    assert turn.way is not None
    assert (turn.way.verdict, turn.way.reject) == (HookVerdict.REJECT, reject)


@pytest.mark.parametrize(
    "statement", [{"queue": {"num": 1}}, {"synproxy": {}}, {"xt": {"type": "target", "name": "MAGIC"}}, {"wizard": None}]
)
def test_what_a_statement_does_may_be_unknown(statement: Json) -> None:
    """By its name, never skipped."""
    (turn,) = done(statement)
    assert isinstance(turn, Turn)
    assert turn.way is not None
    assert turn.way.verdict is HookVerdict.UNKNOWN
    assert turn.way.doubt is not None


def test_an_unknown_match_goes_both_ways() -> None:
    """One goes on, the other leaves the rule."""
    first, second = done({"xt": {"type": "match", "name": "magic"}})
    assert isinstance(first, Going)
    assert isinstance(second, Turn)
    assert second.way is None
    assert "magic" in str(first.coins[0][0].doubt)


def test_verdict_maps_jump() -> None:
    """A key that is not there leaves the rule."""
    vmap = {"key": {"meta": {"key": "l4proto"}}, "data": {"set": [["tcp", {"jump": {"target": "web"}}]]}}
    (turn,) = done({"vmap": vmap})
    assert isinstance(turn, Turn)
    assert (turn.jump, turn.goto) == ("web", False)
    vmap["data"] = {"set": [["udp", {"drop": None}]]}
    assert done({"vmap": vmap}) == [Turn(None)]


def test_marks_are_computed() -> None:
    """Set, or'ed, taken from a map."""
    value = {"|": [{"meta": {"key": "mark"}}, 0x4000]}
    (going,) = done({"mangle": {"key": {"meta": {"key": "mark"}}, "value": value}})
    assert isinstance(going, Going)
    assert going.packet.mark == 0x4000
