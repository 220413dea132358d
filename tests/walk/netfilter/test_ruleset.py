"""All rules of a namespace."""

import pytest

from podpath.walk.netfilter import Hook, HookVerdict, Listing, Ruleset, pass_hook
from tests.walk.netfilter.test_evaluate import CONTEXT, PACKET


def test_output_without_rules_is_no_ruleset() -> None:
    """A command that printed nothing leaves nothing to evaluate."""
    assert Ruleset.of([Listing("iptables-save", "\n")]) == Ruleset()


FILE = Listing("ip netns exec r cat /etc/nftables.conf", "table inet t {\n\tchain c {\n\t}\n}\n")


def test_what_nft_loads_is_not_what_the_kernel_has() -> None:
    """A file leaves a doubt, unless a listing stands beside it, which may be empty."""
    (doubt,) = Ruleset.of([FILE]).damaged
    assert "/etc/nftables.conf" in doubt.reason
    assert doubt.command == "nft list ruleset"
    assert Ruleset.of([FILE, Listing("ip netns exec r nft list ruleset", "")]) == Ruleset()
    assert len(Ruleset.of([FILE, Listing("nft list table inet t", FILE.text)]).damaged) == 1


@pytest.mark.parametrize(
    ("rule", "tracks"),
    [
        ("-A INPUT -m cluster --cluster-total-nodes 2 --cluster-local-node 1 --cluster-hash-seed 1 -j ACCEPT", True),
        ("-A INPUT -m connlimit --connlimit-above 3 -j DROP", True),
        ("-A INPUT -p tcp -j SYNPROXY --mss 1460", True),
        ("-A INPUT -m clusters --x 1 -j ACCEPT", False),
        ("-A INPUT -j ACCEPT", False),
    ],
)
def test_what_counts_connections_makes_the_kernel_track_them(rule: str, *, tracks: bool) -> None:
    """A match or target that needs them registers connection tracking when the rule is made (nf_ct_netns_get)."""
    assert Ruleset.of([Listing("iptables-save", f"*filter\n:INPUT ACCEPT [0:0]\n{rule}\nCOMMIT\n")]).tracks is tracks


def test_connections_are_counted_also_of_what_has_none() -> None:
    """Connlimit takes the packet's own addresses then: whether it matches is not known."""
    text = Listing(
        "iptables-legacy-save", "*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m connlimit --connlimit-above 3 -j DROP\nCOMMIT\n"
    )
    outcomes = pass_hook(Ruleset.of([text]), Hook.INPUT, PACKET, CONTEXT)
    assert {outcome.verdict for outcome in outcomes} == {HookVerdict.ACCEPT, HookVerdict.DROP}
    assert all("connections" in outcome.doubts[0].reason for outcome in outcomes)


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("iptables -S", "-P INPUT ACCEPT\n-P FORWARD DROP\n...\n"),
        ("iptables-save -c", "*filter\n:FORWARD DROP [0:0]\n[0:0] -A FORWARD -i lo -j ACCEPT\n[...]\nCOMMIT\n"),
        ("nft list ruleset", "table ip t {\n\tchain f {\n\ttype filter hook forward priority 0; policy drop;\n...\n\t}\n}\n"),
        ("ip6tables -S", "-P FORWARD DROP\n<snip>\n"),
    ],
)
def test_lines_that_were_left_out_may_be_any_rule(command: str, text: str) -> None:
    """Where a person put dots, no policy is known to be reached."""
    rules = Ruleset.of([Listing(command, text)])
    assert [doubt.command for doubt in rules.damaged] == ["nft list ruleset" if "nft" in command else "iptables-save -c"]
    assert {outcome.verdict for outcome in pass_hook(rules, Hook.FORWARD, PACKET, CONTEXT)} == {HookVerdict.UNKNOWN}


def test_a_listing_of_translations_makes_the_kernel_track_connections() -> None:
    """It has no ``-j``, as the text for programs has."""
    head = "Chain POSTROUTING (policy ACCEPT)\ntarget     prot opt source         destination\n"
    text = f"{head}MASQUERADE 0 -- 172.17.0.0/16 0.0.0.0/0\n"
    assert Ruleset.of([Listing("iptables -t nat -L -n", text)]).tracks
    assert not Ruleset.of([Listing("iptables -L -n", text.replace("MASQUERADE", "ACCEPT"))]).tracks


SAVED = Listing("iptables-save", "*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n")
FILTER = Listing("iptables -S", "-P INPUT ACCEPT\n-P FORWARD DROP\n-P OUTPUT ACCEPT\n")
NAT = Listing("iptables -t nat -S", "-P PREROUTING ACCEPT\n-P POSTROUTING ACCEPT\n")


SAVED_NAT = Listing("iptables-save -c -t nat", "*nat\n:POSTROUTING ACCEPT [0:0]\nCOMMIT\n")
RULESET = Listing("nft -a list ruleset", "table ip x {\n}\n")


@pytest.mark.parametrize(
    ("texts", "hidden"),
    [
        ([FILTER], ("table nat",)),
        ([NAT], ("table filter",)),
        ([FILTER, NAT], ()),
        ([SAVED], ()),
        ([FILTER, SAVED], ()),
        ([], ()),
        ([SAVED_NAT], ("table filter",)),
        ([SAVED_NAT, FILTER], ()),
        ([RULESET, NAT], ()),
    ],
)
def test_a_table_that_nobody_showed_is_hidden(texts: list[Listing], hidden: tuple[str, ...]) -> None:
    """``iptables -S`` shows one; a table that iptables-save does not print does not exist, or is empty."""
    assert Ruleset.of(texts).hidden(4) == hidden
    assert Ruleset.of(texts).hidden(6) == ()


@pytest.mark.parametrize(
    ("command", "families"),
    [
        ("nft list table ip x", ()),
        ("nft list chain ip x c", ()),
        ("nft list ruleset", (4, 6)),
        ("nft list ruleset ip", (4,)),
        ("nft list ruleset inet", ()),
    ],
)
def test_one_table_of_nft_hides_the_others(command: str, families: tuple[int, ...]) -> None:
    """Any table may have a chain at the same hook."""
    rules = Ruleset.of([Listing(command, "table ip x {\n}\n")])
    assert tuple(family for family in (4, 6) if not rules.hidden(family)) == families


@pytest.mark.parametrize(
    ("command", "text", "expected"),
    [
        ("iptables -t nat -S", "-P PREROUTING ACCEPT\n-P POSTROUTING ACCEPT\n-N DOCKER", True),
        ("iptables -t nat -S | grep -v x", "-P PREROUTING ACCEPT\n-P POSTROUTING ACCEPT\n-N DOCKER", False),
        ("iptables -t nat -S DOCKER", "-N DOCKER", False),
        ("iptables -S", "-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT", False),
        ("iptables-save", "*filter\n:FORWARD ACCEPT [0:0]\nCOMMIT", True),
    ],
)
def test_what_nat_does_is_shown_by_its_own_chain(command: str, text: str, expected: bool) -> None:  # noqa: FBT001 - a parameter of a test
    """Or by all that iptables-save prints; not by lines that another program picked."""
    assert Ruleset.of([Listing(command, text)]).shows(4, "nat", Hook.POSTROUTING) is expected
