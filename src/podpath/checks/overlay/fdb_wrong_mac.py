"""The forwarding entry for a peer's node carries a MAC that nobody has."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="fdb-wrong-mac",
    severity=Severity.ERROR,
    title="A forwarding entry has a MAC that no device has",
    explain="""The forwarding table is asked for the MAC that the neighbour table gave. Here the peer's device has one MAC, and
the only entry that leads to the peer's node has another: the lookup finds nothing, and the packet is dropped by the
sending device (`ip -s link show flannel.1` counts it under TX dropped).

Look: `bridge fdb show dev flannel.1` on the sender, `ip -d link show flannel.1` on the peer.""",
    summary=(
        "{node} has no forwarding entry for {peer}'s MAC {mac}; its entry for {right} has {wrong}, which no captured node has",
    ),
    why="Every packet from here to the peer's pods is dropped before it leaves the node.",
    fix=(
        "on {node}: bridge fdb replace {mac} dev {dev} dst {right} self permanent",
        "on {node}: bridge fdb del {wrong} dev {dev} dst {right}",
    ),
)
