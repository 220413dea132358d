"""A rule drops the packets of the tunnel."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="tunnel-port-blocked",
    severity=Severity.ERROR,
    title="A rule drops the packets of the tunnel",
    explain="""Tunnels carry pods' packets in UDP (VXLAN: 8472 of flannel, 4789 of Calico and Swarm; WireGuard: 51820), or in a protocol of their own (IPIP: 4). A
rule of a node drops those, so that everything between pods of two nodes is lost without an error, while the nodes
ping each other. Names fail where the DNS server's pod is on another node.

A cloud's firewall does the same and no node can see it: then the sender's counters rise and the receiver's do not.

Look: `iptables -nvL INPUT`: counters of rules for UDP; `ip -s link show flannel.1` on both nodes.""",
    asked=True,
)
