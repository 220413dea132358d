"""A route to a peer's pod network names the wrong next hop."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="route-wrong-next-hop",
    severity=Severity.ERROR,
    title="A route to a peer's pod network goes to another node",
    explain="""The next hop of a route into the overlay decides which node gets the packet. Here the network belongs to one
node, and the route names another, or an address that no node has. The wrong node sends the packet back or drops it.

It happens when two nodes swapped their pod networks (a re-join), and one peer still has the old routes, or by hand.

Look: `ip route show dev flannel.1` here, `ip address show dev flannel.1` on the peer.""",
    summary=(
        "{node} sends {target} of {peer} to {via}, which is {owner}'s, not {peer}'s",
        "{node} sends {target} of {peer} to {via}, which no captured node has",
    ),
    why="Packets for the peer's pods go to another node, or nowhere.",
    fix=(
        "on {node}: ip route replace {dst} via {right} dev {overlay_dev} onlink",
        "or restart the CNI's agent on {node}",
    ),
)
