"""A route leads into the overlay, but the neighbour or forwarding entry behind it is missing."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="vtep-neigh-or-fdb-missing",
    severity=Severity.ERROR,
    title="An overlay's neighbour or forwarding entry is missing",
    explain="""A packet for a pod on another node needs three entries on its own node: a route to the peer's address in the
overlay, a neighbour entry that gives that address a MAC, and a forwarding entry that gives the MAC a node. flannel
and Calico write all three, and the device does not learn: when one is missing, the packet ends here.

A missing neighbour shows as INCOMPLETE or FAILED and the sender sees `No route to host` after some seconds; a
missing forwarding entry shows as drops of the device (`ip -s link show flannel.1`), and nothing else.

It happens after `ip neigh flush`, when the device went down and up or changed its MAC (both flush neighbours), or
when the agent died before it had written all.

Look: `ip neigh show dev flannel.1`, `bridge fdb show dev flannel.1`.""",
    summary=("{node} cannot send to {peer} through {dev}: {what}",),
    why="Every packet from here to the peer's pods is dropped before it leaves the node.",
    fix=(
        "on {node}: ip neigh replace {ip} lladdr {mac} dev {dev} nud permanent",
        "on {node}: bridge fdb replace {mac} dev {dev} dst {right} self permanent",
        "or restart the CNI's agent on {node}: it writes the entries again",
    ),
    follows=("cni-state-lost-on-network-restart", "device-down", "overlay-device-missing"),
)
