"""A container's cable ends on the host in no bridge and on no route."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do, otherwise

CAUSE: Final = Cause(
    name="port-without-bridge",
    title="The host's end of a container's veth pair is connected to nothing",
    explain="""A container's eth0 is one end of a veth pair; the other end, on the host, must be a port of a bridge (Docker,
flannel) or have a route to the container (Calico). If it is neither, everything that the container sends
ends there: nobody answers its ARP requests, and senders see `No route to host`.

It happens when somebody takes the interface out of its bridge (`ip link set vethX nomaster`, `brctl delif`), when the
bridge was deleted and recreated, or when a network service took over the interface.

Check: `ip link show vethX` (no `master`), `bridge link show`, `ip route show dev vethX` (nothing).""",
    summary=(
        "{dev} is in no bridge, while its sibling {unrouted} is in {bridge}: broken, unless a route leads to it",
        "{dev} leads to {container}, but is not a port of a bridge and has no route; {ip} belongs to {bridge}",
        "{dev} leads to a container, but is not a port of a bridge and has no route; {sibling} is in {bridge}",
        "{dev} leads to a container, but is not a port of a bridge and has no route",
    ),
    why="The container behind it can reach nothing, and nothing can reach it.",
    fix=(
        line("ip route show dev {look}", words="see first,"),
        line("ip link set {dev} master {bridge}"),
        line("bridge link set dev {hairpin} hairpin on"),
        otherwise("recreate the container"),
    ),
)


def loose(dev: str, node: str, bridge: str | None, *, hairpin: bool = False) -> Words:
    """Return the words for a device that is not connected.

    Args:
        dev: the device.
        node: its node.
        bridge: the only bridge of the node, or None if there are several, or none.
        hairpin: the bridge's other ports are in hairpin mode; a new port is not.
    """
    plug = (
        do("ip", "link", "set", dev, "master", bridge)
        if bridge
        else tr("make {dev} a port of the bridge that it belongs to", dev=dev)
    )
    turn = (do("bridge", "link", "set", "dev", dev, "hairpin", "on"),) if hairpin else ()
    return CAUSE.words(
        tr(
            "{dev} on {node} is not a port of a bridge, and has no address and no route: nothing takes its frames",
            dev=dev,
            node=node,
        ),
        tr("The container behind it can reach nothing, and nothing can reach it."),
        plug,
        *turn,
    )


def alone(bridge: str, node: str) -> Words:
    """Return the words for a bridge whose only port is the one that a frame arrived on."""
    return CAUSE.words(
        tr("bridge {bridge} on {node} has no port except the one that it arrived on", bridge=bridge, node=node),
        tr("There is no other host on the segment."),
        tr(
            "if the address is not behind {bridge}, its subnet shadows another network: give it another subnet, "
            "or delete its route",
            bridge=bridge,
        ),
        tr("else find out why the container's veth is not one of its ports"),
    )
