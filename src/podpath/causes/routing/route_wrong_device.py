"""A route to a peer's pod network leaves by a device that does not lead there."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.address import V6
from podpath.state.finding import Words
from podpath.state.fix import do, otherwise

CAUSE: Final = Cause(
    name="route-wrong-device",
    title="A route to a peer's pod network uses the wrong device",
    explain="""Packets for another node's pods must leave through the overlay's device, or, without an overlay, have the peer itself as
the next hop. Here the route names another device: the packet leaves without encapsulation, to a network that does not know
pod addresses, or to no neighbour at all.

It happens when a backend was changed and old routes stayed, when a VPN or a network manager took over the prefix, or when somebody changed the
route by hand.

Check: `ip route get PODIP`, and check the device it names.""",
    summary=("{node} sends {target} of {peer} out through {dev}, not through {overlay_dev} ({line})",),
    why="Packets for the peer's pods leave through a device that does not lead to the peer.",
    fix=(
        line("ip route replace {dst} via {right} dev {overlay_dev} onlink"),
        otherwise("restart the CNI's agent on {node}"),
    ),
)


def stays_here(node: str, net: str, dev: str, address: str, family: int) -> Words:
    """Return the words for a route that leads to a device of the host itself, for an address that is not its own."""
    six = ("-6",) if family == V6 else ()
    return CAUSE.words(
        tr(
            "the route {net} of {node} leads to {dev}, and {address} is not one of its own addresses",
            net=net,
            node=node,
            dev=dev,
            address=address,
        ),
        tr("A host accepts the packet only with a route of type local."),
        do("ip", *six, "route", "del", net, "dev", dev),
    )


def leads_nowhere(dev: str, node: str, kind: str | None) -> Words:
    """Return the words for a device that drops all it is given (drivers/net/dummy.c)."""
    return CAUSE.words(
        tr("{dev} on {node} is a {kind} device: it discards all packets", dev=dev, node=node, kind=kind),
        tr("The route should lead to another device."),
        tr("delete the route through {dev}, or point it to the device that leads to its network", dev=dev),
    )


def not_there(node: str, address: str, dev: str, place: str) -> Words:
    """Return the words for a segment on which an address is sought, and is not."""
    return CAUSE.words(
        tr(
            "{node} looks for {address} on the segment of {dev}, but {place} has that address",
            node=node,
            address=address,
            dev=dev,
            place=place,
        ),
        tr("The route leads to a device behind which the address is not."),
        do("ip", "route", "get", address, words=tr("see first,")),
        tr("then delete that route, or point it to {place}", place=place),
    )
