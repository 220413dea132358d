"""A route leads into the overlay, but the neighbour or forwarding entry behind it is missing."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import Fix, do, otherwise

CAUSE: Final = Cause(
    name="vtep-neigh-or-fdb-missing",
    title="An overlay's neighbour or forwarding entry is missing",
    explain="""A packet for a pod on another node needs three entries on its own node: a route to the peer's address in the
overlay, a neighbour entry that maps that address to a MAC, and a forwarding entry that maps the MAC to a node. flannel
and Calico write all three, and the device does not learn: if one is missing, the packet is dropped here.

A missing neighbour shows as INCOMPLETE or FAILED, and the sender sees `No route to host` after some
seconds; a missing forwarding entry shows only as drops of the device (`ip -s link show flannel.1`).

It happens after `ip neigh flush`, when the device went down and up or changed its MAC (both flush neighbours), or
when the agent died before it had written all entries.

Check: `ip neigh show dev flannel.1`, `bridge fdb show dev flannel.1`.""",
    summary=("{node} cannot send to {peer} through {dev}: {what}",),
    why="Every packet from here to the peer's pods is dropped before it leaves the node.",
    fix=(
        line("ip neigh replace {ip} lladdr {mac} dev {dev} nud permanent"),
        line("bridge fdb replace {mac} dev {dev} dst {right} self permanent"),
        otherwise("restart the CNI's agent on {node}: it writes the entries again"),
    ),
    symptom_of=("cni-state-lost-on-network-restart", "device-down", "overlay-device-missing"),
)


def no_place(dev: str, node: str, mac: str, *fix: Fix | str) -> Words:
    """Return the words for a frame whose MAC no forwarding entry places (vxlan_xmit)."""
    return CAUSE.words(
        tr("{dev} on {node} has no forwarding entry for {mac}, and no default destination", dev=dev, node=node, mac=mac),
        tr("It drops the frame."),
        *fix,
    )


def no_neighbour(dev: str, node: str, address: str, *fix: Fix | str) -> Words:
    """Return the words for a next hop without an entry, where the request reaches nobody."""
    return CAUSE.words(
        tr(
            "{dev} on {node} has no neighbour entry for {address}, and no peer to send an ARP request to",
            dev=dev,
            node=node,
            address=address,
        ),
        tr("It drops the frame."),
        *fix,
    )


def entry(mac: str, dev: str, remote: str) -> Fix:
    """Return the command that makes a forwarding entry."""
    return do("bridge", "fdb", "append", mac, "dev", dev, "dst", remote)


def neighbour(address: str, mac: str, dev: str) -> Fix:
    """Return the command that makes a neighbour entry."""
    return do("ip", "neigh", "replace", address, "lladdr", mac, "dev", dev, "nud", "permanent")


UNKNOWN_PEER: Final = "restart the CNI's agent: it adds the entries of the peer, whose device was not captured"
"""Return the fix if no snapshot has the values of the entries."""
