"""A device that traffic depends on is down, has lost its other end, or does not forward."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="device-down",
    title="A device that carries containers' traffic is down",
    explain="""Every packet of a container passes a pair of veth devices, usually a bridge, and between nodes a tunnel device. If one of
them is down, everything behind it is cut off: one container behind a veth, all containers of a node behind a bridge, all
traffic between this node and the others behind a tunnel.

A device that is down also loses its routes. Its traffic then takes the default route, and leaks to the office
network or the internet: the sender sees a timeout, not an error.

NO-CARRIER on a device that is up means that the other end is down: inside a container, look at the host's veth. A
bridge port may look UP and still not forward, while the spanning tree protocol keeps it listening or blocking.

Check: `ip -d link show` on the host and in the container, `bridge -d link show` for the state of the ports.""",
    summary=("{dev}{where} is {state}: {hangs}",),
    why="Packets through {dev} are dropped, or take the default route and are lost.",
    fix=(
        line("ip link set {dead} up"),
        line("ip link set {bridge} type bridge stp_state 0"),
        line("ip link show {unplugged}", words="find the other end and its container with the number after @if,"),
        line("ip link show", words="find the end on the host with the number after @if,", note="of {far}"),
        "then restart the CNI's agent: routes and neighbours of {agent} do not come back by themselves",
        "then restart the CNI's agent: the route to the container behind {routed} is gone too",
    ),
    phrases={
        "state": {"down": "down", "carrier": "without a carrier", "blocked": "in the state {port_state}"},
        "hangs": {
            "overlay": "no pod of another node can be reached, and its routes are gone",
            "port": "the container on it is cut off",
            "ports": "the {ports} containers on it are cut off",
            "behind": "the container behind it is cut off",
            "inside": "its other end, in the container, is down",
            "outside": "its other end, on the host, is down",
            "container": "the container is cut off",
            "tunnel": "{tunnel} sends through it",
            "outward": "no other device leads out of this host, and there is no default route",
            "blocked": "the bridge {bridge} passes no frames through this port",
        },
    },
)


def is_down(dev: str, place: str) -> Words:
    """Return the words for a device that is not up."""
    return CAUSE.words(
        tr("{dev} {place} is down", dev=dev, place=place),
        tr("A device that is down passes no packets."),
        do("ip", "link", "set", dev, "up"),
    )


def tunnel_down(dev: str, node: str) -> Words:
    """Return the words for a tunnel's device that is not up where its packets arrive."""
    return CAUSE.words(
        tr("{dev} on {node} is down", dev=dev, node=node), tr("The inner frame is lost."), do("ip", "link", "set", dev, "up")
    )


def bond_without_port(dev: str, node: str) -> Words:
    """Return the words for a bond of which no port is up."""
    return CAUSE.words(
        tr("{dev} on {node} has no port that is up", dev=dev, node=node),
        tr("It sends nothing."),
        tr("bring up a port of {dev}", dev=dev),
    )
