"""The bridge of a node's pods is down: its route goes with it."""

from podpath.lab.faults.conditions import all_of, has_blocks, has_bridge, ipv4_alone, own_addresses
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _undo(scene: Scene, _: object) -> None:
    scene.do(f"ip link set {scene.node.facts['bridge']} up")  # its address stayed, and brings its route back


FAULT = Fault(
    title="the bridge of a node's pods is down",
    inject=lambda scene: scene.do(f"ip link set {scene.node.facts['bridge']} down"),
    undo=_undo,
    symptom=lambda scene: (Rule("*", f"pod@{scene.node.name}"), Rule(f"pod@{scene.node.name}", "*")),
    suits=all_of(has_bridge, has_blocks, own_addresses, ipv4_alone),
    needs_pod=True,
    hint="`ip -brief link` on the node",
)
