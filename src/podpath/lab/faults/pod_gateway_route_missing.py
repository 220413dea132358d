"""A pod has lost its default route: `ifdown`/`ifup` inside it, or an error in the chain of CNI plugins."""

from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _inject(scene: Scene) -> str:
    route = scene.on(scene.pod_name, "ip route show default").strip()
    scene.on(scene.pod_name, "ip route del default")
    return route


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    pod, node = scene.pod_name, scene.node.name
    rules = (Rule(pod, "*", "ENETUNREACH", family=4), Rule("*", pod, family=4))
    if "bridge" not in scene.node.facts:
        return rules
    # Neighbours on the bridge need no gateway, and neither does the bridge's own address.
    return (*rules, Rule(pod, f"pod@{node}", "", family=4), Rule(f"pod@{node}", pod, "", family=4), Rule(node, pod, "", family=4))


FAULT = Fault(
    title="a pod has no default route",
    inject=_inject,
    undo=lambda scene, route: scene.on(scene.pod_name, f"ip route replace {route}"),
    symptom=_symptom,
    suits=lambda plan: "" if any(":" not in a for a in plan.cluster_nodes[0].addresses) else "it has no IPv4",
    needs_pod=True,
    hint="`ip route` inside the pod",
)
