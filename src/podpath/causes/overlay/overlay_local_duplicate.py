"""Two nodes of an overlay send from the same underlay address."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="overlay-local-duplicate",
    title="Nodes of an overlay have the same underlay address",
    explain="""Every node's overlay device has its own address (`local`) that the others send tunnel packets to. Here several
nodes have the same one, so peers cannot distinguish them: packets for one node go to another, or are lost.

It happens when the agent picks the wrong network card on machines with several. Vagrant's virtual machines all
have 10.0.2.15 on their first card, each behind its own NAT; the agent takes the card with the default route.

Check: `ip -d link show type vxlan` on each node, the word after `local`; `ip address show` for the other cards.""",
    summary=("{dev} on {node} sends from {local_address}, and so does {dev} on {other}",),
    why="No other node can send to this one: tunnel packets go to the wrong machine or nowhere.",
    fix=(
        "tell the CNI's agent which card to use on every node (flannel: --iface=eth1 or --iface-can-reach=ADDRESS)",
        "then restart the agent: leases are bound to the public address",
    ),
    no_lab="as wrong-underlay-interface, on two nodes",
)
