"""A node sends packets for its own pods to another node."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="stale-route-shadows-cni0",
    title="A route diverts packets for the node's own pods from their bridge",
    explain="""The network of the pods' bridge is the node's own, and packets for it must go to the bridge. Another route for the same
network with a smaller metric, an older one with the same metric, or one for a part of it, overrides the bridge's: the node sends packets for its own pods
to another host, which sends them back, until their TTL reaches zero.

It happens when a node was given another part of the pod network and an old route to its previous owner stayed, when the
backend was changed from host-gw and back, or when a VPN pushes a route.

Check: `ip route show`, `ip route get` with the address of a pod on this node: it must name the bridge.""",
    summary=(
        "{node} sends {dst}/{len} to {via} through {dev}, but {first}/{first_len} is the network of its own {bridge}",
        "{node} sends {dst}/{len} out through {dev}, but {first}/{first_len} is the network of its own {bridge}",
    ),
    why="This node's own pods cannot be reached, neither from here nor from other nodes.",
    fix=(
        line("ip {six} route del {dst}/{len} dev {dev}"),
        "then restart the CNI's agent on {node}",
    ),
    symptom_of=("device-down",),
)
