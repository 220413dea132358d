"""A route for the node's own block leads to a peer: left over from when another node had the block."""

from podpath.lab.faults.conditions import all_of, has_blocks, has_bridge, ipv4_alone, many_nodes, own_addresses
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import pods_lost


def _inject(scene: Scene) -> str:
    block, bridge = scene.node.facts["block"], scene.node.facts["bridge"]
    before = scene.do(f"ip route show {block} dev {bridge}").replace("linkdown", "").strip()
    scene.do(
        f"ip route add {block} dev {bridge} metric 100",
        f"ip route del {block} dev {bridge} metric 0",
        f"ip route add {block} via {scene.peer.addresses[0]}",
    )
    return before


def _undo(scene: Scene, before: str) -> None:
    bridge = scene.node.facts["bridge"]
    block = scene.node.facts["block"]
    scene.do(
        f"ip route del {block} via {scene.peer.addresses[0]}",
        f"ip route add {before} dev {bridge}",
        f"ip route del {block} dev {bridge} metric 100",
    )


FAULT = Fault(
    title="a better route for the node's own block leads to a peer",
    inject=_inject,
    undo=_undo,
    symptom=pods_lost,
    suits=all_of(own_addresses, many_nodes, has_bridge, has_blocks, ipv4_alone),
    needs_pod=True,
    hint="`ip route get ADDRESS` of one of the node's own pods",
)
