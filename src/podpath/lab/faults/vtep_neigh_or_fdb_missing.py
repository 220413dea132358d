"""The neighbour of a peer's VTEP is gone (`ip neigh flush`, a crash of flannel); the route is still there."""

from podpath.lab.faults.interface import Fault, Scene, has_vtep
from podpath.lab.reach import Rule


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node, peer = scene.node.name, scene.peer.name
    return (
        Rule(f"pod@{node},node@{node}", f"pod@{peer}"),
        Rule(f"pod@{peer},node@{peer}", f"pod@{node}"),
    )


FAULT = Fault(
    title="nothing says which MAC a peer's VTEP has",
    inject=lambda scene: scene.do(f"ip neigh del {scene.peer.facts['vtep-address']} dev {scene.node.facts['vtep']}"),
    undo=lambda scene, _: scene.restore(f"neighbour replace {scene.peer.facts['vtep-address']} "),
    symptom=_symptom,
    suits=has_vtep,
    hint="is there a line of `ip neigh show dev flannel.1` for every gateway of `ip route`?",
)
