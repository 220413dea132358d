"""A node masquerades too much: its pods' packets reach others with its own address, and no policy matches them."""

from podpath.lab.faults.conditions import all_of, has_blocks, ipv4_alone
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import rules_of
from podpath.lab.plan import Plan
from podpath.lab.reach import Rule


def _protected(plan: Plan) -> list[str]:
    """Return the pods that a policy is about."""
    return [
        f"{node.name}/{pod.name}"
        for node in plan.cluster_nodes
        for pod in node.pods
        if rules_of(node, f"-A cali-tw-{pod.outside} ", "-j cali-pi-")
    ]


def _rule(scene: Scene) -> str:
    return f"POSTROUTING -s {scene.node.facts['block']} -j MASQUERADE"


FAULT = Fault(
    title="a node masquerades its pods' addresses towards other pods, too, so policies reject them",
    inject=lambda scene: scene.iptables(f"-I {_rule(scene)}", table="nat"),
    undo=lambda scene, _: scene.iptables(f"-D {_rule(scene)}", table="nat"),
    symptom=lambda scene: (Rule(f"pod@{scene.node.name}", ",".join(_protected(scene.plan))),),
    suits=all_of(has_blocks, ipv4_alone, lambda plan: "" if _protected(plan) else "it has no policies"),
    needs_pod=True,
    hint="which address does the other end see? `podpath lab matrix --format json` has it as seen_as",
)
