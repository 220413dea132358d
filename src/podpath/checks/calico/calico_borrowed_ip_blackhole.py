"""A node throws away what is for a pod that another node runs."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="calico-borrowed-ip-blackhole",
    severity=Severity.ERROR,
    title="A block's blackhole route swallows a pod on another node",
    explain="""A Calico node keeps a blackhole route for its own address block, so that packets for addresses that no pod has do
not loop. When a pod on another node has borrowed an address of the block, this node needs a /32 route to it; without,
the blackhole takes the packets.

It happens when a pool has run out of blocks, and pods get addresses from other nodes' blocks.

Look: `ip route show type blackhole`, `ip route get PODIP` (it says Invalid argument).""",
    summary=("{node} drops packets for {target} of {peer} in `{line}`",),
    why="The pod cannot be reached from the node that owns its block.",
    fix=("give the pool more or larger blocks, then recreate the pod on {peer}", "restart calico-node on {node}"),
)
