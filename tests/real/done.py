"""A damage that is done to a lab and undone, with the agents stopped that would repair it."""

import os
import re
import time
from typing import Final, Self

from podpath.lab.client import Cluster
from tests.engines import wait_for
from tests.real.damages import AGENTS, Damage

_PATH: Final = f"/run/iptables:{os.environ['PATH']}"
"""The engine of a lab takes the back end of iptables that it finds first, and so do damages."""
_FLEETING: Final = re.compile(r"expires|^\s*chain |^:KUBE-")
"""Clients of services with sessions; chains that nothing leads to any more, which are removed some time later."""
_HASHED: Final = re.compile(r"\b(KUBE-(?:NWPLCY|POD-FW|SRC|DST)-)[A-Z0-9]{16}\b")
"""Names of kube-router's chains and sets: they change whenever it writes them."""


class Done:
    """A damage that is done as long as the block lasts; agents that would repair it are stopped.

    Args:
        cluster: the lab.
        damage: the damage.
    """

    def __init__(self, cluster: Cluster, damage: Damage) -> None:
        self._cluster, self._damage = cluster, damage
        self._nodes = [node.name for node in cluster.plan.cluster_nodes]
        self._bridge = cluster.plan.cluster_nodes[0].facts.get("bridge", "")

    def __enter__(self) -> Self:
        self._before = self._rules()
        self._signal("STOP")
        if self._damage.rules == "iptables":
            self._shell(self._damage.at, "iptables-save >/run/rules")
        elif self._damage.rules:
            self._shell(self._damage.at, f"nft list table {self._damage.rules} >/run/rules")
        self._shell(self._damage.at, *self._damage.do)
        if self._damage.awake:
            wait_for("the agents write what they are told", self._settled_anew)
        return self

    def __exit__(self, *_: object) -> None:
        self._shell(self._damage.at, *self._damage.undo, careful=False)
        if self._damage.rules == "iptables":
            self._shell(self._damage.at, "iptables-restore </run/rules", careful=False)
        elif self._damage.rules:
            table = self._damage.rules
            self._shell(self._damage.at, f"nft delete table {table}; nft -f /run/rules", careful=False)
        self._signal("CONT")

    def undone(self) -> bool:
        """Say whether agents have written again what they wrote before, in time; a fix may have changed what they do not see."""
        if not self._damage.awake:
            return True
        try:
            return bool(wait_for("the agents write what they wrote before", lambda: not self._changed(), 8))
        except TimeoutError:
            return False

    def _shell(self, place: str, *lines: str, careful: bool = True) -> None:
        for line in lines:
            done = self._cluster.run(place, ["sh", "-c", line], env={"BRIDGE": self._bridge, "PATH": _PATH})
            assert not careful or done.code == 0, f"{place}: {line}: {done.err or done.out}"

    def _signal(self, name: str) -> None:
        for node in self._nodes:
            stopped = [
                agent for agent in AGENTS
                if "all" not in self._damage.awake and f"{agent}@{node}" not in self._damage.awake
            ]  # fmt: skip
            if stopped:
                self._cluster.run(node, ["sh", "-c", f"kill -{name} $(pidof {' '.join(stopped)}) 2>/dev/null"])

    def _settled_anew(self) -> bool:
        """Say whether some node has other rules than before, and every node the same for a second."""
        first = self._rules()
        if first == self._before:
            return False
        time.sleep(1)
        return self._rules() == first

    def _rules(self) -> dict[str, set[str]]:
        """Return the rules that kube-proxy writes, of each node."""
        if not self._damage.awake:
            return {}
        shown = "iptables-save; nft -s list table ip kube-proxy 2>/dev/null; ipset save 2>/dev/null"
        return {node: _settled(self._cluster.run(node, ["sh", "-c", shown]).out) for node in self._nodes}

    def _changed(self) -> set[str]:
        now = self._rules()
        return {node for node in self._nodes if now[node] != self._before[node]}


def _settled(text: str) -> set[str]:
    """Return rules, and elements of sets in any order, without counters, comments, and clients of services with sessions."""
    text = _HASHED.sub(r"\1", text)
    lines = (line.partition(" [")[0] for line in text.splitlines() if not line.startswith("#"))
    return {part.strip() for line in lines for part in re.split(r"[{},]", line) if not _FLEETING.search(part)}
