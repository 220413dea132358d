"""Calico took the address of a local bridge for the node's own: no BGP session comes up with it, and no route."""

from podpath.lab.faults.conditions import all_of, ipv4_alone, is_direct, is_routed
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _inject(scene: Scene) -> None:
    scene.do(
        "ip link add br-1f4e7a90c2d3 type bridge",
        "ip address add 172.21.0.1/16 dev br-1f4e7a90c2d3",
        "ip link set br-1f4e7a90c2d3 up",
        *(f"ip route del {peer.facts['block']}" for peer in scene.others),
    )
    for peer in scene.others:
        scene.on(peer.name, f"ip route del {scene.node.facts['block']}")


def _undo(scene: Scene, _: object) -> None:
    scene.do("ip link del br-1f4e7a90c2d3")
    for peer in scene.others:
        scene.restore(f"route replace {peer.facts['block']} ")
        scene.restore(f"route replace {scene.node.facts['block']} ", peer.name)


FAULT = Fault(
    title="a node announces an address that no peer reaches, so BGP gives no routes there or back",
    inject=_inject,
    undo=_undo,
    symptom=lambda scene: (
        Rule(f"pod@!{scene.node.name},node@!{scene.node.name}", f"pod@{scene.node.name}"),
        Rule(f"pod@{scene.node.name},node@{scene.node.name}", f"pod@!{scene.node.name}"),
    ),
    suits=all_of(is_routed, is_direct, ipv4_alone),
    needs_pod=True,
    hint="which nodes have no `proto bird` route to which blocks?",
)
