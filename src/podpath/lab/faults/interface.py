"""What a fault is: it breaks something in a lab as real life breaks it, says who sees what then, and undoes it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from podpath.lab.client import Cluster, LabError
from podpath.lab.networks.underlay import port
from podpath.lab.plan import NodePlan, Plan, PodPlan
from podpath.lab.reach import Rule


@dataclass
class Scene:
    """Where a fault happens.

    Attributes:
        cluster: the lab; a symptom is said without one.
        plan: what it was built from.
        node: the node that suffers.
        peer: another node; the same one where there is no other.
        pod: a pod of the node.
        done: what was run, and where, for people.
    """

    cluster: Cluster
    plan: Plan
    node: NodePlan
    peer: NodePlan
    pod: PodPlan | None
    done: list[tuple[str, str]] = field(default_factory=list)

    @property
    def a_pod(self) -> PodPlan:
        """The pod; a fault that needs one is offered only where there is one."""
        if self.pod is None:
            raise LabError(f"{self.node.name} has no pod")
        return self.pod

    @property
    def pod_name(self) -> str:
        """The pod's full name."""
        return f"{self.node.name}/{self.a_pod.name}"

    @property
    def others(self) -> list[NodePlan]:
        """The other nodes."""
        return [node for node in self.plan.cluster_nodes if node.name != self.node.name]

    @property
    def outside(self) -> NodePlan:
        """The host that is no node."""
        return next(node for node in self.plan.nodes if node.kind == "outside")

    @property
    def pod_address(self) -> str:
        """The pod's first address."""
        return self.a_pod.addresses[0]

    def do(self, *commands: str) -> str:
        """Run commands on the node; each must succeed.

        Raises:
            LabError: one failed.
        """
        return self.on(self.node.name, *commands)

    def on(self, where: str, *commands: str) -> str:
        """Run commands on a node, in a pod, or on the switch (``sw``); each must succeed.

        Raises:
            LabError: one failed.
        """
        self.done += [(where, command) for command in commands]
        return self.cluster.do(where, *commands)

    def setting(self, name: str, value: str, where: str | None = None) -> str:
        """Write a sysctl by its path below /proc/sys and return what it was.

        Raises:
            LabError: there is no such setting.
        """
        place = where or self.node.name
        self.done.append((place, f"sysctl -w {name.replace('/', '.')}={value}"))
        old = self.cluster.do(place, f"cat /proc/sys/{name}").strip()
        self.cluster.do(place, f"sh -c 'echo {value} >/proc/sys/{name}'")
        return old

    def forget_neighbours(self, pod: str) -> None:
        """Make a pod resolve its neighbours again: an unanswered request would be repeated for seconds.

        Raises:
            LabError: there is no such pod.
        """
        self.on(pod, "ip neigh flush dev eth0")

    def restore(self, words: str, where: str | None = None) -> None:
        """Run again those lines of the plan of a node that hold some words, except those that make devices.

        Raises:
            LabError: one failed.
        """
        place = where or self.node.name
        plan = self.plan.node(place)
        lines = [line for line in plan.ip if words in line and not line.startswith("link add")]
        entries = [line for line in plan.bridge if words in line]
        for tool, wanted in (("ip", lines), ("bridge", entries)):
            if wanted:
                self.done += [(place, f"{tool} {line}") for line in wanted]
                done = self.cluster.run(place, [tool, "-batch", "-"], text="\n".join(wanted) + "\n")
                if done.code:
                    raise LabError(f"{place}: {tool}: {done.err.strip()}")

    def feed(self, command: str, text: str, where: str | None = None) -> None:
        """Give a text to a command on the node, or elsewhere; it must succeed.

        Raises:
            LabError: it failed.
        """
        place = where or self.node.name
        self.done += [(place, f"{command} <<<'{line}'") for line in text.splitlines()]
        done = self.cluster.run(place, command, text=text)
        if done.code:
            raise LabError(f"{place}: {command}: {done.err.strip()}")

    def iptables(self, *rules: str, table: str = "filter", where: str | None = None) -> None:
        """Run commands of iptables (``-I INPUT -j DROP``) on one table of the node, or elsewhere, all in one step.

        Raises:
            LabError: one failed.
        """
        place = where or self.node.name
        self.done += [(place, f"iptables {f'-t {table} ' if table != 'filter' else ''}{rule}") for rule in rules]
        text = "\n".join([f"*{table}", *rules, "COMMIT"]) + "\n"
        done = self.cluster.run(place, "iptables-restore --noflush", text=text)
        if done.code:
            raise LabError(f"{place}: iptables: {done.err.strip()}")

    def reload(self, text: str, where: str | None = None) -> None:
        """Load rules as `iptables-save` prints them, in place of those of the same tables.

        Raises:
            LabError: it failed.
        """
        place = where or self.node.name
        self.done.append((place, "iptables-restore <rules as they were"))
        done = self.cluster.run(place, "iptables-restore", text=text)
        if done.code:
            raise LabError(f"{place}: iptables-restore: {done.err.strip()}")

    def switch_drops(self, *matches: str, verdict: str = "drop") -> None:
        """Let the switch drop what comes from the node's port or goes to it, and matches one of these words of nft(8).

        ``{port}`` stands for the port of the node.
        """
        table = self._switch_table
        rules = [f"add rule {table} c {match.format(port=port(self.node.name))} counter {verdict}" for match in matches]
        chain = f"add chain {table} c {{ type filter hook forward priority 0 ; }}"
        self.feed("nft -f -", "\n".join([f"add table {table}", chain, *rules]) + "\n", "sw")

    def switch_carries(self) -> None:
        """Take the rules of :meth:`switch_drops` away."""
        self.on("sw", f"nft delete table {self._switch_table}")

    @property
    def _switch_table(self) -> str:
        return f"bridge at-{self.node.name}".replace(".", "-")

    def remake(self, device: str, *changes: tuple[str, str]) -> None:
        """Recreate a device of the plan, with other words in the line that creates it, and everything that depends on it.

        Raises:
            LabError: the kernel refuses.
        """
        self.do(f"ip link del {device}")
        self.make(device, *changes)

    def make(self, device: str, *changes: tuple[str, str]) -> None:
        """Make a device of the plan that is gone; as :meth:`remake`.

        Raises:
            LabError: the kernel refuses.
        """
        line = next(line for line in self.node.ip if line.startswith(f"link add name {device} "))
        for old, new in changes:
            line = line.replace(old, new)
        self.do(f"ip {line}")
        if not self.node.offloads:
            self._offloads_off()
        self.do(f"ip link set {device} up")
        self.restore(f"dev {device}")

    def _offloads_off(self) -> None:
        connection = self.cluster.connect(self.node.name, "")
        connection.ask({"do": "offloads-off"})
        connection.close()


Noted = Any


@dataclass(frozen=True)
class Fault:
    """A way to break a lab. The file that holds it gives the name.

    Attributes:
        title: one sentence: what is wrong.
        inject: breaks it; what it returns (JSON-like) is kept for :attr:`undo`.
        undo: mends it, as a person would.
        symptom: who sees what then, over what is to be expected in health; later rules overrule earlier ones.
        suits: whether a lab of this plan can have it; else the reason why not.
        needs_pod: whether the node must have a pod.
        tools: commands that it needs besides `ip` and those that built the lab.
        hint: what to look at, for a learner who is stuck.
        lasting: why undoing alone does not heal it; empty if it does.
    """

    title: str
    inject: Callable[[Scene], Noted]
    undo: Callable[[Scene, Noted], object]
    symptom: Callable[[Scene], Iterable[Rule]]
    suits: Callable[[Plan], str] = lambda _: ""
    needs_pod: bool = False
    tools: tuple[str, ...] = ()
    hint: str = ""
    lasting: str = ""
