"""A tunnel's own packets are routed into the tunnel again."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.address import V6
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="tunnel-into-itself",
    title="A tunnel's own packets are routed into the tunnel again",
    explain="""A tunnel encapsulates each packet in an outer one, which the node routes to the other end. If the route to that end leads into the
tunnel itself, the packet would be encapsulated forever: the kernel drops it, and counts a collision or an error of the device. The
kernel also drops packets if two tunnels lead into each other ("Dead loop on virtual device").

It happens when a pod network, or a default route, covers the nodes' own addresses and leads into the overlay or VPN.

    ip route get ADDRESS-OF-THE-OTHER-NODE
    ip -s -s link show DEVICE           collisions, TX errors""",
)


def circular(dev: str, node: str, remote: str, net: str, family: int) -> Words:
    """Return the words for an outer packet whose route leads into its own tunnel (vxlan_xmit_one, ip_tunnel_xmit: ELOOP).

    Args:
        dev: the tunnel's device.
        node: its node.
        remote: the other end.
        net: network of the route that leads to it.
        family: of the outer packet.
    """
    six = ("-6",) if family == V6 else ()
    return CAUSE.words(
        tr(
            "{dev} on {node} sends to {remote}, and the route to {net} leads into {dev} again",
            dev=dev,
            node=node,
            remote=remote,
            net=net,
        ),
        tr("The kernel drops the packet, because it would encapsulate it forever."),
        do("ip", *six, "route", "get", remote, words=tr("see first,")),
        tr(
            "then add a route to {remote} through the device that leads to the other nodes, or delete the route to {net}",
            remote=remote,
            net=net,
        ),
    )


def nested(dev: str, node: str) -> Words:
    """Return the words for a packet that tunnels have wrapped too often (XMIT_RECURSION_LIMIT)."""
    return CAUSE.words(
        tr(
            "{dev} on {node} gets a packet that tunnels have encapsulated eight times: they lead into each other",
            dev=dev,
            node=node,
        ),
        tr("The kernel drops it (Dead loop on virtual device)."),
        "find the routes that lead the tunnels' own packets into a tunnel (ip route get)",
    )
