"""A second host has the node's address (a cloned machine with the same DHCP lease), and its peers learned the second one last."""

import re

from podpath.lab.faults.conditions import ipv4_alone, many_nodes
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import cut_off
from podpath.lab.reach import Rule


def _inject(scene: Scene) -> None:
    name, device = scene.outside.name, scene.outside.interface
    address = scene.node.addresses[0]
    scene.on(name, f"ip address add {address}/32 dev {device}")
    found = re.search(r"ether ([0-9a-f:]+)", scene.on(name, f"ip link show {device}"))
    mac = found[1] if found else ""
    for peer in scene.others:  # what an announcement (`arping -U`) leaves there
        scene.on(peer.name, f"ip neigh replace {address} lladdr {mac} dev {peer.interface} nud stale")


def _undo(scene: Scene, _: object) -> None:
    name, device = scene.outside.name, scene.outside.interface
    scene.on(name, f"ip address del {scene.node.addresses[0]}/32 dev {device}")
    for peer in scene.others:
        scene.on(peer.name, f"ip neigh del {scene.node.addresses[0]} dev {peer.interface}")


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node = scene.node.name
    return (
        Rule(f"*@{node}", "*", between="other"),
        *cut_off(node),
        Rule(f"*@!{node}", f"node@{node}", "EWRONGEND", probes="tcp small,udp"),
        Rule(f"*@!{node}", f"nodeport@{node},published@{node}", "ECONNREFUSED"),
    )


FAULT = Fault(
    title="a second host has the address of the node",
    inject=_inject,
    undo=_undo,
    symptom=_symptom,
    suits=lambda plan: many_nodes(plan) or ipv4_alone(plan),
    hint="compare the MAC in `ip neigh` of a peer with `ip link` of the node",
)
