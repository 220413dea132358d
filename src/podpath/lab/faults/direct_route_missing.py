"""The plain route (host-gw) to the block of a peer is gone."""

from podpath.lab.faults.conditions import all_of, has_bridge, ipv4_alone, is_direct
from podpath.lab.faults.interface import Fault
from podpath.lab.faults.symptoms import pair_cut

FAULT = Fault(
    title="a node has no plain route to the pods of a peer",
    inject=lambda scene: scene.do(f"ip route del {scene.peer.facts['block']}"),
    undo=lambda scene, _: scene.restore(f"route replace {scene.peer.facts['block']} "),
    symptom=pair_cut,
    suits=all_of(is_direct, has_bridge, ipv4_alone),
    needs_pod=True,
    hint="has `ip route` a line for every peer's block?",
)
