"""The forwarding entry for a peer's node has a MAC that no device has."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="fdb-wrong-mac",
    title="A forwarding entry has a MAC that no device has",
    explain="""The kernel looks up the MAC from the neighbour table in the forwarding table. Here the peer's device has one
MAC, and the only entry for the peer's node has another: the lookup finds nothing, and the sending device
drops the packet (`ip -s link show flannel.1` counts it under TX dropped).

Check: `bridge fdb show dev flannel.1` on the sender, `ip -d link show flannel.1` on the peer.""",
    summary=(
        "{node} has no forwarding entry for {peer}'s MAC {mac}; its entry for {right} has {wrong}, which no captured node has",
    ),
    why="Every packet from here to the peer's pods is dropped before it leaves the node.",
    fix=(
        line("bridge fdb replace {mac} dev {dev} dst {right} self permanent"),
        line("bridge fdb del {wrong} dev {dev} dst {right}"),
    ),
)
