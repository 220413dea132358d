"""One node's neighbour entry for a peer has a MAC that is not the peer's device's."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="neighbour-wrong-mac",
    severity=Severity.ERROR,
    title="A neighbour entry of an overlay device has the wrong MAC",
    explain="""The sender puts the MAC of its neighbour entry into the frame inside the tunnel packet; the receiver drops
frames for a MAC that is not its own. Here the entry differs from the peer's device, while the forwarding table knows
the right MAC (or sends the wrong one elsewhere): so the entry is wrong, not the device.

It happens after a manual `ip neigh replace`, when two agents write the same device, or when a node was renumbered.

Look: `ip neigh show dev flannel.1` here, `ip -d link show flannel.1` on the peer.""",
    summary=("{node} sends frames for {peer} ({ip}) to MAC {wrong}, but {dev} on {peer} has {mac}; {whose}",),
    why="The peer drops the frames as another host's, or another node gets them: pods on the peer cannot be reached from here.",
    fix=("on {node}: ip neigh replace {ip} lladdr {mac} dev {dev} nud permanent",),
)
