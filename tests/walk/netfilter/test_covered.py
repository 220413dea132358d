"""Which rules are never reached: only what the words of two rules prove, tried with packets by chance."""

import random

import pytest

from podpath.state.address import Ip
from podpath.walk.netfilter import AddressType, Listing, Ruleset
from podpath.walk.netfilter.covered import covered, covers
from podpath.walk.netfilter.xtables.rule import parse
from tests.walk.netfilter.frames.asking import sight
from tests.walk.netfilter.proof.rules import Packets, Xtables

SAVED = "*filter\n:INPUT ACCEPT [0:0]\n:FORWARD ACCEPT [0:0]\n{chains}{rules}COMMIT\n"


class Nowhere:
    """Routes that lead nowhere, and addresses that are nobody's."""

    def address_type(self, address: Ip, dev: str | None) -> AddressType:
        """Say that an address is another host's."""
        del address, dev
        return AddressType.UNICAST

    def oif(self, *asked: object, **more: object) -> None:
        """Say that there is no route."""


def pairs(*rules: str) -> list[tuple[str, str]]:
    """Return the rules of a table that are never reached, each with the one that stops its packets."""
    chains = "".join(f":{name} - [0:0]\n" for name in dict.fromkeys(rule.split()[1] for rule in rules) if name.islower())
    text = SAVED.format(chains=chains, rules="".join(f"{rule}\n" for rule in rules))
    return [(one.rule.text, one.by.text) for one in covered(Ruleset.of([Listing("iptables-save", text)]))]


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("-j REJECT", "-p tcp -m tcp --dport 22 -j ACCEPT"),
        ("-j DROP", "-j ACCEPT"),
        ("-s 10.0.0.0/8 -j DROP", "-s 10.1.0.0/16 -i eth0 -j ACCEPT"),
        ("! -s 10.0.0.0/8 -j DROP", "-s 192.168.0.1/32 -j ACCEPT"),
        ("-i eth+ -p tcp -j DROP", "-i eth0 -p tcp -j ACCEPT"),
        ("! -i lo -j DROP", "-i eth0 -j ACCEPT"),
        ("-p tcp -m tcp --dport 1:1024 -j DROP", "-p tcp -m tcp --dport 80 -j ACCEPT"),
        ("-p tcp -m conntrack --ctstate INVALID,NEW -j DROP", "-p tcp -m conntrack --ctstate NEW -m tcp --dport 80 -j ACCEPT"),
        ("-m comment --comment x -j DROP", "-m limit --limit 5/sec -j ACCEPT"),
        ("-m iprange --src-range 10.0.0.1-10.0.0.9 -j DROP", "-m iprange --src-range 10.0.0.2-10.0.0.3 -j ACCEPT"),
    ],
)
def test_what_an_earlier_rule_stops_is_never_reached(wide: str, narrow: str) -> None:
    """And the other way round the later rule is reached."""
    assert pairs(f"-A INPUT {wide}", f"-A INPUT {narrow}") == [(f"-A INPUT {narrow}", f"-A INPUT {wide}")]
    assert pairs(f"-A INPUT {narrow}", f"-A INPUT {wide}") == []


@pytest.mark.parametrize(
    "rules",
    [
        ("-A INPUT -p tcp -j ACCEPT", "-A INPUT -j DROP", "-A INPUT -p tcp -j ACCEPT"),
        ("-A INPUT -p tcp -j DROP", "-A INPUT -j ACCEPT"),
        ("-A INPUT -s 10.1.0.0/16 -j DROP", "-A INPUT -s 10.0.0.0/8 -j ACCEPT"),
        ("-A INPUT -m limit --limit 5/sec -j DROP", "-A INPUT -m limit --limit 5/sec -j ACCEPT"),
        ("-A INPUT -m mark --mark 0x1 -j DROP", "-A INPUT -m mark --mark 0x1 -j ACCEPT"),
        ("-A INPUT -m statistic --mode random --probability 0.5 -j DROP", "-A INPUT -j ACCEPT"),
        ("-A INPUT -m snow --white -j DROP", "-A INPUT -m snow --white -j ACCEPT"),
        ("-A INPUT -p icmp -m icmp --icmp-type 3/1 -j DROP", "-A INPUT -p icmp -m icmp --icmp-type 5/0 -j ACCEPT"),
        ("-A INPUT ! -i eth+ -j DROP", "-A INPUT -i e+ -j ACCEPT"),
        ("-A INPUT -j DROP", "-A INPUT -j DROP", "-A INPUT -j LOG"),
        ("-A INPUT -p udp -j some", "-A some -s 10.0.0.1 -j RETURN", "-A some -j DROP", "-A INPUT -p udp -j ACCEPT"),
        ("-A INPUT -j DROP", "-A INPUT -j far", "-A far -j LOG"),
        ("-A INPUT -p tcp -j ACCEPT", "-A lone -j DROP", "-A lone -j ACCEPT"),
    ],
)
def test_what_is_not_proved_or_hurts_nobody_is_not_told(rules: tuple[str, ...]) -> None:
    """Repeated rules, chance and rates, marks that may change, chains that nobody calls."""
    assert pairs(*rules) == []


def test_chains_that_stop_everything_are_stops() -> None:
    """Hand-made LOG and DROP; a jump to a chain that accepts is no better reached than an ACCEPT."""
    rules = ("-A INPUT -j logdrop", "-A INPUT -j pods", "-A logdrop -j LOG", "-A logdrop -j DROP", "-A pods -p tcp -j ACCEPT")
    assert pairs(*rules) == [("-A INPUT -j pods", "-A INPUT -j logdrop")]


def test_a_rule_covers_no_packet_that_it_does_not_match() -> None:
    """Rules and packets by chance: whatever surely matches the later one matches the one that covers it."""
    chance = random.Random(60)
    maker, packets = Xtables(chance, 4, "nft"), Packets(chance, 4)
    some = [packets.one().packet for _ in range(60)]
    lines = [line for _ in range(120) for line in maker.text().splitlines() if line.startswith("-A ")]
    rules = [parse(line, 4) for line in lines[:400]]
    found = 0
    for one, other in (
        (one, other) for one in rules for other in rules if one is not other and one.header and covers(one, other)
    ):
        for packet in some:
            seen = sight(packet, fib=Nowhere(), iif=chance.choice(("ra", "rb", "lo")), oif=chance.choice(("ra", "rb")))
            if other.answer(seen) is True:
                found += 1
                assert one.answer(seen) is True, (one.text(), other.text(), packet)
    assert found > 100
