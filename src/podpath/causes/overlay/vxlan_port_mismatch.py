"""Devices of one overlay have different UDP ports."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words

CAUSE: Final = Cause(
    name="vxlan-port-mismatch",
    title="Nodes of one overlay use different UDP ports",
    explain="""A VXLAN device listens on one UDP port: 8472 for flannel and Cilium, 4789 for Calico and Docker swarm. Packets to
another port find no socket: the receiver counts UdpNoPorts and answers with ICMP port unreachable.

It happens when a default differs (the kernel's own is 8472) or the setting was changed on some nodes only.

Check: `ip -d link show type vxlan` (dstport), `nstat -az UdpNoPorts`.""",
    summary=("{dev} on {node} uses UDP port {mine}, but {peer} uses {theirs}",),
    why="Neither node accepts the other's tunnel packets.",
    fix=(
        "give every node the same port in the CNI's configuration (flannel: net-conf.json, Port)",
        line("ip link del {dev}"),
        "then restart the CNI's agent on {node}",
    ),
)


def another(dev: str, node: str, port: int | None, asked: str) -> Words:
    """Return the words for a packet that came to another port than the device's."""
    return CAUSE.words(
        tr(
            "{dev} on {node} listens on UDP port {port}, but the packet is for {asked}",
            dev=dev,
            node=node,
            port=port,
            asked=asked,
        ),
        tr("The inner frame is lost."),
        tr("give every node the same port in the CNI's configuration (flannel: net-conf.json, Port)"),
        tr("then delete {dev} there and restart the CNI's agent, which recreates it", dev=dev),
    )
