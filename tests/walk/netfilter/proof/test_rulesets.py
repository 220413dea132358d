"""Rulesets on which podpath disagreed with the kernel, in both forms that nft prints."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from podpath.state.address import parse_ip
from podpath.walk.netfilter import Listing
from podpath.walk.packet import Packet
from tests.walk.netfilter.proof.compare import Comparison
from tests.walk.netfilter.proof.router import Router
from tests.walk.netfilter.proof.rules import Sent

pytestmark = pytest.mark.root

FORWARD = "type filter hook forward priority filter; policy accept;"
BEFORE = "type filter hook prerouting priority mangle; policy accept;"
SEEN = (
    "set seen { type ipv4_addr; flags dynamic; }\n"
    "set slow { type ipv4_addr; flags dynamic; limit rate over 10/minute burst 5 packets; }\n"
)
RULESETS = {
    "what stands with an element ends the rule": (
        f"{SEEN} chain c {{ {FORWARD}\n tcp dport 22 update @seen {{ ip saddr limit rate over 10/minute burst 5 packets }} drop\n"
        " tcp dport 80 meter web { ip saddr limit rate over 100/second burst 50 packets } drop\n"
        " tcp dport 443 add @slow { ip saddr } drop\n}"
    ),
    "a packet without the key ends the rule": f"{SEEN} chain c {{ {FORWARD}\n add @seen {{ ip saddr }} meta l4proto tcp drop\n}}",
    "none of these bits": f"chain c {{ {FORWARD}\n tcp dport 80 tcp flags ! syn drop\n tcp dport 22 tcp flags ! ack,rst drop\n}}",
    "a chain without a name": (
        f"chain c {{ {FORWARD}\n ip saddr 192.0.2.0/24 jump {{\n tcp dport 80 drop\n }}\n"
        " ip saddr 10.1.0.0/16 jump {\n tcp dport 22 drop\n }\n"
        " meta nfproto ipv4 tcp dport != 8080 goto {\n tcp dport 443 drop\n }\n tcp dport 8080 drop\n}"
    ),
    "operators bind as in C": (
        f"chain p {{ {BEFORE}\n tcp dport 80 meta mark set meta mark & 0xffff00ff | 0x00000100\n"
        " tcp dport 443 ct mark set 0x30 meta mark set ct mark & 0x20 | 0x3\n"
        "}\n"
        f"chain c {{ {FORWARD}\n meta mark & 0x0000ff00 == 0x00000100 drop\n meta mark 0x23 drop\n}}"
    ),
    "what a rule wrote stays": (
        f"chain p {{ {BEFORE}\n meta mark set 0x1 tcp dport 22\n tcp sport 1080 meta mark set meta mark | 0x2 tcp dport 9\n}}\n"
        f"chain c {{ {FORWARD}\n meta mark 0x2-0x3 drop\n meta mark 0x1 reject\n}}"
    ),
    "flags of log": (
        f'chain c {{ {FORWARD}\n tcp dport 80 log prefix "in " flags tcp sequence,options flags skuid drop\n'
        " tcp dport 22 log flags ip options drop\n tcp dport 443 log flags all drop\n}"
    ),
}  # fmt: skip
# nft 1.0.6 leaves chains without a name out of its JSON.
NOT_PRINTED = {("a chain without a name", "listing")}


@pytest.fixture(scope="module")
def router() -> Iterator[Router]:
    """Return the namespaces; they stay for all rulesets."""
    with Router() as made:
        yield made


@pytest.mark.parametrize("form", ["words", "listing"])
@pytest.mark.parametrize("name", RULESETS)
def test_a_ruleset_does_what_podpath_says(router: Router, name: str, form: str) -> None:
    """Each was read another way once, in one form or in both."""
    try:
        assert router.refuses([f"table inet t {{ {RULESETS[name]}\n}}"]) is None
        text = (
            Listing("nft list ruleset", router.words()) if form == "words" else Listing("nft -j list ruleset", router.listing())
        )
        draw = random.Random(1)
        for family, near, far in ((4, "10.1.0.2", "10.2.0.2"), (6, "fd00:1::2", "fd00:2::2")):
            comparison = Comparison(router, [text], family, draw)
            syn = Packet(parse_ip(near), parse_ip(far), "tcp", 1000, 80, flags=frozenset(("SYN",)))
            comparison.wave([Sent("a", replace(syn, sport=1000 + port, dport=port)) for port in (22, 80, 443, 8080)])
            assert comparison.tally.wrong == []
            assert comparison.tally.unknown == 0 or (name, form) in NOT_PRINTED
    finally:
        router.clear()
