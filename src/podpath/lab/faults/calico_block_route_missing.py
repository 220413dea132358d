"""The route to a peer's block is gone: BGP between the two is down."""

from podpath.lab.faults.conditions import all_of, ipv4_alone, is_direct, is_routed
from podpath.lab.faults.interface import Fault
from podpath.lab.faults.symptoms import pair_cut

FAULT = Fault(
    title="a node has no route to the block of a peer",
    inject=lambda scene: scene.do(f"ip route del {scene.peer.facts['block']}"),
    undo=lambda scene, _: scene.restore(f"route replace {scene.peer.facts['block']} "),
    symptom=pair_cut,
    suits=all_of(is_routed, is_direct, ipv4_alone),
    needs_pod=True,
    hint="has `ip route` a line for every peer's block?",
)
