"""flannel's route to the block of a peer is gone."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault
from podpath.lab.faults.symptoms import pair_cut

FAULT = Fault(
    title="a node has no route through the tunnel to the pods of a peer",
    inject=lambda scene: scene.do(f"ip route del {scene.peer.facts['block']}"),
    undo=lambda scene, _: scene.restore(f"route replace {scene.peer.facts['block']} "),
    symptom=pair_cut,
    suits=has_vtep,
    hint="has `ip route` a line for every peer's block?",
)
