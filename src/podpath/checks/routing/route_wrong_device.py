"""A route to a peer's pod network leaves by a device that does not lead there."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="route-wrong-device",
    severity=Severity.ERROR,
    title="A route to a peer's pod network leaves by the wrong device",
    explain="""Packets for another node's pods must leave by the overlay's device, or, without an overlay, by the next hop that is
the peer itself. Here the route names another device: the packet goes out unwrapped, to a network that does not know
pod addresses, or to no neighbour at all.

It happens when a backend was changed and old routes stayed, when a VPN or a network manager took the prefix over, or
by hand.

Look: `ip route get PODIP`, and mind the device it names.""",
    summary=("{node} sends {target} of {peer} out by {dev}, not by {overlay_dev} ({line})",),
    why="Packets for the peer's pods leave by a device that does not lead to the peer.",
    fix=(
        "on {node}: ip route replace {dst} via {right} dev {overlay_dev} onlink",
        "or restart the CNI's agent on {node}",
    ),
)
