"""A node throws away what is for a pod that another node runs."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words

BLOCK_PROTOCOLS: Final = frozenset(("bird", "80"))
"""Protocols of the routes for a node's own block: BIRD's, and the number that Felix gives its own."""

CAUSE: Final = Cause(
    name="calico-borrowed-ip-blackhole",
    title="A block's blackhole route drops packets for a pod on another node",
    explain="""A Calico node has a blackhole route for its own address block, so that packets for unused addresses do not loop.
When a pod on another node has borrowed an address of the block, this node needs a /32 route to it; without that route,
the blackhole drops the packets.

It happens when a pool has run out of blocks, and pods get addresses from other nodes' blocks.

Check: `ip route show type blackhole`, `ip route get PODIP` (it says Invalid argument).""",
    summary=("{node} drops packets for {target} of {peer} in `{line}`",),
    why="The pod cannot be reached from the node that owns its block.",
    fix=(
        "give the pool more or larger blocks, then recreate the pod on {peer}",
        "restart calico-node on {node}",
    ),
    leads_to=frozenset(("route-refuses",)),
)


def of_pod(address: str, peer: str, node: str, net: str) -> Words:
    """Return the words for a pod on another node whose address is in a block of this node."""
    return CAUSE.words(
        tr(
            "{node} drops packets for {address} of {peer} in its blackhole route for {net}",
            node=node,
            address=address,
            peer=peer,
            net=net,
        ),
        tr(CAUSE.why),
        tr("restart calico-node on {node}: it writes the route to {address}", node=node, address=address),
    )
