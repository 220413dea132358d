"""Programs that write rules into several tables: what is left where somebody has flushed one of them."""

from typing import Final, NamedTuple

from podpath.walk.diagnosis.rule_commands import restart_of
from podpath.walk.events import Cause, Walk
from podpath.walk.netfilter import Hook


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

    def again(self, node: str) -> str:
        """Return what makes it write its rules again."""
        return f"restart it on the node: {restart_of(self.label, node)}" if self.label else "systemctl restart docker"


_PROGRAMS: Final = (
    _Program("Docker", "DOCKER", "DOCKER", ""),
    _Program("kube-proxy", "KUBE-FORWARD", "KUBE-SERVICES", "k8s-app=kube-proxy"),
    _Program("flannel", "FLANNEL-FWD", "FLANNEL-POSTRTG", "app=flannel"),
    _Program("Calico", "cali-FORWARD", "cali-nat-outgoing", "k8s-app=calico-node"),
)


class Wiped(NamedTuple):
    """Programs whose rules in the table nat are gone, while those in filter are there.

    Attributes:
        names: the programs.
        again: what makes them write their rules again.
    """

    names: tuple[str, ...]
    again: tuple[str, ...]

    @property
    def words(self) -> str:
        """What is missing, in words."""
        return f"the table nat has no chain of {' and '.join(self.names)}, whose chains in the table filter are there"

    def cause(self, ns: int, said: str, why: str, fix: list[str]) -> Cause:
        """Return the cause."""
        told = f"{why} A firewall that was reloaded, or `iptables -t nat -F`, leaves it like this."
        until = [f"until then: {line}" for line in fix]
        return Cause("firewall-reload-wiped-rules", ns, said, told, (), (*self.again, *until))


def wiped(walk: Walk, ns: int, family: int) -> Wiped | None:
    """Return the programs whose rules for address translation are gone; none where all are there."""
    rules = walk.cluster.rules(ns)
    filters = {name for hook in (Hook.FORWARD, Hook.INPUT) for base in rules.bases(hook, family) for name in base.chains}
    hooks = (Hook.PREROUTING, Hook.OUTPUT, Hook.POSTROUTING)
    translate = {name for hook in hooks for base in rules.bases(hook, family) if base.kind == "nat" for name in base.chains}
    node = walk.cluster.netns(ns).node
    lost = [
        program for program in _PROGRAMS
        if program.translates not in translate and any(name.startswith(program.filters) for name in filters)
    ]  # fmt: skip
    return Wiped(tuple(one.name for one in lost), tuple(one.again(node) for one in lost)) if lost else None
