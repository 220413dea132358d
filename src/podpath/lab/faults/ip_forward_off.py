"""IPv4 forwarding is off (hardening, `sysctl --system`, a restart of the network service)."""

from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.plan import Plan
from podpath.lab.reach import Rule

_NAME = "net/ipv4/ip_forward"


def _inject(scene: Scene) -> None:
    scene.setting(_NAME, "0")
    if "routed" in scene.node.facts:
        # A node that does not forward answers no ARP for others either (arp_process in net/ipv4/arp.c). What pods still
        # know of their gateway would hide that for a while.
        for pod in scene.node.pods:
            scene.forget_neighbours(f"{scene.node.name}/{pod.name}")


def _undo(scene: Scene, _: object) -> None:
    scene.setting(_NAME, "1")
    # Writing it sets every device's own switch too (ip-sysctl.rst).
    for name, value in scene.node.device_settings.items():
        if name.endswith("/forwarding"):
            scene.setting(name, value)
    if "routed" in scene.node.facts:
        for pod in scene.node.pods:
            scene.forget_neighbours(f"{scene.node.name}/{pod.name}")


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node = scene.node.name
    lost = (
        Rule(f"pod@{node}", "pod,node,outside,service", family=4),
        Rule("pod,node,outside", f"pod@{node}", family=4),
        Rule(f"pod@{node}", f"nodeport@{node},published@{node}", family=4),
    )
    if "bridge" not in scene.node.facts:
        return lost
    # On one bridge, and between it and the node, nothing is routed.
    return (
        *lost,
        Rule(f"pod@{node}", f"pod@{node}", "", family=4),
        Rule(node, f"pod@{node}", "", family=4),
        Rule(f"pod@{node}", node, "", family=4),
    )


def _suits(plan: Plan) -> str:
    return "" if plan.cluster_nodes and any(":" not in a for a in plan.cluster_nodes[0].addresses) else "it has no IPv4"


FAULT = Fault(
    title="IPv4 forwarding is off, so the node forwards no packets",
    inject=_inject,
    undo=_undo,
    symptom=_symptom,
    suits=_suits,
    needs_pod=True,
    hint="what does /proc/sys/net/ipv4/ip_forward say?",
)
