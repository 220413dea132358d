"""Commands that a person types: the programs take them, whatever stands in a comment."""

import shlex

import pytest

from podpath.walk.diagnosis.rule_commands import accepted_before, moved, removal, tool_of
from podpath.walk.netfilter import Hook, Listing, Ruleset
from podpath.walk.netfilter.covered import covered
from podpath.walk.netfilter.interface import RuleHit
from tests.netlink.space import Space
from tests.walk.netfilter.frames.asking import PLACE

ODD = "it's; $(touch odd)"


@pytest.mark.root
@pytest.mark.parametrize("tool", ["iptables-nft", "iptables-legacy"])
def test_a_rule_moves_before_the_one_that_stops_it(space: Space, tool: str) -> None:
    """The command is typed into a shell as it stands; the other rules keep their places."""
    for words in (
        "-i lo -j ACCEPT",
        "-j REJECT",
        "-p udp -j LOG",
        f"-p tcp --dport 80 -m comment --comment {shlex.quote(ODD)} -j ACCEPT",
    ):
        space.do(f"{tool} -A INPUT {words}")
    ((rule, by, _, _),) = covered(Ruleset.of([Listing(f"{tool}-save -c", space.do(f"{tool}-save -c"))]))
    for command in moved(rule, by):
        space.run("sh", "-c", command.typed.replace("iptables ", f"{tool} "))
    left = [line.split("-j ")[1] for line in space.do(f"{tool} -S INPUT").splitlines() if "-j" in line]
    assert left == ["ACCEPT", "ACCEPT", "REJECT --reject-with icmp-port-unreachable", "LOG"]


@pytest.mark.root
def test_a_rule_of_nftables_moves_by_its_handles(space: Space) -> None:
    """And is taken away where it was."""
    space.do("nft add table inet guard", "nft add chain inet guard in { type filter hook input priority 0 ; }")
    for words in ("iif lo accept", "counter reject", "udp dport 9 log", "tcp dport { 80, 443 } counter accept"):
        space.do(f"nft add rule inet guard in {words}")
    ((rule, by, _, _),) = covered(Ruleset.of([Listing("nft -j list ruleset", space.do("nft -j list ruleset"))]))
    for command in moved(rule, by):
        space.run("sh", "-c", command.typed)
    listed = space.do("nft list chain inet guard in")
    assert [word for word in listed.split() if word in {"accept", "reject", "log"}] == ["accept", "accept", "reject", "log"]


def test_what_no_handle_names_is_looked_up_first() -> None:
    """Of nftables; rules for frames are changed by the program that shows them."""
    hit = RuleHit("nft", "inet", "guard", "in", 2, "accept", None, "", 0, 0, "")
    look = "see first: nft -a list chain inet guard in   (gives the handles to insert and delete by)"
    assert [step.text for step in moved(hit, hit)] == [look]
    assert removal(hit).text == look
    assert (tool_of(PLACE), Hook.INPUT.place) == ("ebtables", "input")


@pytest.mark.root
@pytest.mark.parametrize(("family", "src", "dst"), [("ip", "10.1.0.0/24", "10.0.0.0/8"), ("ip6", "fd00:1::/64", "fd00::/16")])
def test_an_exception_is_put_before_a_rule_in_its_own_language(space: Space, family: str, src: str, dst: str) -> None:
    """By iptables into its table, by nft into that of the rule."""
    tool = "iptables" if family == "ip" else "ip6tables"
    space.do(f"{tool} -t nat -A POSTROUTING -j MASQUERADE", f"nft add table {family} own")
    space.do(f"nft 'add chain {family} own leaving {{ type nat hook postrouting priority srcnat ; }}'")
    space.do(f"nft add rule {family} own leaving masquerade")
    hits = [
        RuleHit(back_end, family, table, chain, 1, "masquerade", None, "masquerade", 0, 1, "")
        for back_end, table, chain in (("iptables-nft", "nat", "POSTROUTING"), ("nft", "own", "leaving"))
    ]
    for hit in hits:
        space.run("sh", "-c", accepted_before(hit, src, dst).typed)
    assert space.do(f"{tool} -t nat -S POSTROUTING").splitlines()[1] == f"-A POSTROUTING -s {src} -d {dst} -j ACCEPT"
    rules = [line.strip() for line in space.do(f"nft list chain {family} own leaving").splitlines()]
    assert rules.index(f"{family} saddr {src} {family} daddr {dst} accept") < rules.index("masquerade")
