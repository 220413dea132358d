"""A rule that accepts after one that stops: real packets die, its counter stays 0, and the mend lets them pass."""

import re
import shlex
import subprocess

import pytest

from podpath.state.finding import Finding
from podpath.walk.cluster import Cluster
from podpath.walk.diagnosis.never_reached import causes
from tests.walk.judge import said
from tests.walk.pasted import node, world
from tests.walk.real import Lab, Probe, needs_root
from tests.walk.test_cases import lines_of

# As the image of a cloud has it, with what an agent of a CNI appends.
ORACLE = """*filter
:FORWARD ACCEPT [0:0]
:FLANNEL-FWD - [0:0]
-A FORWARD -m state --state RELATED,ESTABLISHED -j ACCEPT
-A FORWARD -j REJECT --reject-with icmp-host-prohibited
-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
-A FLANNEL-FWD -s 10.0.0.0/8 -m comment --comment "flanneld forward" -j ACCEPT
COMMIT
"""
HAND_MADE = """*filter
:FORWARD ACCEPT [0:0]
:LOGDROP - [0:0]
-A FORWARD -s 10.0.1.0/24 -p tcp -j LOGDROP
-A FORWARD -s 10.0.1.2 -p tcp --dport 7000:8000 -j ACCEPT
-A LOGDROP -m limit --limit 5/min -j LOG
-A LOGDROP -j DROP
COMMIT
"""
NFT = """table inet guard {
  chain f {
    type filter hook forward priority 0; policy accept;
    ct state established accept
    meta l4proto tcp ip daddr 10.0.2.2 counter reject
    meta l4proto tcp ip daddr 10.0.2.2 tcp dport 7777 counter accept
  }
}
"""


def nothing_passed(printed: str, rule: str) -> bool:
    """Say whether a rule has counted nothing."""
    line = next(line for line in printed.splitlines() if re.search(rule, line))
    return re.search(r"\[0:0\]|packets 0 ", line) is not None


@pytest.mark.root
@pytest.mark.parametrize(
    ("rules", "tool", "shows", "rule"),
    [
        (ORACLE, "iptables", "iptables-save -c", "-j FLANNEL-FWD"),
        (ORACLE, "legacy", "iptables-legacy-save -c", "-j FLANNEL-FWD"),
        (HAND_MADE, "iptables", "iptables-save -c", "7000:8000 -j ACCEPT"),
        (NFT, "nft", "nft list ruleset", "dport 7777"),
    ],
)
def test_the_order_is_the_cause_and_the_mend(rules: str, tool: str, shows: str, rule: str) -> None:
    """By the trace; the check for the namespace says the same of both rules."""
    needs_root()
    probe = Probe("a", "10.0.2.2", "tcp", 7777, None, dont_fragment=False)
    spaces, lines = lines_of({"base": "routed"})
    with Lab() as made:
        made.add(*spaces)
        made.run(lines)
        made.rules("r", rules, tool=tool)
        made.hurry()
        made.listen(*spaces)
        inside = ["nsenter", f"--net={made.path('r')}"]
        ((_, told),) = said(made, [probe])
        assert made.send([probe]) != ["delivered"]
        printed = subprocess.run([*inside, *shows.split()], capture_output=True, text=True, check=True, timeout=30).stdout
        assert nothing_passed(printed, rule)
        cause = of(told)
        with made.capture() as store:
            ((ns,),) = store.raw("SELECT ns FROM netns WHERE name = 'r'")
            (found,) = causes(Cluster(store), ns)
        mend = [step.text for step in found.words.fix[:2]]
        assert (cause.check, found.name) == ("rule-never-reached", "rule-never-reached")
        assert [shlex.join(step.command.argv) for step in cause.fix[:2] if step.command is not None] == mend
        assert (len(cause.evidence), len(found.rows)) == (2, 2)
        subprocess.run([*inside, "sh", "-c", " && ".join(mend)], check=True, capture_output=True, timeout=30)
        assert made.send([probe]) == ["delivered"]


def of(told: object) -> Finding:
    """Return the cause of a trace."""
    cause = getattr(told, "cause", None)
    assert isinstance(cause, Finding)
    return cause


def test_before_the_first_packet_nobody_has_missed_it() -> None:
    """The order is wrong all the same, and only likely to hurt."""
    for count, likely in ((0, True), (7, False)):
        rules = f"[{count}:9] -A INPUT -j DROP\n[0:0] -A INPUT -p tcp -j ACCEPT\n"
        saved = f"# iptables-save -c\n*filter\n:INPUT ACCEPT [0:0]\n{rules}COMMIT\n"
        shown = world({"n1": node(1, saved)})
        (cause,) = causes(shown, shown.hosts()[0])
        assert cause.likely is likely
        assert "/etc/iptables/rules.v4" in cause.words.fix[-1].text
