"""Expressions, as nft prints them for people; test_words.py compares them with what it prints for programs."""

import pytest

from podpath.walk.netfilter.nft.terms import expression, is_constant
from podpath.walk.netfilter.nft.tokens import Words
from podpath.walk.netfilter.nft.types import Json


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("vxlan ip saddr", {"payload": {"tunnel": "vxlan", "protocol": "ip", "field": "saddr"}}),
        ("vxlan vni", {"payload": {"tunnel": "vxlan", "protocol": "vxlan", "field": "vni"}}),
        ("gre version", {"payload": {"protocol": "gre", "field": "version"}}),
        ("gre ip6 daddr", {"payload": {"tunnel": "gre", "protocol": "ip6", "field": "daddr"}}),
        ("arp saddr ip", {"payload": {"protocol": "arp", "field": "saddr ip"}}),
        ("tcp option @255,8,16", {"tcp option": {"base": 255, "offset": 8, "len": 16}}),
        ("dccp option 40", {"dccp option": {"type": 40}}),
        ("sctp chunk data flags", {"sctp chunk": {"name": "data", "field": "flags"}}),
        ("socket cgroupv2 level 2", {"socket": {"key": "cgroupv2", "level": 2}}),
        ("fib saddr . iif check", {"fib": {"result": "oif", "flags": ["saddr", "iif"]}}),
        ("rt type", {"exthdr": {"name": "rt", "field": "type"}}),
        ("rt ip6 nexthop", {"rt": {"key": "nexthop", "family": "ip6"}}),
        ("srh sid[1]", {"exthdr": {"name": "srh", "field": "sid[1]"}}),
        ("ipsec in reqid", {"ipsec": {"dir": "in", "spnum": 0, "key": "reqid"}}),
        ("tunnel id", {"tunnel": {"key": "id"}}),
        ("meta mark and 0xf or 0x10", {"|": [{"&": [{"meta": {"key": "mark"}}, 15]}, 16]}),
        ("meta mark & 0xf | 0x10", {"|": [{"&": [{"meta": {"key": "mark"}}, 15]}, 16]}),
    ],
)
def test_terms_are_what_json_has(text: str, term: Json) -> None:
    """The names are those of libnftables-json(5)."""
    assert expression(Words(text)) == term
    assert not is_constant(term)


def test_a_header_without_a_field_is_asked_whether_it_is_there() -> None:
    """The word behind it is not its field."""
    for follows in ("exists", "missing", "vmap { exists : accept }", "!= exists"):
        words = Words(f"exthdr hbh {follows}")
        assert words.take() == "exthdr"
        words.at = 0
        assert expression(words) == {"exthdr": {"name": "hbh"}}
