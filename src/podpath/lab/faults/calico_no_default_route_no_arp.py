"""The node has no default route, so it no longer answers ARP for 169.254.1.1: it answers only for addresses with a route."""

from podpath.lab.faults.conditions import all_of, ipv4_alone, is_routed
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _inject(scene: Scene) -> None:
    scene.do("ip route del default")
    for pod in scene.node.pods:
        scene.on(f"{scene.node.name}/{pod.name}", "ip neigh flush dev eth0")


FAULT = Fault(
    title="the node has no default route, and its pods have no gateway",
    inject=_inject,
    undo=lambda scene, _: scene.restore("route replace default"),
    symptom=lambda scene: (Rule("*", f"pod@{scene.node.name}"), Rule(f"pod@{scene.node.name}", "*")),
    suits=all_of(is_routed, ipv4_alone),
    needs_pod=True,
    hint="`ip neigh` in a pod; then `ip route get 169.254.1.1` on the node",
)
