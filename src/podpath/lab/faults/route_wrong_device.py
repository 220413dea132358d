"""The route to a peer's block uses the nodes' own network, where nobody answers for pods."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node, peer = scene.node.name, scene.peer.name
    # The peer itself answers ARP for its VTEP's address there too (arp_ignore), so what it asks itself is answered.
    return (Rule(f"pod@{node},node@{node}", f"pod@{peer}"), Rule(f"pod@{peer}", f"pod@{node}"))


FAULT = Fault(
    title="the route to a peer's pods uses the wrong device",
    inject=lambda scene: scene.do(f"ip route replace {scene.peer.facts['block']} dev {scene.node.interface}"),
    undo=lambda scene, _: scene.restore(f"route replace {scene.peer.facts['block']} "),
    symptom=_symptom,
    suits=has_vtep,
    needs_pod=True,
    hint="`ip route get ADDRESS`: through which device?",
)
