"""NetworkManager took over the VXLAN device and flushed the routes through it."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault
from podpath.lab.faults.symptoms import cut_off

FAULT = Fault(
    title="the routes through the VXLAN device are gone",
    inject=lambda scene: scene.do(f"ip route flush dev {scene.node.facts['vtep']}"),
    undo=lambda scene, _: scene.restore(f"dev {scene.node.facts['vtep']} onlink"),
    symptom=lambda scene: cut_off(scene.node.name),
    suits=has_vtep,
    hint="has `ip route` a line for every peer's block?",
)
