"""A node has other entries for a peer than the peer's flannel lease says."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Confidence

CAUSE: Final = Cause(
    name="flannel-lease-not-programmed",
    confidence=Confidence.LIKELY,
    title="A node does not have what a peer's flannel lease says",
    explain="""flanneld watches the leases of all nodes. For each it writes a route to the subnet, a permanent neighbour entry for the
subnet's first address (with the VtepMAC of the lease), and a forwarding entry for that MAC (with the PublicIP of the lease). Where
an entry differs from the lease, flanneld has missed a change: it has stopped, has lost its connection to etcd or the API, or
somebody else has written the entry.

Only peers that were not captured are compared here: the own device of a captured peer shows what is right.

Check: `ip neigh show dev flannel.1`, `bridge fdb show dev flannel.1`, `etcdctl get --prefix /coreos.com/network/subnets`; flanneld's log.""",
    summary=(
        "{node} sends frames for {ip} to MAC {mac}, but the lease of {first}/{len} says {announced}",
        "{node} sends frames for MAC {announced} to {dst}, but the lease of {first}/{len} says {public}",
    ),
    why="What {node} sends to {first}/{len} does not arrive.",
    fix=(
        "find out whether flanneld runs on {node} and reaches etcd or the API, and restart it",
        line("ip neigh replace {ip} lladdr {announced} dev {dev} nud permanent", words="by hand,", instead=True),
        line("bridge fdb replace {announced} dev {dev} dst {public} self permanent", words="and"),
    ),
    no_lab="etcd or the API's objects tell what flannel has announced, and the lab's plain networks have neither",
)
