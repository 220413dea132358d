"""Rules that accept, and come after one that stops the same packets.

Docker's own rules come after the administrator's by design, and Docker writes them again where it wants them: nobody moves those.
"""

import re
from collections.abc import Iterator
from typing import Final

from podpath.causes.netfilter import rule_never_reached
from podpath.state.finding import Words
from podpath.walk.cluster import Cluster
from podpath.walk.diagnosis.rule_commands import moved
from podpath.walk.events import Diagnosis
from podpath.walk.netfilter import RuleHit
from podpath.walk.netfilter.covered import covered
from podpath.walk.netfilter.names import who_made

ADMIN: Final = "DOCKER-USER"
"""The chain that Docker leaves to the administrator; FORWARD jumps to it before all of Docker's own."""
_DOCKERS: Final = re.compile(r"-[jg] DOCKER\b|-[io] (?:docker0|docker_gwbridge|br-[0-9a-f]{12}) ")


def causes(cluster: Cluster, ns: int) -> Iterator[Diagnosis]:
    """Yield what is wrong with the order of rules in a namespace."""
    netns = cluster.netns(ns)
    where = netns.where
    for rule, by, _, _ in covered(cluster.rules(ns)):
        if is_dockers(rule):
            continue
        words = rule_never_reached.covered(rule.number, rule.chain, rule.table, where, after(rule, by))
        # Before the first packet nobody has missed it.
        yield Diagnosis(words, ns, (rule, by), likely=by.packets == 0)


def is_dockers(rule: RuleHit) -> bool:
    """Say whether Docker has written a rule."""
    made = who_made(rule.chain, rule.table)
    return rule.chain != ADMIN and ((made is not None and made.owner == "Docker") or _DOCKERS.search(rule.text) is not None)


def after(rule: RuleHit, by: RuleHit) -> Words:
    """Return what follows from the order of two rules, and what changes it."""
    return rule_never_reached.after(rule.number, by.number, by.packets, by.text, moved(rule, by))
