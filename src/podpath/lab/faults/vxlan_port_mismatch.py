"""The node's VXLAN device uses another UDP port than its peers'."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import cut_off


def _inject(scene: Scene) -> None:
    scene.remake(scene.node.facts["vtep"], (f"dstport {scene.node.facts['vxlan-port']}", "dstport 4790"))


FAULT = Fault(
    title="the VXLAN device uses another UDP port than those of the peers",
    inject=_inject,
    undo=lambda scene, _: scene.remake(scene.node.facts["vtep"]),
    symptom=lambda scene: cut_off(scene.node.name),
    suits=has_vtep,
    hint="`ip -d link show type vxlan` on every node, and `nstat -az UdpNoPorts`",
)
