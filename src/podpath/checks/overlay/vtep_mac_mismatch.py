"""The MAC that peers send overlay frames to is not the MAC of the device any more."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="vtep-mac-mismatch",
    severity=Severity.ERROR,
    title="Peers send to a MAC that a node's overlay device no longer has",
    explain="""A VXLAN packet carries a whole Ethernet frame. The sender takes the frame's destination MAC from its
neighbour table (`ip neigh show dev flannel.1`), and the receiver takes the frame only when that MAC is its own
device's. When the two differ, the packet arrives, the receiver counts it as another host's, and nobody says a word:
no error, no ICMP; only `ip -s -s link show flannel.1` counts it under otherhost.

It happens when the device's MAC changes after the peers have learned it: systemd's MACAddressPolicy=persistent
gives a new device another MAC, an agent makes the device anew, somebody sets the MAC by hand. A change of MAC also
empties the device's own neighbour table, so the way back may be broken too.

Look: `ip -d link show flannel.1` on the receiver, `ip neigh show dev flannel.1` on every sender.""",
    summary=(
        "frames for {ip} still go to MAC {wrong} (from {senders}), but {dev} on {peer} now has {mac}, "
        "so {peer} drops them as another host's",
    ),
    why="The packets reach the node and are dropped there without a word: nothing behind it can be reached.",
    fix=(
        "restart the CNI's agent on {peer}: it announces the new MAC to every node",
        "or on every sender: ip neigh replace {ip} lladdr {mac} dev {dev} nud permanent",
        "or on every sender: bridge fdb replace {mac} dev {dev} dst {right} self permanent",
        "to keep it: a systemd .link file with MACAddressPolicy=none for {dev} on {peer}",
    ),
)
