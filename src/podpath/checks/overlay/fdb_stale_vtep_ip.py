"""A forwarding entry sends a peer's MAC to an address that is not the peer's."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="fdb-stale-vtep-ip",
    severity=Severity.ERROR,
    title="A forwarding entry points to the wrong node",
    explain="""The forwarding table of a VXLAN device says to which node a MAC's frames go. When a node was replaced or got
another address, an entry may still hold the old one: the tunnel packets go to a machine that is gone, or to another
node, which drops them because the MAC is not its own.

Look: `bridge fdb show dev flannel.1` on the sender, `ip address show` on the peer; the neighbour entry of the old
address on the underlay is INCOMPLETE or FAILED when nobody has it.""",
    summary=("{node} sends frames for {peer} ({mac}) to {wrong}, not to {right}; {whose}",),
    why="The tunnel packets never reach the peer: its pods cannot be reached from here.",
    fix=(
        "on {node}: bridge fdb replace {mac} dev {dev} dst {right} self permanent",
        "or restart the CNI's agent on {node}",
    ),
)
