"""The node's VXLAN device has another number (VNI) than its peers': two versions of flannel's net-conf."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import cut_off


def _inject(scene: Scene) -> None:
    scene.remake(scene.node.facts["vtep"], (f" id {scene.node.facts['vni']} ", f" id {int(scene.node.facts['vni']) + 1} "))


FAULT = Fault(
    title="the VXLAN device has another VNI than those of the peers",
    inject=_inject,
    undo=lambda scene, _: scene.remake(scene.node.facts["vtep"]),
    symptom=lambda scene: cut_off(scene.node.name),
    suits=has_vtep,
    hint="`ip -d link show type vxlan` on every node",
)
