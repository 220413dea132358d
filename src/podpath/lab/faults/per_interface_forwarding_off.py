"""Forwarding is on, but not for packets that arrive on the interface of pods (networkd, hardening)."""

from podpath.lab.faults.conditions import all_of, has_blocks, ipv4_alone
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _name(scene: Scene) -> str:
    return f"net/ipv4/conf/{scene.node.facts.get('bridge', scene.a_pod.outside)}/forwarding"


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node = scene.node.name
    if "bridge" in scene.node.facts:  # within the bridge nothing is routed
        return (Rule(f"pod@{node}", "*", between="other"), Rule("*", f"pod@{node}", between="other"),
                Rule(f"pod@{node}", f"nodeport@{node}"))  # fmt: skip
    pod = scene.pod_name
    return (Rule(pod, "*"), Rule("*", pod), Rule(node, pod, ""), Rule(pod, node, ""))


FAULT = Fault(
    title="one interface does not forward packets that arrive on it",
    inject=lambda scene: scene.setting(_name(scene), "0"),
    undo=lambda scene, before: scene.setting(_name(scene), before),
    symptom=_symptom,
    suits=all_of(has_blocks, ipv4_alone),
    needs_pod=True,
    hint="`sysctl -a -r ipv4.conf..*forwarding`, and `nstat -az IpInAddrErrors`",
)
