"""A node has lost its overlay device."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import marked, tr
from podpath.state.finding import Words

CAUSE: Final = Cause(
    name="overlay-device-missing",
    title="A node has no overlay device, but its peers send to it",
    explain="""Every node of an overlay needs its device: flannel.1, vxlan.calico. Without it the node has no routes to other
nodes' pods, and the kernel drops packets to the tunnel's port (UdpNoPorts rises).

It happens when its lower device was deleted (`ip link del eth0`, a driver reload), when somebody deleted it by
mistake, or when the kernel lacks the vxlan module (`modprobe vxlan` fails, flannel says `operation not supported`).

Check: `ip link show type vxlan`, `modprobe vxlan`, the agent's log.""",
    summary=("{node} has no {dev}, but the other nodes have entries for it",),
    why="No packets pass between this node's pods and those of other nodes.",
    fix=(
        "restart the CNI's agent on {node}: it creates {dev} again",
        line("modprobe vxlan", words="if it reports `operation not supported`,"),
    ),
)


def no_tunnel(node: str, proto: str, source: str) -> Words:
    """Return the words for a packet of a tunnel that no device takes (ip_tunnel_lookup)."""
    return CAUSE.words(
        tr("no tunnel device of {node} accepts {proto} packets from {source}", node=node, proto=proto, source=source),
        tr("The inner packet is lost."),
        tr(_AGAIN),
    )


def no_vxlan(node: str) -> Words:
    """Return the words for a VXLAN packet where there is no VXLAN device."""
    return CAUSE.words(tr("no VXLAN device on {node}", node=node), tr("The inner frame is lost."), tr(_AGAIN))


def no_wireguard(node: str) -> Words:
    """Return the words for a WireGuard packet where no such device is up."""
    return CAUSE.words(tr("{node} has no WireGuard device that is up", node=node), "", tr(_AGAIN))


_AGAIN: Final = marked(
    "restart the CNI's agent there: it creates the device again. If the machine is not a node of the overlay, it has a node's address"
)
"""Return the fix for a missing tunnel end."""
