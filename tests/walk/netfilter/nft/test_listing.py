"""What nft prints."""

import json

from podpath.walk.netfilter.interface import Hook, Listing
from podpath.walk.netfilter.nft.listing import read
from tests.walk.netfilter.nft.looking import asking

COMMAND = "nft -j list ruleset"


def listing(*items: dict[str, dict[str, object]]) -> Listing:
    """Write a listing as nft does."""
    return Listing(COMMAND, json.dumps({"nftables": [{"metainfo": {"version": "1.0.6"}}, *items]}))


TABLE: dict[str, dict[str, object]] = {"table": {"family": "ip", "name": "nat", "handle": 1}}
CHAIN: dict[str, dict[str, object]] = {
    "chain": {
        "family": "ip",
        "table": "nat",
        "name": "c",
        "handle": 2,
        "type": "filter",
        "hook": "forward",
        "prio": 5,
        "policy": "drop",
    }
}


def rule(number: int) -> dict[str, dict[str, object]]:
    """Return a rule about one address."""
    match = {"op": "==", "left": {"payload": {"protocol": "ip", "field": "daddr"}}, "right": f"10.{number >> 8}.{number & 255}.2"}
    return {"rule": {"family": "ip", "table": "nat", "chain": "c", "handle": number, "expr": [{"match": match}, {"drop": None}]}}


def test_a_table_of_iptables_is_taken_from_its_own_program() -> None:
    """It is seen twice in a snapshot, and evaluated once."""
    assert read(listing(TABLE, CHAIN), {("ip", "nat")}) == ([], [], {("ip", "nat"): 0})
    (base,) = read(listing(TABLE, CHAIN), set())[0]
    assert (base.hook, base.priority, base.policy) == (Hook.FORWARD, 5, "drop")


def test_rules_about_other_single_addresses_are_not_read() -> None:
    """An index tells them by what they ask first."""
    (base,), _, _ = read(listing(TABLE, CHAIN, *(rule(at) for at in range(1000))), set())
    sight = asking().sight  # to 10.0.0.2
    assert [found.hit("").number for found in base.chain.rules(sight)] == [1]


def test_a_listing_that_was_cut_off_leaves_a_doubt() -> None:
    """Nobody knows what would have followed."""
    text = listing(TABLE, CHAIN, rule(1)).text
    assert read(Listing(COMMAND, text[:-40]), set())[1]
    assert not read(Listing(COMMAND, text), set())[1]


def test_the_form_for_people_is_read_too() -> None:
    """Chains, their priorities in words, and their rules."""
    chain = "\tchain c {\n\t\ttype filter hook input priority filter + 5; policy drop;\n\t\tip daddr 10.0.0.2 accept\n\t}\n"
    words = f"table ip t {{\n{chain}}}\n"
    (base,), doubts, _ = read(Listing("nft list ruleset", words), set())
    assert doubts == []
    assert (base.hook, base.priority, base.policy) == (Hook.INPUT, 5, "drop")
    assert [rule.hit("").text for rule in base.chain.rules(asking().sight)] == ["ip daddr 10.0.0.2 accept"]


def test_names_may_be_full_of_punctuation() -> None:
    """A quote in a name is escaped in JSON."""
    odd = json.loads(json.dumps([TABLE, CHAIN, rule(1)]).replace('"c"', '"a \\"b\\" {c}"'))
    (base,), _, _ = read(listing(*odd), set())
    assert base.chain.name == 'a "b" {c}'
    assert len(list(base.chain.rules(asking().sight))) == 1
