"""The VXLAN device is gone: its lower device was removed, or somebody deleted it."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault
from podpath.lab.faults.symptoms import cut_off

FAULT = Fault(
    title="a node has no VXLAN device",
    inject=lambda scene: scene.do(f"ip link del {scene.node.facts['vtep']}"),
    undo=lambda scene, _: scene.make(scene.node.facts["vtep"]),
    symptom=lambda scene: cut_off(scene.node.name),
    suits=has_vtep,
    hint="`ip -d link show type vxlan` on every node",
)
