"""Permanent neighbour entries of two nodes give one overlay address two MACs."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Confidence, Severity

CAUSE: Final = Cause(
    name="nodes-disagree-on-vtep-mac",
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    title="Nodes disagree on the MAC of a tunnel endpoint",
    explain="""An overlay address belongs to one device, which has one MAC. The agents of flannel and Canal write a permanent neighbour
entry for it on each node. Here the entries of two nodes for one address differ: at most one of them is right, and the peer drops
frames from the other node.

It happens when the peer's device was recreated (a reboot, an upgrade, a deleted interface) and the agent of one node missed it.

Check: `ip -d link show flannel.1` on the node that has the address; `ip neigh show dev flannel.1` on the others.""",
    summary=("{node} has {mac} for {ip} on {dev}, {other} has {other_mac}",),
    why="At most one of the two is right: the node with the wrong one cannot reach the pods behind {ip}.",
    fix=(
        line(
            "ip link show {dev}", words="check first, on the node that has {ip}", elsewhere=True, note="its MAC is the right one"
        ),
        "restart the CNI's agent on the node with the other entry",
    ),
    no_lab="a lab is captured whole, so that vtep-mac-mismatch says it, of the node that is wrong",
)
