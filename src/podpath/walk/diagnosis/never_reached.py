"""Rules that accept, and come after one that stops the same packets."""

from collections.abc import Iterator

from podpath.causes.netfilter import rule_never_reached
from podpath.state.finding import Words
from podpath.walk.cluster import Cluster
from podpath.walk.diagnosis.rule_commands import moved
from podpath.walk.events import Diagnosis
from podpath.walk.netfilter import RuleHit
from podpath.walk.netfilter.covered import covered


def causes(cluster: Cluster, ns: int) -> Iterator[Diagnosis]:
    """Yield what is wrong with the order of rules in a namespace."""
    netns = cluster.netns(ns)
    where = netns.where
    for rule, by, _, _ in covered(cluster.rules(ns)):
        words = rule_never_reached.covered(rule.number, rule.chain, rule.table, where, after(rule, by))
        # Before the first packet nobody has missed it.
        yield Diagnosis(words, ns, (rule, by), likely=by.packets == 0)


def after(rule: RuleHit, by: RuleHit) -> Words:
    """Return what follows from the order of two rules, and what changes it."""
    return rule_never_reached.after(rule.number, by.number, by.packets, by.text, moved(rule, by))
