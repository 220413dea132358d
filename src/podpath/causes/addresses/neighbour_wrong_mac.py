"""One node's neighbour entry for a peer has a MAC that is not the peer's device's."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="neighbour-wrong-mac",
    title="A neighbour entry of an overlay device has the wrong MAC",
    explain="""The sender takes the destination MAC of the inner frame from its neighbour entry; the receiver drops
frames for any MAC but its own. Here the entry differs from the peer's device, while the forwarding table has the
right MAC (or sends the wrong one elsewhere): so the entry is wrong, not the device.

It happens after a manual `ip neigh replace`, when two agents write the same device, or when a node was renumbered.

Check: `ip neigh show dev flannel.1` here, `ip -d link show flannel.1` on the peer.""",
    summary=("{node} sends frames for {peer} ({ip}) to MAC {wrong}, but {dev} on {peer} has {mac}; {whose}",),
    why="The peer drops the frames because the MAC is not its own, or another node gets them: pods on the peer cannot be reached from here.",
    fix=(line("ip neigh replace {ip} lladdr {mac} dev {dev} nud permanent"),),
)


def received(dev: str, node: str, own: str, wanted: str) -> Words:
    """Return the words for a frame that came to a device with another MAC."""
    return CAUSE.words(
        tr("{dev} on {node} has MAC {own}, but the frame is for {wanted}", dev=dev, node=node, own=own, wanted=wanted),
        tr("The device drops it: the MAC is not its own (OTHERHOST)."),
        tr("delete the sender's neighbour entry with the MAC {wanted}: the kernel asks again", wanted=wanted),
    )


def held(node: str, address: str, mac: str, dev: str, owner: str, own: str) -> Words:
    """Return the words for a neighbour entry whose MAC is not that of the device with the address.

    Args:
        node: node or namespace that holds the entry.
        address: the entry's address.
        mac: the entry's MAC.
        dev: device of the entry.
        owner: the device with the address, with its place.
        own: the MAC of that.
    """
    return CAUSE.words(
        tr(
            "{node} sends frames for {address} to {mac}, but {owner} has {own}",
            node=node,
            address=address,
            mac=mac,
            owner=owner,
            own=own,
        ),
        tr("The device drops them there: the MAC is not its own (OTHERHOST)."),
        do("ip", "neigh", "del", address, "dev", dev, note=tr("the kernel asks again")),
    )


def entered(node: str, address: str, mac: str, dev: str, owner: str, own: str) -> Words:
    """Return the words for such an entry of a tunnel, which an agent has entered; arguments as of :func:`held`."""
    return CAUSE.words(
        tr(
            "{node} sends frames for {address} to {mac}, but {owner} has {own}",
            node=node,
            address=address,
            mac=mac,
            owner=owner,
            own=own,
        ),
        tr("The tunnel knows no node with that MAC, or the node that gets the frames drops them."),
        do("ip", "neigh", "replace", address, "lladdr", own, "dev", dev, "nud", "permanent"),
    )


def sent_astray(node: str, address: str, mac: str, dev: str, owner: str, own: str) -> Words:
    """Return the words for frames to a MAC that no device on the segment has.

    Args:
        node: node that sends them.
        address: their destination.
        mac: the MAC that they are sent to.
        dev: the device that they leave by.
        owner: the device with the address, with its place.
        own: the MAC of that.
    """
    return CAUSE.words(
        tr(
            "{node} sends frames for {address} to {mac}, but {owner} has {own}",
            node=node,
            address=address,
            mac=mac,
            owner=owner,
            own=own,
        ),
        tr("No device on the segment accepts them."),
        do("ip", "neigh", "del", address, "dev", dev),
    )
