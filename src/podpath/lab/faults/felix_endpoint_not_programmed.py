"""Calico's agent has not written the chains of a pod, and packets from an unknown interface are dropped."""

from podpath.lab.faults.conditions import all_of, ipv4_alone
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import rules_of
from podpath.lab.plan import Plan
from podpath.lab.reach import Rule


def _rules(scene: Scene) -> list[str]:
    return [rule for way in ("from", "to") for rule in rules_of(scene.node, f"-A cali-{way}-wl-dispatch", scene.a_pod.outside)]


def _suits(plan: Plan) -> str:
    return "" if any(rules_of(node, "cali-from-wl-dispatch") for node in plan.cluster_nodes) else "it has no policies of Calico"


FAULT = Fault(
    title="the chains of Calico have no rules for a pod, and drop its packets in both directions",
    inject=lambda scene: scene.iptables(*(rule.replace("-A", "-D", 1) for rule in _rules(scene))),
    undo=lambda scene, _: scene.reload(scene.node.iptables),
    symptom=lambda scene: (Rule("*", scene.pod_name), Rule(scene.pod_name, "*")),
    suits=all_of(_suits, ipv4_alone),
    needs_pod=True,
    hint="is every cali interface in `iptables -S cali-from-wl-dispatch`?",
)
