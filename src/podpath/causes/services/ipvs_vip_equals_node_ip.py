"""A service address on kube-ipvs0 is also the address of a node."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="ipvs-vip-equals-node-ip",
    title="A service address on kube-ipvs0 is also the address of a node",
    explain="""kube-proxy in IPVS mode puts every service address, also external ones, on the device kube-ipvs0 of every node, so each node accepts
packets for it itself. If a node has such an address, all other nodes send its packets to themselves: the node
seems down from everywhere, while ping "works", because the local host answers.

It happens when a Service has an externalIP, or a load balancer's address, that belongs to a node.

Check: `ip address show dev kube-ipvs0`; `ip route get NODEIP` says `local`.""",
    summary=("{ip} is on {dev} of {node}, and is the address of {other}",),
    why="Packets from {node} to {other} stay on {node}.",
    fix=(
        "remove {ip} from the Service that has it (externalIPs, or its load balancer)",
        line("ip address del {ip}/32 dev {dev}", words="for now,"),
    ),
)
