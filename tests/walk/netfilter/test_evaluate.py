"""One hook."""

from typing import cast

import pytest

from podpath.state.address import parse_ip
from podpath.walk.netfilter import Context, Fib, Hook, HookVerdict, Listing, Ruleset, pass_hook
from podpath.walk.packet import Packet

PACKET = Packet(parse_ip("10.0.0.1"), parse_ip("10.0.0.2"), "tcp", 1000, 80)
CONTEXT = Context(fib=cast("Fib", None))


def test_without_rules_a_packet_goes_on_as_it_came() -> None:
    """A namespace without rules does nothing to packets."""
    outcomes = pass_hook(Ruleset.of([]), Hook.FORWARD, PACKET, CONTEXT)
    assert [(outcome.probability, outcome.verdict, outcome.packet) for outcome in outcomes] == [(1.0, HookVerdict.ACCEPT, PACKET)]


def passed(text: str, packet: Packet = PACKET, command: str = "iptables-legacy-save -c") -> list[tuple[HookVerdict, str]]:
    """Return verdicts in FORWARD, with the first doubt of each."""
    outcomes = pass_hook(Ruleset.of([Listing(command, text)]), Hook.FORWARD, packet, CONTEXT)
    assert abs(sum(outcome.probability for outcome in outcomes) - 1) < 1e-9
    return [(outcome.verdict, outcome.doubts[0].reason if outcome.doubts else "") for outcome in outcomes]


def table(*rules: str, policy: str = "ACCEPT", chains: str = "") -> str:
    """Write a filter table."""
    return "\n".join(("*filter", f":FORWARD {policy} [7:0]", *chains.split(), *rules, "COMMIT", ""))


def test_an_unknown_match_matters_only_where_it_decides() -> None:
    """Accepted either way is accepted; else the rule that asks is named."""
    same = table("-A FORWARD -m magic --x 1 -j ACCEPT", "-A FORWARD -j ACCEPT", policy="DROP")
    assert passed(same) == [(HookVerdict.ACCEPT, "")]
    (one, reason), (other, _) = passed(table("-A FORWARD -m magic --x 1 -j DROP"))
    assert {one, other} == {HookVerdict.DROP, HookVerdict.ACCEPT}
    assert "magic" in reason
    assert "rule 1 of FORWARD" in reason


def test_an_unknown_target_is_unknown() -> None:
    """It may drop, change or answer the packet."""
    ((verdict, reason),) = passed(table("-A FORWARD -j WIZARD --cast"))
    assert verdict is HookVerdict.UNKNOWN
    assert "WIZARD" in reason


def test_a_rule_that_lacks_a_word_is_unknown() -> None:
    """No iptables prints it, but who pastes may lose a word; what it would do matters only where it decides."""
    damaged = ("-A FORWARD -j MARK --set-xmar", "-A FORWARD -m conntrack --ctstate -j DROP")
    for line in damaged:
        outcomes = passed(table(line))
        assert any(verdict is HookVerdict.UNKNOWN or reason for verdict, reason in outcomes), line
    ((verdict, reason),) = passed(table("-A FORWARD -j MARK --set-xmar 0x1"))
    assert verdict is HookVerdict.UNKNOWN
    assert "rule 1 of FORWARD" in reason


def test_chains_that_jump_in_a_circle_end() -> None:
    """The kernel refuses them; a damaged text may hold some."""
    text = table("-A FORWARD -j A", "-A A -j B", "-A B -g A", chains=":A-[0:0]").replace(":A-[0:0]", ":A - [0:0]\n:B - [0:0]")
    ((verdict, reason),) = passed(text)
    assert verdict is HookVerdict.UNKNOWN
    assert "loop" in reason


def test_the_policy_that_decides_is_shown_with_its_counter() -> None:
    """As evidence it has number 0."""
    rules = Ruleset.of([Listing("iptables-legacy-save -c", table(policy="DROP"))])
    (outcome,) = pass_hook(rules, Hook.FORWARD, PACKET, CONTEXT)
    (hit,) = outcome.hits
    assert (outcome.verdict, hit.number, hit.text, hit.packets) == (HookVerdict.DROP, 0, "-P FORWARD DROP", 7)


def test_both_back_ends_are_evaluated() -> None:
    """What one accepts the other may drop, and a table that two programs show is met once."""
    nft = table("-A FORWARD -j MARK --set-mark 1", "-A FORWARD -m mark --mark 1 -j MARK --set-xmark 0x1/0x0")
    legacy = table("-A FORWARD -m mark --mark 0x0 -j DROP")
    twice = '{"nftables": [{"table": {"family": "ip", "name": "filter"}}]}'
    texts = [Listing("iptables-nft-save", nft), Listing("iptables-legacy-save", legacy), Listing("nft -j list ruleset", twice)]
    (outcome,) = pass_hook(Ruleset.of(texts), Hook.FORWARD, PACKET, CONTEXT)
    assert outcome.verdict is HookVerdict.DROP
    assert {hit.back_end for hit in outcome.hits} == {"legacy", "iptables-nft"} or outcome.hits[-1].back_end == "legacy"


def test_many_unknown_matches_cost_no_more_than_one_each() -> None:
    """Ways that end alike are joined as they go."""
    rules = [f"-A FORWARD -m magic --x {at} -j ACCEPT" for at in range(60)]
    assert passed(table(*rules)) == [(HookVerdict.ACCEPT, "")]


def test_a_rule_of_a_megabyte_is_read() -> None:
    """Comments may be long."""
    assert passed(table('-A FORWARD -m comment --comment "' + "x " * 500_000 + '" -j DROP')) == [(HookVerdict.DROP, "")]


def doubled(depth: int, last: str) -> str:
    """Write chains of which each jumps to the next one twice."""
    chains = "\n".join(f":C{at} - [0:0]" for at in range(depth))
    rules = [f"-A C{at} -j C{at + 1}" for at in range(depth - 1) for _ in range(2)]
    return "\n".join(("*filter", ":FORWARD ACCEPT [7:0]", chains, "-A FORWARD -j C0", *rules, last, "COMMIT", ""))


def test_a_chain_is_followed_once_for_each_state_of_a_packet() -> None:
    """Forty chains that jump twice are two to the power of forty walks; what they do to a packet is done all the same."""
    assert passed(doubled(40, "-A C39 -p udp -j DROP")) == [(HookVerdict.ACCEPT, "")]
    assert passed(doubled(40, "-A C39 -p tcp -j DROP")) == [(HookVerdict.DROP, "")]
    counted = "\n-A C39 -m mark --mark 0x0 -j MARK --set-mark 0x1\n-A C39 -m mark --mark 0x1 -j DROP"
    assert passed(doubled(40, counted)) == [(HookVerdict.DROP, "")]


def test_rules_that_would_be_asked_for_ever_are_unknown() -> None:
    """What rests on chance is tossed at each pass, so that a pass is no repetition: the walk is cut, and says so."""
    outcomes = passed(doubled(40, "-A C39 -m statistic --mode random --probability 0.5 -j MARK --set-mark 0x1"))
    assert HookVerdict.UNKNOWN in {verdict for verdict, _ in outcomes}
    assert all(
        "more chains than podpath follows" in reason or "too many" in reason
        for verdict, reason in outcomes
        if verdict is HookVerdict.UNKNOWN
    )


def test_nftables_chains_are_followed_once_as_well() -> None:
    """The same in the other language."""
    chains = "".join(f"\tchain c{at} {{\n\t\tjump c{at + 1}\n\t\tjump c{at + 1}\n\t}}\n" for at in range(39))
    text = (
        "table ip filter {\n\tchain c39 {\n\t\tmeta l4proto udp drop\n\t}\n" + chains
        + "\tchain FORWARD {\n\t\ttype filter hook forward priority filter; policy accept;\n\t\tjump c0\n\t}\n}\n"
    )  # fmt: skip
    assert passed(text, command="nft list ruleset") == [(HookVerdict.ACCEPT, "")]


def shares(*rules: str, policy: str = "accept") -> dict[tuple[HookVerdict, str], float]:
    """Return which share of packets ends how in FORWARD, by rules of nftables; they sum to one."""
    halves = "\tchain half {\n\t\tnumgen random mod 100 < 50 drop\n\t}\n"
    head = f"type filter hook forward priority filter; policy {policy};"
    text = "table inet t {\n" + halves + "\tchain c {\n" + "".join(f"\t\t{rule}\n" for rule in (head, *rules)) + "\t}\n}\n"
    found: dict[tuple[HookVerdict, str], float] = {}
    for outcome in pass_hook(Ruleset.of([Listing("nft list ruleset", text)]), Hook.FORWARD, PACKET, CONTEXT):
        key = (outcome.verdict, outcome.doubts[0].reason[:18] if outcome.doubts else "")
        found[key] = round(found.get(key, 0.0) + outcome.probability, 9)
    assert abs(sum(found.values()) - 1) < 1e-6
    return found


@pytest.mark.parametrize(
    ("rules", "dropped"),
    [
        (("jump half", "jump half", "numgen random mod 1000 < 500 accept"), 0.75),
        (("numgen random mod 4 vmap { 0 : drop, 1-2 : accept, 3 : goto half }",), 0.375),
        (("jhash ip saddr mod 7 < 3 drop", "jhash ip saddr mod 7 >= 3 accept", "drop"), round(3 / 7, 9)),
        (("jhash ip saddr mod 7 < 3 drop", "jhash ip saddr mod 7 { 0, 1, 6 } drop"), round(4 / 7, 9)),
        (("meta mark set numgen random mod 10", "meta mark 3-5 drop"), 0.3),
        (("numgen random mod 10 . tcp dport { 0 . 80, 1 . 80, 2 . 81 } drop",), 0.2),
        (("numgen random mod 2 0 numgen random mod 2 0 drop",), 0.25),
        (tuple("jump half" for _ in range(12)), round(1 - 0.5**12, 9)),
    ],
)
def test_shares_of_chance_are_those_of_its_classes(rules: tuple[str, ...], dropped: float) -> None:
    """As many as comparisons make of the numbers, not as there are numbers."""
    assert shares(*rules) == pytest.approx({(HookVerdict.DROP, ""): dropped, (HookVerdict.ACCEPT, ""): 1 - dropped})


def test_what_is_cut_keeps_its_share() -> None:
    """Marks by chance are as many packets as there are marks: too many are unknown, and the others are what they were."""
    found = shares("numgen random mod 4 0 drop", "meta mark set numgen random mod 1000", "accept")
    assert found == {(HookVerdict.DROP, ""): 0.25, (HookVerdict.UNKNOWN, "the rules have too"): 0.75}
