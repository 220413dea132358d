"""Tables, chains and sets, as nft prints them for people."""

# ruff: noqa: E501 - rules are read whole

import random

import pytest

from podpath.walk.netfilter import Listing
from podpath.walk.netfilter.nft.blocks import items, spoken
from podpath.walk.netfilter.nft.listing import read


def test_damaged_listings_never_fail() -> None:
    """Whatever is cut, doubled or swapped: chains are found or doubts are told."""
    text = (
        "table inet t { # handle 1\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0.1,\n\t\t\t     10.0.0.2 }\n\t}\n\n"
        '\tchain c {\n\t\ttype filter hook input priority filter; policy drop;\n\t\tip saddr @s accept comment "x"\n\t}\n}\n'
    )
    draw = random.Random(7)
    for _ in range(500):
        at, to = sorted(draw.sample(range(len(text)), 2))
        read(Listing("nft list ruleset", draw.choice((text[:at], text[:at] + text[to:], text[:to] + text[at:]))), set())


def test_a_chain_may_stand_where_a_map_jumps() -> None:
    """Its rules are its own, and what follows its brace belongs to the rule outside."""
    text = """table inet t {
	chain c {
		tcp dport vmap { 22 : jump {
			ip saddr 10.0.0.1 goto {
				counter drop
			}
			accept
		}, 80 : drop } comment "b { c" # handle 9
		reject
	}
}
"""
    rules = [item["rule"] for item in items(text) if "rule" in item]
    outer, inner, last = ([rule for rule in rules if rule["chain"] == chain] for chain in ("c", "__chain2", "__chain3"))
    assert [rule["expr"][-1] for rule in inner] == [{"goto": {"target": "__chain3"}}, {"accept": None}]
    assert last[0]["expr"][-1] == {"drop": None}
    assert [rule["expr"] for rule in outer] == [
        [
            {
                "vmap": {
                    "key": {"payload": {"protocol": "tcp", "field": "dport"}},
                    "data": {"set": [[22, {"jump": {"target": "__chain2"}}], [80, {"drop": None}]]},
                }
            }
        ],
        [{"reject": None}],
    ]
    assert (outer[0]["handle"], outer[0]["comment"]) == (9, "b { c")


LISTED = "table inet t {\n\tset s {\n\t\ttype ipv4_addr\n\t}\n\n\tchain c {\n\t\ttype filter hook input priority filter; policy accept;\n\t\taccept\n\t}\n}\n"


@pytest.mark.parametrize(
    "text",
    [
        "flush ruleset\n" + LISTED,
        "#!/usr/sbin/nft -f\n" + LISTED + 'include "/etc/nftables/*.nft"\n',
        "define LAN = eth0\n" + LISTED,
        LISTED + "add rule inet t c drop\n",
        LISTED.replace("\tchain", "\tdefine PORT = 80\n\tchain"),
        LISTED.replace("policy accept;\n", "policy accept; drop\n"),
        LISTED.replace("hook input priority filter", "hook input priority $PRIO"),
        LISTED.replace("type ipv4_addr\n", 'type ipv4_addr\n\t\tinclude "x"\n'),
        LISTED.replace("type ipv4_addr\n", "type ipv4_addr; elements = { 10.0.0.1 }\n\t\telements = { $A, 10.0.0.2 }\n"),
        LISTED.replace("type ipv4_addr\n", "elements = { 10.0.0.2 }\n\t\ttype ipv4_addr\n"),
        "  " + LISTED.replace("\n", "\n  "),
    ],
)
def test_a_file_for_nft_is_no_listing(text: str) -> None:
    """What nft does not print, inside of tables or outside, makes all that the text says doubtful."""
    assert read(Listing("nft list ruleset", LISTED), set())[1] == []
    assert len(read(Listing("nft list ruleset", text), set())[1]) == 1


def test_what_nft_prints_besides_chains_is_no_doubt() -> None:
    """Objects, comments, flags and remarks."""
    text = LISTED.replace(
        "\tset s {",
        '\tcomment "x { y"\n\tflags owner,persist\n\tcounter c {\n\t\tpackets 0 bytes 0\n\t}\n\tct helper h {\n\t\ttype "ftp" protocol tcp\n\t}\n'
        "\tflowtable f {\n\t\thook ingress priority filter\n\t\tdevices = { lo }\n\t}\n\tset s {",
    )
    bases, doubts, _ = read(
        Listing("nft list ruleset", "# Warning: table ip nat is managed by iptables-nft, do not touch!\n" + text), set()
    )
    assert (len(bases), doubts) == (1, [])


@pytest.mark.parametrize("flags", ["dormant", "dormant,owner", "owner,dormant;"])
def test_a_dormant_table_has_no_chains_that_hooks_call(flags: str) -> None:
    """Whatever other flags it has."""
    assert read(Listing("nft list ruleset", LISTED.replace("\tset s", f"\tflags {flags}\n\tset s")), set()) == ([], [], {})


def test_words_of_json_are_read_with_the_chains_that_they_hold() -> None:
    """For what JSON has no form."""
    owner = {"family": "inet", "table": "t"}
    chain, inner, rule = spoken("jump {\n\t\t\tip saddr 10.0.0.1 drop\n\t\t}", "__c", owner)
    assert chain["chain"]["name"] == inner["rule"]["chain"] == "__c__chain0"
    assert inner["rule"]["expr"][-1] == {"drop": None}
    assert rule["rule"]["expr"] == [{"jump": {"target": "__c__chain0"}}]
    (rule,) = spoken("add @m { ip saddr : 0x00000005 }", "__c", owner)
    assert rule["rule"]["expr"][0]["map"]["data"] == 5
