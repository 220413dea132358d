"""Devices of one overlay have different UDP ports."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="vxlan-port-mismatch",
    severity=Severity.ERROR,
    title="Nodes of one overlay use different UDP ports",
    explain="""A VXLAN device listens on one UDP port: 8472 for flannel and Cilium, 4789 for Calico and Docker swarm. Packets to
another port find no socket: the receiver counts UdpNoPorts and answers with ICMP port unreachable.

It happens when a default differs (the kernel's own is 8472) or the setting was changed on some nodes only.

Look: `ip -d link show type vxlan` (dstport), `nstat -az UdpNoPorts`.""",
    summary=("{dev} on {node} uses UDP port {mine}, but {peer} uses {theirs}",),
    why="Neither node takes the other's tunnel packets.",
    fix=(
        "give every node the same port in the CNI's configuration (flannel: net-conf.json, Port)",
        "on {node}: ip link del {dev}",
        "then restart the CNI's agent on {node}",
    ),
)
