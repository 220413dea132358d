"""Symptoms that several faults share: rules about the pairs that reach each other, and the parts that they consist of."""

from ipaddress import ip_network
from typing import Final

from podpath.lab.faults.interface import Scene
from podpath.lab.plan import NodePlan
from podpath.lab.reach import End, Rule

SOME_LOST: Final = "lost|"
"""What is seen where chance, or a kernel's choice, decides: some are lost, others are answered."""


def cut_off(node: str) -> tuple[Rule, ...]:
    """Return the symptom of a node whose pods are cut off from the other nodes, both ways; the nodes' own network works."""
    return (
        Rule(f"pod@!{node},node@!{node}", f"pod@{node}"),
        Rule(f"pod@{node},node@{node}", f"pod@!{node}"),
    )


def pair_cut(scene: Scene) -> tuple[Rule, ...]:
    """Return the symptom of a node that does not find the pods of one peer: there and back, as every answer needs both ways."""
    node, peer = scene.node.name, scene.peer.name
    # By a tunnel the peer speaks with an address of its block; without one, with an address that the node finds.
    speakers = f"pod@{peer},node@{peer}" if "vtep" in scene.peer.facts else f"pod@{peer}"
    return (Rule(f"pod@{node},node@{node}", f"pod@{peer}"), Rule(speakers, f"pod@{node}"))


def pod_lost(scene: Scene) -> tuple[Rule, ...]:
    """Return the symptom of a pod to which its own node has no route: no traffic to it or from it."""
    rules = (Rule("*", scene.pod_name), Rule(scene.pod_name, "*"))
    # With a blackhole for the block, the node itself gets an error at once (route(8): EINVAL).
    if any("blackhole" in line for line in scene.node.ip):
        return (*rules, Rule(scene.node.name, scene.pod_name, "EINVAL"))
    return rules


def pods_lost(scene: Scene) -> tuple[Rule, ...]:
    """Return the symptom of a node without routes to its own pods; traffic within its bridge works."""
    pods = f"pod@{scene.node.name}"
    return (Rule("*", pods, family=4), Rule(pods, "*", family=4), *_on_the_bridge(scene, pods, pods))


def node_lost(scene: Scene, sees: str = "lost") -> tuple[Rule, ...]:
    """Return the symptom of a node without any route; traffic within its bridge works.

    Args:
        scene: where.
        sees: what the node itself sees.
    """
    all_there, pods = f"*@{scene.node.name}", f"pod@{scene.node.name}"
    return (
        Rule("*", all_there, family=4),
        Rule(all_there, "*", family=4),
        Rule(scene.node.name, "*", sees, family=4),
        Rule(scene.node.name, f"nodeport@{scene.node.name}", f"lost|{sees}", family=4),
        *_on_the_bridge(scene, pods, pods),
    )


def nothing_forwarded(scene: Scene) -> tuple[Rule, ...]:
    """Return the symptom of a node whose FORWARD drops all: pods speak with their own node alone."""
    node = scene.node.name
    # Pods on one bridge are cut off from each other too: br_netfilter shows their frames to FORWARD.
    return (
        Rule(f"pod@{node}", "pod,outside,service,node", family=4),
        Rule("pod,outside,node", f"pod@{node}", family=4),
        Rule(f"pod@{node}", node, "", family=4),
        Rule(node, f"pod@{node}", "", family=4),
    )


def half_lost(scene: Scene, node_sees: str) -> tuple[Rule, ...]:
    """Return the symptom of a node that throws away what is for the first half of a peer's block.

    Args:
        scene: where.
        node_sees: what the node's own senders see.
    """
    half = ip_network(half_of(scene.peer))
    node, peer = scene.node.name, scene.peer.name
    pods = [pod.name for pod in scene.peer.pods if any(ip_network(a).subnet_of(half) for a in pod.addresses)]  # type: ignore[arg-type]
    inside = ",".join(f"{peer}/{pod}" for pod in pods)
    rules = [Rule(f"pod@{node}", inside), Rule(inside, f"pod@{node}"), Rule(node, inside, node_sees)]
    if "vtep" in scene.peer.facts:  # the address from which the peer itself speaks to pods is in that half too
        rules.append(Rule(peer, f"pod@{node}"))
    return tuple(rules)


def half_of(node: NodePlan) -> str:
    """Return the first half of a node's block."""
    return str(next(ip_network(node.facts["block"]).subnets()))


def services(scene: Scene, kind: str = "service") -> list[End]:
    """Return the services (kind ``service``) or node ports on any node (``nodeport``) that somebody serves."""
    return [end for end in scene.plan.targets if end.kind == kind and end.backends]


def rules_of(node: NodePlan, *words: str) -> list[str]:
    """Return the lines of a node's iptables that hold all of these words."""
    return [line for line in node.iptables.splitlines() if all(word in line for word in words)]


def behind_services(scene: Scene, sees: str = "lost") -> tuple[Rule, ...]:
    """Return what pods of a node see when a service leads them to the pod: not the bridge but the node looks for its MAC.

    Args:
        scene: where.
        sees: what is seen where no other pod is behind the service.
    """
    return tuple(
        Rule(f"pod@{scene.node.name}", end.name, sees if len(end.backends) == 1 else f"{sees}|")
        for kind in ("service", "nodeport")
        for end in services(scene, kind)
        if scene.pod_name in end.backends and end.node in {"", scene.node.name}
    )


def _on_the_bridge(scene: Scene, source: str, target: str) -> tuple[Rule, ...]:
    return (Rule(source, target, "", between="same"),) if "bridge" in scene.node.facts else ()
