"""A route leads into a WireGuard device, but no peer there is allowed the destination."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="wireguard-allowed-ips",
    title="A route leads into WireGuard, but no peer is allowed its network",
    explain="""WireGuard chooses the peer for a packet by its allowed IPs, and drops packets from a peer whose source is not in that peer's
allowed IPs. A route into the device is not enough: if no peer's allowed IPs contain the destination, the kernel refuses
the packet, and the sender sees `Required key not available` or an unreachable host. In the other direction, the receiver
counts a packet from an address that is not allowed as received, and silently drops it.

It happens when the CNI does not know a node's pod network, or when host traffic uses an address that it left out.

Check: `wg show` (allowed ips of each peer), `ip route show dev DEVICE`.""",
    summary=("{node} routes {dst}/{dst_len} into {dev}, but no peer's allowed IPs contain it",),
    why="The kernel refuses packets for these addresses before they leave the node.",
    fix=(
        "restart {agent} on {node}: it writes the peers again",
        line("wg show {dev} allowed-ips", words="{add_it} {dst}/{dst_len} to the peer's list (wg set replaces the whole list),"),
    ),
    no_lab="no WireGuard tunnel is built: kernels without the module could not show it",
)


def no_peer(dev: str, node: str, address: str) -> Words:
    """Return the words for a destination that no peer is allowed (wg_allowedips_lookup_dst)."""
    return CAUSE.words(
        tr("no peer of {dev} on {node} has {address} among its allowed addresses", dev=dev, node=node, address=address),
        tr("The device refuses the packet."),
        do(
            "wg",
            "show",
            dev,
            "allowed-ips",
            words=tr("add {address} to the allowed IPs of the peer that it is behind (wg set),", address=address),
        ),
    )


def strange_source(dev: str, node: str, peer: str, source: str) -> Words:
    """Return the words for a source that its peer is not allowed (wg_allowedips_lookup_src)."""
    return CAUSE.words(
        tr("{dev} on {node} allows no peer at {peer} to send from {source}", dev=dev, node=node, peer=peer, source=source),
        tr("The device drops the packet after decrypting it."),
        do(
            "wg",
            "show",
            dev,
            "allowed-ips",
            words=tr("add {source} to the allowed IPs of the peer at {peer} (wg set),", source=source, peer=peer),
        ),
    )
