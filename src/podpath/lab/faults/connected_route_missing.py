"""The route that came with the address of the pods' bridge was deleted, and the address stayed."""

from podpath.lab.faults.conditions import all_of, has_blocks, has_bridge, ipv4_alone
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import pods_lost


def _inject(scene: Scene) -> str:
    route = scene.do(f"ip route show dev {scene.node.facts['bridge']} proto kernel").strip()
    scene.do(f"ip route del {route.split()[0]} dev {scene.node.facts['bridge']}")
    return route


FAULT = Fault(
    title="the route to the network of the pods' bridge was deleted",
    inject=_inject,
    undo=lambda scene, route: scene.do(f"ip route add {route} dev {scene.node.facts['bridge']} proto kernel"),
    symptom=pods_lost,
    suits=all_of(has_bridge, has_blocks, ipv4_alone),
    needs_pod=True,
    hint="`ip route get` of a pod: through which device?",
)
