"""A service address on kube-ipvs0 is also the address of a node."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="ipvs-vip-equals-node-ip",
    severity=Severity.ERROR,
    title="A service address on kube-ipvs0 is also the address of a node",
    explain="""kube-proxy in IPVS mode puts every service address, also external ones, on the device kube-ipvs0 of every node, so that each node
takes packets for it as its own. If such an address is a node's, all other nodes talk to themselves when they mean that
node: it looks dead from everywhere, while ping "works", because the own host answers.

It happens when a Service has an externalIP, or a load balancer's address, that belongs to a node.

Look: `ip address show dev kube-ipvs0`; `ip route get NODEIP` says `local`.""",
    summary=("{ip} is on {dev} of {node}, and is the address of {other}",),
    why="What {node} sends to {other} stays on {node}.",
    fix=(
        "take {ip} out of the Service that names it (externalIPs, or its load balancer)",
        "for now, on {node}: ip address del {ip}/32 dev {dev}",
    ),
    sql="""
    SELECT a.ns, a.dev, a."address" AS ip, o.name AS other, a.rowid AS row_address, b.rowid AS row_address_2, [o.name] AS related
    FROM "address" a JOIN netns n ON n.ns = a.ns AND n.kind = 'host'
    JOIN "address" b ON b."address" = a."address" AND b.dev NOT IN ('kube-ipvs0', 'lo')
    JOIN netns m ON m.ns = b.ns AND m.kind = 'host' AND m.node <> n.node
    JOIN node o ON o.node = m.node JOIN device t ON t.ns = b.ns AND t.name = b.dev AND t.role IN ('uplink', 'bridge')
    WHERE a.dev = 'kube-ipvs0'
    """,
)
