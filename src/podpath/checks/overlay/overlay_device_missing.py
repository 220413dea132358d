"""A node has lost its overlay device."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="overlay-device-missing",
    severity=Severity.ERROR,
    title="A node has no overlay device, but its peers send to it",
    explain="""Every node of an overlay needs its device: flannel.1, vxlan.calico. Without it the node has no routes to other
nodes' pods, and the kernel drops what arrives on the tunnel's port (UdpNoPorts rises).

It happens when the device it was built on was deleted (`ip link del eth0`, a driver reload), when somebody cleaned up
too much, or when the kernel lacks the vxlan module (`modprobe vxlan` fails, flannel says `operation not supported`).

Look: `ip link show type vxlan`, `modprobe vxlan`, the agent's log.""",
    summary=("{node} has no {dev}, which the other nodes' entries lead to",),
    why="Nothing goes between this node's pods and those of other nodes.",
    fix=("restart the CNI's agent on {node}: it makes {dev} again", "if it says `operation not supported`: modprobe vxlan"),
)
