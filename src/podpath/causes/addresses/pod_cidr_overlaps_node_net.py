"""The pods' network and the nodes' own network overlap."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.state.finding import Severity

CAUSE: Final = Cause(
    name="pod-cidr-overlaps-node-net",
    severity=Severity.WARNING,
    title="The pod network overlaps the nodes' own network",
    explain="""An address must belong either to a pod or to a machine. If the pod network overlaps the nodes' network, the more
specific route wins: packets for some machines go to the pods' devices, or packets for some pods go to the LAN.
Nodes, gateways and name servers become unreachable one by one, as pods get addresses near theirs.

Typical cases are Calico's old default 192.168.0.0/16 on a home or office network, and 10.0.0.0/8 in a company network.

Check: `ip address show`, `ip route show`; `ip route get NODEIP` must name the network card, not a CNI's device.""",
    summary=(
        "{what} {first}/{len} overlaps {net}/{net_len}, which {dev} is in; {hit} is in both",
        "{what} {first}/{len} overlaps {net}/{net_len}, which {dev} is in",
    ),
    why="This node cannot reach machines or pods whose addresses are in both.",
    fix=("give the pods a network that no machine uses, and recreate the cluster (or the pool)",),
    phrases={
        "what": {"network": "the pod network", "route": "the route of {via} to"},
    },
)
