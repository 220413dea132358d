"""The policy of FORWARD is DROP and nothing accepts pods (an engine was installed, or its rules were flushed)."""

from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.plan import Plan
from podpath.lab.reach import Rule


def _inject(scene: Scene) -> str:
    before = scene.do("iptables-save -t filter")
    scene.do("iptables -F FORWARD", "iptables -P FORWARD DROP")
    return before


def _undo(scene: Scene, before: object) -> None:
    scene.done.append((scene.node.name, "iptables-restore <saved rules"))
    scene.cluster.run(scene.node.name, "iptables-restore", text=str(before))


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node = scene.node.name
    # Pods on one bridge are cut off from each other too: br_netfilter shows their frames to FORWARD.
    return (
        Rule(f"pod@{node}", "pod,outside,service,node", family=4),
        Rule("pod,outside,node", f"pod@{node}", family=4),
        Rule(f"pod@{node}", node, "", family=4),
        Rule(node, f"pod@{node}", "", family=4),
    )


def _suits(plan: Plan) -> str:
    return "" if all(node.iptables for node in plan.cluster_nodes) else "it has no iptables rules"


FAULT = Fault(
    title="FORWARD drops what no rule accepts, and no rule accepts pods",
    inject=_inject,
    undo=_undo,
    symptom=_symptom,
    suits=_suits,
    needs_pod=True,
    hint="`iptables -S FORWARD`, and its counters in `iptables -nvL FORWARD`",
)
