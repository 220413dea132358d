"""Programs that write rules into several tables, one of which was flushed."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from podpath.causes.netfilter import firewall_reload_wiped_rules
from podpath.language import tr
from podpath.state.fix import Fix, do
from podpath.walk.diagnosis.rule_commands import restart_of
from podpath.walk.events import Diagnosis, Walk
from podpath.walk.netfilter import Hook
from podpath.walk.netfilter.chain import Base
from podpath.walk.netfilter.xtables.save import XtChain


class _Program(NamedTuple):
    """What a program writes.

    Attributes:
        name: the program.
        filters: a chain that it has in the table filter, by its first letters.
        translates: one that it always has in the table nat, too.
        label: the label of its pods; empty for Docker, which is no pod.
    """

    name: str
    filters: str
    translates: str
    label: str

    def again(self, node: str) -> Fix:
        """Return what makes it write its rules again."""
        if not self.label:
            return do("systemctl", "restart", "docker")
        return restart_of(self.label, node)._replace(words=tr("restart {name} on the node", name=self.name))


_PROGRAMS: Final = (
    _Program("Docker", "DOCKER", "DOCKER", ""),
    _Program("kube-proxy", "KUBE-FORWARD", "KUBE-SERVICES", "k8s-app=kube-proxy"),
    _Program("flannel", "FLANNEL-FWD", "FLANNEL-POSTRTG", "app=flannel"),
    _Program("Calico", "cali-FORWARD", "cali-nat-outgoing", "k8s-app=calico-node"),
)

_ENTRIES: Final = frozenset(("DOCKER", "KUBE-SERVICES", "FLANNEL-POSTRTG"))
"""Chains that a rule of a built-in chain leads to."""


class Wiped(NamedTuple):
    """Programs whose rules in the table nat are gone, while those in filter are there.

    Attributes:
        names: the programs.
        again: what makes them write their rules again.
    """

    names: tuple[str, ...]
    again: tuple[Fix, ...]

    def cause(self, ns: int, said: str, why: str, *until: Fix) -> Diagnosis:
        """Return the diagnosis.

        Args:
            ns: namespace of the rules.
            said: what is missing for the packet; the programs' chains are added.
            why: what happens to the packet.
            until: what helps until the programs write their rules again.
        """
        steps = (*self.again, *(step._replace(words=tr("until then,")) for step in until))
        return Diagnosis(firewall_reload_wiped_rules.nat_gone(said, self.names, why, steps), ns)


def _is_left_over(tables: Sequence[Base], name: str) -> bool:
    """Say whether the rules that led to a program's first chain are gone: `iptables -F` empties chains, and deletes none."""
    if name not in _ENTRIES or not all(isinstance(base.chain, XtChain) for base in tables):
        return False
    chains = [base.chain for base in tables if isinstance(base.chain, XtChain)]
    return not any(f" -j {name}" in chain.rule(at).text() for chain in chains for at in range(len(chain.places)))


def wiped(walk: Walk, ns: int, family: int) -> Wiped | None:
    """Return the programs whose rules for address translation are gone, or None if all are there."""
    rules = walk.cluster.rules(ns)
    filters = {name for hook in (Hook.FORWARD, Hook.INPUT) for base in rules.bases(hook, family) for name in base.chains}
    hooks = (Hook.PREROUTING, Hook.OUTPUT, Hook.POSTROUTING)
    tables = [base for hook in hooks for base in rules.bases(hook, family) if base.kind == "nat"]
    translate = {name for base in tables for name in base.chains if not _is_left_over(tables, name)}
    node = walk.cluster.netns(ns).node
    lost = [
        program for program in _PROGRAMS
        if program.translates not in translate and any(name.startswith(program.filters) for name in filters)
    ]  # fmt: skip
    return Wiped(tuple(one.name for one in lost), tuple(one.again(node) for one in lost)) if lost else None
