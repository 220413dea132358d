"""What nft prints for people and what it prints for programs is one ruleset: ``recorded/`` is what two versions of it printed.

Nearly every expression and statement of nft(8) is in them, as far as the kernel took it. The texts were printed by nft 1.0.6 and
1.1.7, and nobody's hand was in them.
"""

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from podpath.state.address import V6, parse_ip
from podpath.walk.netfilter import Listing
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.nft.listing import NftChain, read
from podpath.walk.netfilter.nft.rule import NftRule
from podpath.walk.packet import Packet
from tests.walk.netfilter.nft.looking import SYN, asking

RECORDED: Final = Path(__file__).parent / "recorded"
VERSIONS: Final = ("1.0.6", "1.1.7")
PACKETS: Final = (
    SYN, replace(SYN, proto="udp", flags=frozenset()), Packet(SYN.src, SYN.dst, "icmp", 7, icmp_type=8, icmp_code=0),
    replace(SYN, src=parse_ip("fd00::1"), dst=parse_ip("fd00::2")), replace(SYN, mark=5, tos=0x20, sport=80, dport=443),
)  # fmt: skip
_LOST: Final = {"1.0.6": ("tproxy to",)}
"""What a version prints is not what it was given: it leaves out the port that a map gives."""


def chains(version: str, form: str) -> dict[tuple[str, str], NftChain]:
    """Return the chains of a recorded ruleset that hooks call, by family and name."""
    text = (RECORDED / f"nft-{version}.{form}").read_text(encoding="utf-8")
    bases, doubts, _ = read(Listing("nft list ruleset", text), set())
    assert [doubt for doubt in doubts if not doubt.devices] == []  # JSON of 1.0.6 does not say on which device a chain looks
    assert all(isinstance(base.chain, NftChain) for base in bases)
    found = [base.chain for base in bases if isinstance(base.chain, NftChain)]
    return {(chain.table.family, chain.name): chain for chain in found}


def made_of(rule: NftRule, packet: Packet) -> list[Any]:
    """Return what a rule makes of a packet, without the numbers of its coins."""
    turns = rule.turns(replace(asking().sight, packet=packet), itertools.count().__next__)
    return [
        (
            (way := turn.way) and (way.verdict, way.packet, way.track, way.reject, way.proxied, _why(way.doubt)),
            turn.goto, turn.back, turn.jump and not turn.jump.startswith("__") and turn.jump,
            [(coin.shares, sides, _why(coin.doubt)) for coin, sides in turn.coins],
        )
        for turn in turns
    ]  # fmt: skip


def _why(doubt: Doubt | None) -> str:
    return doubt.reason if doubt is not None else ""


@pytest.mark.parametrize("version", VERSIONS)
def test_both_forms_of_a_version_make_the_same_of_every_packet(version: str) -> None:
    """Rule by rule."""
    people, programs = chains(version, "txt"), chains(version, "json")
    assert people.keys() - programs.keys() <= {("netdev", "c")}
    different = []
    for key, other in programs.items():
        chain = people[key]
        assert len(chain.loads) == len(other.loads)
        for at in range(len(chain.loads)):
            rule = chain.rule(at)
            seen = [packet for packet in PACKETS if key[0] != f"ip{'' if packet.family == V6 else '6'}"]
            if any(made_of(rule, packet) != made_of(other.rule(at), packet) for packet in seen):
                different.append(rule.place.text)
    assert [text for text in different if not text.endswith(_LOST.get(version, ()))] == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("form", ["txt", "json"])
def test_no_word_of_a_version_is_unread(version: str, form: str) -> None:
    """What podpath cannot evaluate is unknown by name."""
    rules = [chain.rule(at) for chain in chains(version, form).values() for at in range(len(chain.loads))]
    unread = {rule.place.text for rule in rules for packet in PACKETS for turn in made_of(rule, packet)
              if turn[0] and ("what the rule says" in turn[0][-1] or " means (" in turn[0][-1])}  # fmt: skip
    assert [text for text in unread if not text.endswith(_LOST.get(version, ()))] == []
    assert len(rules) > 500
