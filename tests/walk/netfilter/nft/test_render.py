"""Rules in the words of nft."""

import re

import orjson
import pytest

from podpath.walk.netfilter.nft.render import rule_text
from tests.netlink.space import Space

RULES = (
    "ip saddr 10.0.0.0/8 tcp dport { 22, 80-90 } accept",
    "iifname != lo meta mark set meta mark | 0x00004000",
    "ct state established,related counter packets 0 bytes 0 accept",
    "ip daddr . tcp dport vmap { 10.0.0.1 . 80 : drop, 10.0.0.2 . 443 : jump other }",
    "fib daddr type local reject with tcp reset",
    "limit rate 5/second drop",
    "meta mark & 0x0000ff00 == 0x00000100 drop",
    "tcp dport 80 log prefix in flags tcp sequence,options drop",
    "log flags ip options flags skuid",
)


@pytest.mark.root
def test_rules_read_as_nft_prints_them(space: Space) -> None:
    """But for quotes, bases of numbers and what nft leaves out, they are the same words."""
    space.do("nft add table ip t", "nft add chain ip t other", "nft add chain ip t c { type filter hook forward priority 0; }")
    for rule in RULES:
        space.run("nft", f"add rule ip t c {'meta l4proto tcp ' if 'reset' in rule else ''}{rule}")
    listed = orjson.loads(space.do("nft -j list ruleset"))["nftables"]
    mine = [rule_text(item["rule"]) for item in listed if "rule" in item]
    printed = re.findall(r"^\t\t(?!type)(.*)$", space.do("nft list chain ip t c"), re.MULTILINE)
    assert list(map(_plain, mine)) == list(map(_plain, printed))


def _plain(text: str) -> str:
    words = text.replace('"', "").replace(" burst 5 packets", "").split()
    return " ".join(str(int(word, 16)) if word.startswith("0x") else word for word in words)


def test_a_header_inside_a_tunnel_is_told_from_that_outside() -> None:
    """As nft prints it since 1.0.8."""
    field = {"payload": {"tunnel": "vxlan", "protocol": "ip", "field": "saddr"}}
    assert rule_text({"expr": [{"match": {"op": "==", "left": field, "right": "198.51.100.2"}}]}) == "vxlan ip saddr 198.51.100.2"
