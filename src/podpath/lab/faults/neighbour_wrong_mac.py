"""The neighbour of a peer's VTEP has a MAC that no VTEP has: it was written for a device that is gone."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import pair_cut


def _inject(scene: Scene) -> None:
    facts = scene.peer.facts
    scene.do(f"ip neigh replace {facts['vtep-address']} lladdr 0e:66:2b:91:7c:05 dev {scene.node.facts['vtep']} nud permanent")


FAULT = Fault(
    title="a node has a wrong MAC for a peer's VTEP",
    inject=_inject,
    undo=lambda scene, _: scene.restore(f"neighbour replace {scene.peer.facts['vtep-address']} "),
    symptom=pair_cut,
    suits=has_vtep,
    hint="is there a line of `bridge fdb show dev flannel.1` for every MAC of `ip neigh show dev flannel.1`?",
)
