"""The range of source ports for masquerading is used up: one port here, so the second sender gets none."""

from podpath.lab.faults.conditions import all_of, has_blocks, has_iptables, ipv4_alone, many_pods
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import SOME_LOST
from podpath.lab.reach import Rule


def _rules(scene: Scene) -> list[str]:
    return [
        f"POSTROUTING -s {scene.node.facts['block']} -d {scene.outside.addresses[0]} -p {protocol} -j MASQUERADE --to-ports 40000"
        for protocol in ("tcp", "udp")
    ]


FAULT = Fault(
    title="there are too few source ports for masquerading",
    inject=lambda scene: scene.iptables(*(f"-I {rule}" for rule in _rules(scene)), table="nat"),
    undo=lambda scene, _: scene.iptables(*(f"-D {rule}" for rule in _rules(scene)), table="nat"),
    symptom=lambda scene: (Rule(f"pod@{scene.node.name}", "outside", SOME_LOST, probes="tcp,udp"),),
    suits=all_of(has_blocks, has_iptables, many_pods, ipv4_alone),
    needs_pod=True,
    hint="`conntrack -S` counts insert_failed and drop",
)
