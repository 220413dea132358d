"""Rules that accept, and come after one that stops the same packets: what that is called, and what fixes it."""

from collections.abc import Iterator
from typing import Final

from podpath.walk.cluster import Cluster
from podpath.walk.diagnosis.rule_commands import moved
from podpath.walk.events import Cause
from podpath.walk.netfilter import RuleHit
from podpath.walk.netfilter.covered import covered

NAME: Final = "rule-never-reached"


def causes(cluster: Cluster, ns: int) -> Iterator[Cause]:
    """Yield what is wrong with the order of rules in a namespace."""
    netns = cluster.netns(ns)
    where = f"on {netns.node}" if not netns.label else f"in {netns.label.replace(':', ' ', 1)} on {netns.node}"
    for rule, by, _, _ in covered(cluster.rules(ns)):
        said = f"rule {rule.number} of chain {rule.chain} in table {rule.table} {where} accepts nothing"
        # Before the first packet nobody has missed it.
        yield Cause(NAME, ns, said, why(rule, by), (rule, by), fixes(rule, by), likely=by.packets == 0)


def why(rule: RuleHit, by: RuleHit) -> str:
    """Return what follows from the order of two rules."""
    counted = f", and has counted {by.packets} packets" if by.packets is not None else ""
    return f"Rule {by.number} comes first, and stops all that rule {rule.number} asks for{counted}: {by.text}."


def fixes(rule: RuleHit, by: RuleHit) -> tuple[str, ...]:
    """Return what puts a rule before the one that stops its packets, and keeps it there."""
    return (
        *moved(rule, by),
        "to keep it, change the order where the rules are loaded from (/etc/iptables/rules.v4, /etc/nftables.conf …)",
    )
