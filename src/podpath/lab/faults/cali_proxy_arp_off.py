"""The node no longer answers ARP for a pod's gateway: something reset proxy_arp of its interface."""

from podpath.lab.faults.conditions import is_routed
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _name(scene: Scene) -> str:
    return f"net/ipv4/conf/{scene.a_pod.outside}/proxy_arp"


def _inject(scene: Scene) -> None:
    scene.setting(_name(scene), "0")
    scene.forget_neighbours(scene.pod_name)  # a neighbour that is known still would hide it for a while


def _undo(scene: Scene, _: object) -> None:
    scene.setting(_name(scene), "1")
    scene.forget_neighbours(scene.pod_name)


FAULT = Fault(
    title="nobody answers when a pod asks for its gateway's MAC",
    inject=_inject,
    undo=_undo,
    symptom=lambda scene: (Rule("*", scene.pod_name, family=4), Rule(scene.pod_name, "*", family=4)),
    suits=is_routed,
    needs_pod=True,
    hint="`ip neigh` inside the pod",
)
