"""The route to a peer's block leads to another peer."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import pair_cut
from podpath.lab.plan import Plan

_ENOUGH = 3


def _inject(scene: Scene) -> None:
    third = next(node for node in scene.others if node.name != scene.peer.name)
    device = scene.node.facts["vtep"]
    # The third node sends it on to the right one, unless its own rules forbid: here they do, as many firewalls would.
    scene.on(third.name, f"iptables -I FORWARD -i {device} -o {device} -j DROP")
    scene.do(f"ip route replace {scene.peer.facts['block']} via {third.facts['vtep-address']} dev {device} onlink")


def _undo(scene: Scene, _: object) -> None:
    third = next(node for node in scene.others if node.name != scene.peer.name)
    device = scene.node.facts["vtep"]
    scene.on(third.name, f"iptables -D FORWARD -i {device} -o {device} -j DROP")
    scene.restore(f"route replace {scene.peer.facts['block']} ")


def _suits(plan: Plan) -> str:
    return has_vtep(plan) or ("" if len(plan.cluster_nodes) >= _ENOUGH else "it has no third node")


FAULT = Fault(
    title="the route to a peer's pods leads to another peer, which does not forward the packets",
    inject=_inject,
    undo=_undo,
    symptom=pair_cut,
    suits=_suits,
    hint="compare the gateways of `ip route` with the peers' own VTEP addresses",
)
