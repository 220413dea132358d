"""Lists of addresses that rules have seen: read as the kernel prints them, and asked as it asks them."""

import pytest

from podpath.state.address import parse_ip
from podpath.walk.netfilter import Hook, HookVerdict, Listing, Ruleset, pass_hook
from podpath.walk.netfilter.recent import Printed, RecentLists, Seen, tables_of
from tests.walk.judge import said
from tests.walk.netfilter.frames.asking import CONTEXT, PACKET
from tests.walk.real import Lab, Probe, needs_root
from tests.walk.test_cases import BASES

LIST = """src=10.0.0.1 ttl: 64 last_seen: 5000 oldest_pkt: 3 1000, 4000, 5000
src=10.0.0.9 ttl: 64 last_seen: 90000 oldest_pkt: 1 90000
"""
SHOWN = Listing("cat /proc/net/xt_recent/web", LIST)
RULES = """*filter
:INPUT ACCEPT [0:0]
-A INPUT -p udp -m recent --set --name seen --rsource
-A INPUT -p icmp -m recent --rcheck --name seen --rsource -j DROP
-A INPUT -p tcp -m recent --update --hitcount 2 --name seen --rsource -j REJECT
COMMIT
"""


def asked(match: str, *texts: Listing, before: str = "") -> HookVerdict:
    """Return what happens to a packet at a rule that drops."""
    saved = f"*filter\n:INPUT ACCEPT [0:0]\n{before}-A INPUT -m recent {match} --name web --rsource -j DROP\nCOMMIT\n"
    outcomes = pass_hook(Ruleset.of([Listing("iptables-save", saved), *texts]), Hook.INPUT, PACKET, CONTEXT)
    return outcomes[0].verdict if len(outcomes) == 1 else HookVerdict.UNKNOWN


@pytest.mark.parametrize(
    ("match", "verdict"),
    [
        ("--rcheck", HookVerdict.DROP),
        ("! --rcheck", HookVerdict.ACCEPT),
        ("--update --hitcount 3", HookVerdict.DROP),
        ("--update --hitcount 4", HookVerdict.ACCEPT),
        ("--update --seconds 60 --hitcount 4", HookVerdict.ACCEPT),
        ("--rcheck --seconds 84", HookVerdict.ACCEPT),
        ("--rcheck --seconds 10800", HookVerdict.UNKNOWN),
        ("--rcheck --rttl", HookVerdict.UNKNOWN),
        ("--remove", HookVerdict.DROP),
        ("--rcheck --mask 255.255.255.0", HookVerdict.ACCEPT),
    ],
)
def test_a_list_is_asked_as_the_kernel_asks_it(match: str, verdict: HookVerdict) -> None:
    """85 seconds of at most 1000 ticks lie between the two addresses: less than that has run out."""
    assert asked(match, SHOWN) is verdict


def test_who_is_in_no_list_was_not_seen_and_a_list_that_nobody_shows_is_unknown() -> None:
    """An empty list is printed as nothing."""
    assert asked("--rcheck", Listing("cat /proc/net/xt_recent/web", "")) is HookVerdict.ACCEPT
    assert asked("--rcheck") is HookVerdict.UNKNOWN
    assert asked("--rcheck", SHOWN._replace(command="cat /proc/net/xt_recent/other")) is HookVerdict.UNKNOWN
    assert asked("--rcheck", SHOWN._replace(text=LIST + "src=10.0.0.1 ttl")) is HookVerdict.UNKNOWN


def test_what_an_earlier_rule_has_just_noted_counts() -> None:
    """Once: that is one packet."""
    noted = "-A INPUT -m recent --set --name web --rsource\n"
    empty = SHOWN._replace(text="")
    assert asked("--rcheck --seconds 60", empty, before=noted) is HookVerdict.DROP
    assert asked("--rcheck --hitcount 2", empty, before=noted) is HookVerdict.ACCEPT
    assert asked("--rcheck --hitcount 4", SHOWN, before=noted) is HookVerdict.DROP


def test_what_another_table_may_have_noted_leaves_it_open() -> None:
    """Its rules come at another hook."""
    both = "*raw\n-A PREROUTING -m recent --set --name web\nCOMMIT\n"
    both += "*filter\n-A INPUT -m recent --rcheck --name web -j DROP\nCOMMIT\n"
    assert tables_of([both]) == {"web": frozenset(("raw", "filter"))}
    outcomes = pass_hook(Ruleset.of([Listing("iptables-save", both), SHOWN]), Hook.INPUT, PACKET, CONTEXT)
    assert len(outcomes) == 2


def test_all_forms_are_read() -> None:
    """By heading, by path before each line, and by the command."""
    text = "==> /proc/net/xt_recent/a <==\n\n==> /proc/net/xt_recent/b <==\nsrc=10.0.0.9 ttl: 5 last_seen: 7 oldest_pkt: 1 7\n"
    wanted = {"a": {}, "b": {parse_ip("10.0.0.9"): Seen(5, 7, 1)}}
    assert RecentLists((Printed("tail -v -n +1 /proc/net/xt_recent/*", text),)).lists == wanted
    line = "/proc/net/xt_recent/b:src=10.0.0.9 ttl: 5 last_seen: 7 oldest_pkt: 1 7\n"
    assert RecentLists((Printed("grep . /proc/net/xt_recent/*", line),)).lists == {"b": wanted["b"]}


@pytest.mark.root
def test_the_kernel_remembers_as_the_walk_says() -> None:
    """Before and after a packet that a rule notes; the lists come with the capture."""
    needs_root()
    base = BASES["lan"]
    ping, reset = Probe("a", "10.0.0.2"), Probe("a", "10.0.0.2", "tcp")
    with Lab() as lab:
        lab.add(*base["spaces"])
        lab.run(base["lines"].splitlines())
        lab.rules("b", RULES, tool="legacy")
        lab.hurry()
        lab.listen(*base["spaces"])
        for sent in ([], [Probe("a", "10.0.0.2", "udp")], [Probe("a", "10.0.0.2", "udp")]):
            lab.send(sent)
            told = [words for words, _ in said(lab, [ping, reset])]
            assert [{one} for one in lab.send([ping, reset])] == told, sent
        assert told == [{"timeout"}, {"ECONNREFUSED"}]
