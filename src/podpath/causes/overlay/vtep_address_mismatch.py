"""The overlay device's address is not the one that the peers route to."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="vtep-address-mismatch",
    title="An overlay device has another address than its peers route to",
    explain="""Peers reach a node's pods through the address of its overlay device, and the node itself sends from that address.
Here the peers' next hop, with the MAC of this device, is not among its addresses. Packets from the node itself have
a source that no peer has a route to, so their replies are lost; a filter on the source of tunnel traffic drops more.

It happens when the node was given another pod network (it was removed and joined again) and only one side has the new one.

Check: `ip address show dev flannel.1` here, `ip route show dev flannel.1` on the peers, and /run/flannel/subnet.env.""",
    summary=("peers route {target} to {via}, whose MAC is {peer_dev}'s on {peer}, but that device has the address {right}",),
    why="Replies to packets that the node itself sends into the overlay are lost.",
    fix=(
        line("ip address show dev {peer_dev}", note="which one is in /run/flannel/subnet.env?", on="{peer}"),
        "restart the CNI's agent on {peer}",
    ),
    no_lab="a sign of a node that joined again: by itself it does no harm, because the MAC leads to the device",
)
