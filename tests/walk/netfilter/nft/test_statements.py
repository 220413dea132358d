"""Statements; that they do what the kernel's do is shown by the proofs."""

from dataclasses import replace

import pytest

from podpath.walk.netfilter.chain import Turn
from podpath.walk.netfilter.interface import HookVerdict
from podpath.walk.netfilter.nft.going import Going
from podpath.walk.netfilter.nft.statements import run
from podpath.walk.netfilter.nft.types import Json
from podpath.walk.packet import Packet
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


FLAGS: Json = {"payload": {"protocol": "tcp", "field": "flags"}}
OF_UDP = replace(SYN, proto="udp", flags=frozenset())


def matches(packet: Packet, left: Json, right: Json, op: str = "==") -> bool:
    """Say whether a comparison holds for a packet."""
    (one,) = run({"match": {"op": op, "left": left, "right": right}}, Going(packet, None), asking(packet))
    return isinstance(one, Going)


@pytest.mark.parametrize(
    ("left", "right", "holds"),
    [
        ({"&": [FLAGS, {"|": ["fin", "syn", "rst", "ack"]}]}, "syn", True),
        ({"&": [FLAGS, {"|": ["fin", "syn", "rst", "ack"]}]}, "fin", False),
        ({"&": [FLAGS, ["fin", "ack"]]}, 0, True),
        ({"&": [FLAGS, "syn", 0xFF]}, "syn", True),
        (FLAGS, {"|": ["syn"]}, True),
        (FLAGS, {"set": ["ack", {"|": ["syn", "ack"]}]}, False),
        (FLAGS, {"set": [{"|": ["syn"]}]}, True),
        ({"&": [FLAGS, {"|": ["fin", "wizard"]}]}, "syn", None),
        ({"|": [{"meta": {"key": "mark"}}, 1, 2, 4]}, 7, True),
        ({"&": [{"|": [{"meta": {"key": "mark"}}, 0x13]}, 0x10]}, 0x10, True),
        ({"^": [{"payload": {"protocol": "ip", "field": "saddr"}}, "0.0.0.3"]}, "10.0.0.2", True),
    ],
)
def test_operands_may_be_many_and_constants_may_be_lists(left: Json, right: Json, *, holds: bool | None) -> None:
    """Of what has no such header none matters: the rule does not match."""
    if holds is None:
        (turn, past) = run({"match": {"op": "==", "left": left, "right": right}}, Going(SYN, None), asking())
        assert isinstance(turn, Going)
        assert "wizard" in str(turn.coins[0][0].doubt)
        assert isinstance(past, Turn)
    else:
        assert matches(SYN, left, right) is holds
    if "flags" in str(left):
        assert not matches(OF_UDP, left, right)


@pytest.mark.parametrize("name", ["tcp option", "sctp chunk", "exthdr", "ip option", "dccp option"])
def test_what_cannot_have_a_part_says_that_it_is_missing(name: str) -> None:
    """A field of it breaks the rule (NFT_EXTHDR_F_PRESENT)."""
    whole: Json = {name: {"name": "window"}}
    for packet in (OF_UDP,):
        assert matches(packet, whole, right=False)
        assert matches(packet, whole, right=True, op="!=")
        assert not matches(packet, whole, right=True)
        assert not matches(packet, {name: {"name": "window", "field": "count"}}, 5)
        assert not matches(packet, {name: {"name": "window", "field": "count"}}, 5, op="!=")


def passes(statement: Json, packet: Packet = SYN) -> bool:
    """Say whether a rule goes on behind a statement."""
    return [type(one) for one in run(statement, Going(packet, None), asking(packet))] == [Going]


def test_a_statement_that_has_nothing_to_act_on_ends_the_rule() -> None:
    """An option of what is no TCP; a key that a map does not have."""
    clamp = {"mangle": {"key": {"tcp option": {"name": "maxseg", "field": "size"}}, "value": 1360}}
    assert passes(clamp)
    assert not passes(clamp, OF_UDP)
    assert not passes({"reset": {"tcp option": {"name": "sack-perm"}}}, OF_UDP)
    port = {"payload": {"protocol": "tcp", "field": "dport"}}
    for has, key in ((True, 80), (False, 81)):
        by_port = {"map": {"key": port, "data": {"set": [[key, "x"]]}}}
        for name in ("counter", "ct helper", "ct timeout"):
            assert passes({name: by_port}) is has
        assert (
            passes(
                {"mangle": {"key": {"meta": {"key": "priority"}}, "value": {"map": {"key": port, "data": {"set": [[key, 5]]}}}}}
            )
            is has
        )


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ({"limit": "slow"}, "slow"),
        ({"mangle": {"key": {"meta": {"key": "broute"}}, "value": 1}}, "broute"),
        ({"(unread)": '"wizard" begins nothing'}, "wizard"),
    ],
)
def test_what_is_not_evaluated_is_unknown_by_its_name(statement: Json, name: str) -> None:
    """So that a person can look for it."""
    one = run(statement, Going(SYN, None), asking())[0]
    doubt = one.coins[0][0].doubt if isinstance(one, Going) else one.way and one.way.doubt
    assert name in str(doubt)
