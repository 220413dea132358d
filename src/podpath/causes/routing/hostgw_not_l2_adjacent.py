"""A route to a peer's pods names a next hop that is not on any network of the node."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="hostgw-not-l2-adjacent",
    title="The next hop of a direct route is not on the node's own network",
    explain="""Without a tunnel, a packet for a pod goes straight to the pod's node, as its next hop. That works only if both nodes are
on one network: a router between them has no route to pod networks and drops the packet. The kernel refuses such a route,
unless it is set with `onlink`: then the kernel sends ARP requests for the next hop, and nobody answers.

It happens with flannel's host-gw backend, or a Calico pool without encapsulation, on nodes in different subnets, zones
or clouds.

Check: `ip route get NODEIP` for the peer: if it says `via`, a router is between; `ip neigh show` shows the next hop as
FAILED or INCOMPLETE.""",
    summary=(
        "{node} sends {dst}/{len} to {via} through {dev}, where {via} is {state}: it is not on a network of {dev}",
        "{node} sends {dst}/{len} to {via} through {dev}, but {via} is not on a network of {dev}",
    ),
    why="Nobody on this network answers for the next hop: packets for the peer's pods are lost.",
    fix=(
        "use an overlay (flannel: vxlan; Calico: CrossSubnet), or add routes to the pod networks on the routers between the nodes",
    ),
)
