"""A forwarding entry still names the address that a peer had before it was replaced or renumbered."""

import ipaddress

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import pair_cut


def _inject(scene: Scene) -> None:
    gone = ipaddress.ip_network(scene.node.facts["underlay"])[-6]  # no host has it
    scene.do(f"bridge fdb replace {scene.peer.facts['vtep-mac']} dev {scene.node.facts['vtep']} dst {gone} self permanent")


FAULT = Fault(
    title="the forwarding entry of a peer's VTEP names an address that no host has",
    inject=_inject,
    undo=lambda scene, _: scene.restore(f"fdb replace {scene.peer.facts['vtep-mac']}"),
    symptom=pair_cut,
    suits=has_vtep,
    hint="whose address does each line of `bridge fdb show dev flannel.1` name?",
)
