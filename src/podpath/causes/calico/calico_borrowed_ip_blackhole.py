"""A node throws away what is for a pod that another node runs."""

from typing import Final

from podpath.causes.cause import Cause

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
)
