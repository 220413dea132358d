"""The network between the nodes has a smaller MTU than the nodes, and sends no ICMP errors."""

from podpath.lab.faults.conditions import many_nodes
from podpath.lab.faults.interface import Fault, Scene
from podpath.lab.networks.underlay import port
from podpath.lab.reach import Rule

_MTU = 1300
"""A bridge lets four bytes more through than its MTU, for VLAN tags; so the margin is wide."""


def _set(scene: Scene, mtu: int) -> None:
    scene.on("sw", f"ip link set {port(scene.node.name)} mtu {mtu}")


FAULT = Fault(
    title="the switch drops packets to this node that are larger than 1300 bytes",
    inject=lambda scene: _set(scene, _MTU),
    undo=lambda scene, _: _set(scene, scene.plan.underlay_mtu),
    symptom=lambda scene: (
        Rule("*", f"*@{scene.node.name}", probes="large", between="other"),
        Rule(f"*@{scene.node.name}", "*", probes="large", between="other"),
        # The node's own port notices that its cable did not take the packet.
        Rule(scene.node.name, "*", "lost|ENOBUFS", probes="udp large,icmp large", between="other"),
    ),
    suits=many_nodes,
    hint="`ping -M do -s 1400` and `ping -M do -s 1200` between two pods",
)
