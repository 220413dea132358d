"""The node still has the MAC of the pod that had this address before."""

from podpath.lab.faults.conditions import all_of, has_blocks, ipv4_alone
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import behind_services
from podpath.lab.reach import Rule


def _device(scene: Scene) -> str:
    return scene.node.facts.get("bridge", scene.a_pod.outside)


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    pod, node = scene.pod_name, scene.node.name
    rules = (Rule("*", pod), Rule(pod, "*"))
    if "bridge" not in scene.node.facts:
        return rules
    return (*rules, Rule(f"pod@{node}", pod, ""), Rule(pod, f"pod@{node}", ""), *behind_services(scene))


FAULT = Fault(
    title="the node has an old MAC for a pod's address",
    inject=lambda scene: scene.do(
        f"ip neigh replace {scene.pod_address} lladdr 0a:58:0a:f4:99:99 dev {_device(scene)} nud permanent"
    ),
    undo=lambda scene, _: scene.do(f"ip neigh del {scene.pod_address} dev {_device(scene)}"),
    symptom=_symptom,
    suits=all_of(has_blocks, ipv4_alone),
    needs_pod=True,
    hint="`ip neigh` on the node, and `ip link` in the pod",
)
