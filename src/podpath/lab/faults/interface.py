"""What a fault is: it breaks something in a lab as real life breaks it, says who sees what then, and undoes it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from podpath.lab.client import Cluster, LabError
from podpath.lab.plan import NodePlan, Plan, PodPlan
from podpath.lab.reach import Rule


@dataclass
class Scene:
    """Where a fault happens.

    Attributes:
        cluster: the lab.
        node: the node that suffers.
        peer: another node; the same one where there is no other.
        pod: a pod of the node.
        done: what was run, and where, for people.
    """

    cluster: Cluster
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

    def restore(self, words: str, where: str | None = None) -> None:
        """Run again those lines of the plan of a node that hold some words, except those that make devices.

        Raises:
            LabError: one failed.
        """
        place = where or self.node.name
        plan = self.cluster.plan.node(place)
        lines = [line for line in plan.ip if words in line and not line.startswith("link add")]
        entries = [line for line in plan.bridge if words in line]
        for tool, wanted in (("ip", lines), ("bridge", entries)):
            if wanted:
                self.done += [(place, f"{tool} {line}") for line in wanted]
                done = self.cluster.run(place, [tool, "-batch", "-"], text="\n".join(wanted) + "\n")
                if done.code:
                    raise LabError(f"{place}: {tool}: {done.err.strip()}")


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
        hint: what to look at, for a learner who is stuck.
        lasting: why undoing alone does not heal it; empty if it does.
    """

    title: str
    inject: Callable[[Scene], Noted]
    undo: Callable[[Scene, Noted], object]
    symptom: Callable[[Scene], Iterable[Rule]]
    suits: Callable[[Plan], str] = lambda _: ""
    needs_pod: bool = False
    hint: str = ""
    lasting: str = ""


def has_vtep(plan: Plan) -> str:
    """Suit labs with a VXLAN device and more than one node."""
    return "" if all("vtep" in node.facts for node in plan.cluster_nodes) and many_nodes(plan) == "" else "it has no VXLAN"


def has_bridge(plan: Plan) -> str:
    """Suit labs whose pods are on a bridge."""
    return "" if any("bridge" in node.facts for node in plan.cluster_nodes) else "its pods are on no bridge"


def is_routed(plan: Plan) -> str:
    """Suit labs whose pods have a route each, as with Calico."""
    return "" if any("routed" in node.facts for node in plan.cluster_nodes) else "its pods have no routes of their own"


def many_nodes(plan: Plan) -> str:
    """Suit labs with more than one node."""
    return "" if len(plan.cluster_nodes) > 1 else "it has one node only"


def all_of(*conditions: Callable[[Plan], str]) -> Callable[[Plan], str]:
    """Suit labs that suit all conditions."""
    return lambda plan: next((reason for condition in conditions if (reason := condition(plan))), "")


def cut_off(node: str) -> tuple[Rule, ...]:
    """Return the symptom of a node whose pods are cut off from the other nodes, both ways; the nodes' own network works."""
    return (
        Rule(f"pod@!{node},node@!{node}", f"pod@{node}"),
        Rule(f"pod@{node},node@{node}", f"pod@!{node}"),
    )


def pod_lost(scene: Scene) -> tuple[Rule, ...]:
    """Return the symptom of a pod to which its own node has no way: nobody reaches it, and it reaches nobody."""
    rules = (Rule("*", scene.pod_name), Rule(scene.pod_name, "*"))
    # With a blackhole behind the block the node itself is told at once (route(8): EINVAL).
    if any("blackhole" in line for line in scene.node.ip):
        return (*rules, Rule(scene.node.name, scene.pod_name, "EINVAL"))
    return rules
