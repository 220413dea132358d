"""Docker 28 drops packets for a container that arrive on another interface than its bridge, before any routing."""

from podpath.lab.faults.conditions import all_of, has_bridge, ipv4_alone, many_nodes, own_addresses
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.reach import Rule


def _rule(scene: Scene) -> str:
    return f"PREROUTING -d {scene.pod_address}/32 ! -i {scene.node.facts['bridge']} -j DROP"


FAULT = Fault(
    title="a raw rule drops packets to a container's address from elsewhere",
    inject=lambda scene: scene.iptables(f"-A {_rule(scene)}", table="raw"),
    undo=lambda scene, _: scene.iptables(f"-D {_rule(scene)}", table="raw"),
    symptom=lambda scene: (
        Rule("pod,node", scene.pod_name, between="other"),
        Rule(scene.pod_name, f"pod@!{scene.node.name}"),
    ),
    suits=all_of(own_addresses, has_bridge, many_nodes, ipv4_alone),
    needs_pod=True,
    tools=("iptables-restore",),
    hint="`iptables -t raw -nvL`: rules there come before all others",
)
