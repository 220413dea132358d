"""The nodes' own network is inside the pods': the node looks for its peers on its bridge."""

import ipaddress

from podpath.lab.faults.conditions import all_of, has_blocks, has_bridge, ipv4_alone, own_addresses
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _halves(scene: Scene) -> list[str]:
    return [str(half) for half in ipaddress.ip_network(scene.node.facts["underlay"]).subnets()]


def _symptom(scene: Scene) -> tuple[Rule, ...]:
    node = scene.node.name
    if "vtep" in scene.node.facts:  # the tunnel's packets go astray too
        return (Rule("*", f"*@{node}", between="other"), Rule(f"*@{node}", "*", between="other"))
    # Plain routes name the device themselves; but a peer speaks with an address of that network.
    return (
        Rule("*", f"node@{node}", between="other"),
        Rule(f"node@!{node}", f"pod@{node}"),
        Rule(f"*@{node}", "node,outside", between="other"),
    )


FAULT = Fault(
    title="routes through the bridge cover the nodes' own network",
    inject=lambda scene: scene.do(*(f"ip route add {half} dev {scene.node.facts['bridge']}" for half in _halves(scene))),
    undo=lambda scene, _: scene.do(*(f"ip route del {half} dev {scene.node.facts['bridge']}" for half in _halves(scene))),
    symptom=_symptom,
    suits=all_of(own_addresses, has_bridge, has_blocks, ipv4_alone),
    hint="`ip route get ADDRESS` of a peer: through which device?",
)
