"""The neighbour of a peer's VTEP is gone (`ip neigh flush`, a crash of flannel); the route is still there."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault
from podpath.lab.faults.symptoms import pair_cut

FAULT = Fault(
    title="the neighbour entry of a peer's VTEP is missing",
    inject=lambda scene: scene.do(f"ip neigh del {scene.peer.facts['vtep-address']} dev {scene.node.facts['vtep']}"),
    undo=lambda scene, _: scene.restore(f"neighbour replace {scene.peer.facts['vtep-address']} "),
    symptom=pair_cut,
    suits=has_vtep,
    hint="is there a line of `ip neigh show dev flannel.1` for every gateway of `ip route`?",
)
