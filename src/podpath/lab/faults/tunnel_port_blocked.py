"""A firewall of the node drops the tunnel's UDP port; everything else between the nodes passes."""

from podpath.lab.faults.conditions import has_vtep
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.faults.symptoms import cut_off


def _rule(scene: Scene) -> str:
    return f"INPUT -p udp --dport {scene.node.facts['vxlan-port']} -j DROP"


FAULT = Fault(
    title="the node's own firewall drops the UDP port of the tunnel",
    inject=lambda scene: scene.iptables(f"-I {_rule(scene)}"),
    undo=lambda scene, _: scene.iptables(f"-D {_rule(scene)}"),
    symptom=lambda scene: cut_off(scene.node.name),
    suits=has_vtep,
    tools=("iptables-restore",),
    hint="do the counters of `iptables -nvL INPUT` rise while a pod pings another node's pod?",
)
