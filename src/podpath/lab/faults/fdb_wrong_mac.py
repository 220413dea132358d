"""The forwarding entry of a peer has a MAC that its VTEP no longer has."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import pair_cut

_OLD = "0e:66:2b:91:7c:05"


def _inject(scene: Scene) -> None:
    device, peer = scene.node.facts["vtep"], scene.peer
    scene.do(
        f"bridge fdb del {peer.facts['vtep-mac']} dev {device} dst {peer.addresses[0]} self",
        f"bridge fdb add {_OLD} dev {device} dst {peer.addresses[0]} self permanent",
    )


def _undo(scene: Scene, _: object) -> None:
    scene.do(f"bridge fdb del {_OLD} dev {scene.node.facts['vtep']} dst {scene.peer.addresses[0]} self")
    scene.restore(f"fdb replace {scene.peer.facts['vtep-mac']}")


FAULT = Fault(
    title="the forwarding entry of a peer has another MAC than its VTEP",
    inject=_inject,
    undo=_undo,
    symptom=pair_cut,
    suits=has_vtep,
    hint="is there a line of `bridge fdb show dev flannel.1` for every MAC of `ip neigh show dev flannel.1`?",
)
