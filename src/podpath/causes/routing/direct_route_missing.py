"""In a cluster that routes without an overlay, a node lacks the route to a peer's pod network, or has a wrong one."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="direct-route-missing",
    title="No route to a peer's pod network through the peer's own address",
    explain="""Without an overlay (flannel host-gw, Calico with BGP) every node has a route to each peer's pod network, with the
peer's own address as the next hop. Here other nodes have such a route, or the peer itself shows that the network is its
own, and this node sends the packets elsewhere: over its default route to the internet, or to another machine.

It happens when a network service flushed routes that it did not set, when a NIC went down and up (these routes disappear with
it), when BGP with the peer is down (TCP 179 blocked), or when somebody deletes the route by hand.

Check: `ip route get PODIP`, and check the next hop; `ip route show proto bird`; `calicoctl node status`.""",
    summary=(
        "{node} sends {target}/{length} of {peer} to {via} through {dev}, not to {peer}'s address {right}",
        "{node} sends {target}/{length} of {peer} out through {dev}, not to {peer}'s address {right}",
        "{node} has no route to {target}/{length} of {peer}",
    ),
    why="Packets for the peer's pods go elsewhere and are lost.",
    fix=(
        "restart the CNI's agent on {node}: it writes the route again",
        line("ip route replace {target}/{length} via {right}", instead=True),
    ),
    symptom_of=("device-down",),
)
