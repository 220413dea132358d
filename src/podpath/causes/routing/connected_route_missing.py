"""A device has an address, and the route to the network of that address is gone."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import Fix, do

CAUSE: Final = Cause(
    name="connected-route-missing",
    title="The route to a device's own network is gone",
    explain="""For each address the kernel adds a route to the address's network (`proto kernel scope link`), unless the address was added with
`noprefixroute`. If that route is deleted, the device and its address look right, but packets for that network take the
default route: the host cannot reach the containers on a bridge, and their replies from outside are lost.

It happens when a program flushes routes that it does not know (`ip route flush`, a network service at its start), or when somebody deletes the route
by hand.

Check: `ip route show dev cni0`, `ip route get ADDRESS`.""",
    summary=("{dev} has {ip}/{len}{where}, but no route to {first}/{len} leads there",),
    why="Packets to that network take another route, or none.",
    fix=(
        line("ip route add {first}/{len} dev {dev} proto kernel scope link src {own4}"),
        line("ip -6 route add {first6}/{len} dev {dev} proto kernel metric 256"),
    ),
    symptom_of=("device-down",),
)


def gone(dev: str, node: str, address: str, net: str, wanted: str, fix: Fix) -> Words:
    """Return the words for a device whose address has lost its route (fib_add_ifaddr).

    Args:
        dev: the device.
        node: its node.
        address: its address, with the length of its network.
        net: the network.
        wanted: address that the packet is for.
        fix: the command that makes the route.
    """
    return CAUSE.words(
        tr("{dev} on {node} has {address}, but no route to {net} leads there", dev=dev, node=node, address=address, net=net),
        tr("Packets for {wanted} take another route, or none.", wanted=wanted),
        fix,
    )


def route(net: str, dev: str, source: str | None) -> Fix:
    """Return the command that makes the route of an address; IPv6 has no preferred source."""
    family = () if source is not None else ("-6",)
    own = ("src", source) if source is not None else ()
    return do("ip", *family, "route", "add", net, "dev", dev, "proto", "kernel", "scope", "link", *own)
