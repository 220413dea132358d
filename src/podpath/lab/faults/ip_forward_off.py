"""IPv4 forwarding is switched off (hardening, `sysctl --system`, a restart of the network service)."""

from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.plan import Plan
from podpath.lab.reach import Rule

_NAME = "net/ipv4/ip_forward"


def _undo(scene: Scene, _: object) -> None:
    scene.setting(_NAME, "1")
    # Writing it sets every device's own switch too (ip-sysctl.rst), and resets proxy_arp's conditions with it.
    for name, value in scene.node.device_settings.items():
        if name.endswith("/forwarding"):
            scene.setting(name, value)


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node = scene.node.name
    bridged = "bridge" in scene.node.facts
    return (
        Rule(f"pod@{node}", "pod,node,outside,service", family=4),
        Rule("pod,node,outside", f"pod@{node}", family=4),
        Rule(f"pod@{node}", f"pod@{node}", "" if bridged else "lost", family=4),
        Rule(f"node@{node}", f"pod@{node}", "", family=4),
        Rule(f"pod@{node}", f"node@{node}", "", family=4),
    )


def _suits(plan: Plan) -> str:
    return "" if plan.cluster_nodes and any(":" not in a for a in plan.cluster_nodes[0].addresses) else "it has no IPv4"


FAULT = Fault(
    title="IPv4 forwarding is off, so the node routes for nobody",
    inject=lambda scene: scene.setting(_NAME, "0"),
    undo=_undo,
    symptom=_symptom,
    suits=_suits,
    needs_pod=True,
    hint="what does /proc/sys/net/ipv4/ip_forward say?",
)
