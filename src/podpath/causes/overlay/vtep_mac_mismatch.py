"""The MAC that peers send overlay frames to is not the MAC of the device any more."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="vtep-mac-mismatch",
    title="Peers send to a MAC that a node's overlay device no longer has",
    explain="""A VXLAN packet carries a whole Ethernet frame. The sender takes the frame's destination MAC
from its neighbour table (`ip neigh show dev flannel.1`), and the receiver accepts the frame only if its
own device has that MAC. If the two differ, the packet arrives and the receiver drops it silently: no error,
no ICMP. Only `ip -s -s link show flannel.1` counts it, under otherhost.

It happens when the device's MAC changes after the peers have learned it: systemd's MACAddressPolicy=persistent
gives a new device another MAC, an agent recreates the device, or somebody sets the MAC by hand. A change of MAC also
empties the device's own neighbour table, so the return path may be broken, too.

Check: `ip -d link show flannel.1` on the receiver, `ip neigh show dev flannel.1` on every sender.""",
    summary=(
        "frames for {ip} still go to MAC {wrong} (from {senders}), but {dev} on {peer} now has {mac}, so {peer} drops them",
    ),
    why="The node receives the packets and silently drops them: nothing behind it can be reached.",
    fix=(
        "restart the CNI's agent on {peer}: it announces the new MAC to every node",
        line("ip neigh replace {ip} lladdr {mac} dev {dev} nud permanent", words="on every sender", instead=True, elsewhere=True),
        line(
            "bridge fdb replace {mac} dev {dev} dst {right} self permanent", words="on every sender", instead=True, elsewhere=True
        ),
        "to keep it: a systemd .link file with MACAddressPolicy=none for {dev} on {peer}",
    ),
)


def received(dev: str, node: str, own: str, wanted: str) -> Words:
    """Return the words for a frame that a VXLAN device with another MAC drops.

    With another MAC the kernel forgets a device's neighbours, those that an agent has entered too (neigh_changeaddr).
    """
    return CAUSE.words(
        tr("{dev} on {node} has MAC {own}, but the frame is for {wanted}", dev=dev, node=node, own=own, wanted=wanted),
        tr("The device drops it: the MAC is not its own (OTHERHOST)."),
        do("ip", "link", "set", dev, "address", wanted),
        tr("restart the CNI's agent: the kernel flushed {dev}'s neighbours when its MAC changed", dev=dev),
    )
