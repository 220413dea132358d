"""The node answers ARP for a pod's gateway no more: something reset proxy_arp of its interface."""

from podpath.lab.faults.conditions import is_routed
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _name(scene: Scene) -> str:
    return f"net/ipv4/conf/{scene.a_pod.outside}/proxy_arp"


def _inject(scene: Scene) -> None:
    scene.setting(_name(scene), "0")
    scene.on(scene.pod_name, "ip neigh flush dev eth0")  # a neighbour that is known still would hide it for a while


FAULT = Fault(
    title="nobody answers when a pod asks for its gateway's MAC",
    inject=_inject,
    undo=lambda scene, _: scene.setting(_name(scene), "1"),
    symptom=lambda scene: (Rule("*", scene.pod_name, family=4), Rule(scene.pod_name, "*", family=4)),
    suits=is_routed,
    needs_pod=True,
    hint="`ip neigh` inside the pod",
)
