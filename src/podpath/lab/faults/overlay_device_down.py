"""The VXLAN device is down: the routes through it are gone, and their packets take the default route."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import cut_off


def _undo(scene: Scene, _: object) -> None:
    scene.do(f"ip link set {scene.node.facts['vtep']} up")
    scene.restore(f"dev {scene.node.facts['vtep']}")


FAULT = Fault(
    title="a node's VXLAN device is down",
    inject=lambda scene: scene.do(f"ip link set {scene.node.facts['vtep']} down"),
    undo=_undo,
    symptom=lambda scene: cut_off(scene.node.name),
    suits=has_vtep,
    hint="`ip -brief link` on every node",
)
