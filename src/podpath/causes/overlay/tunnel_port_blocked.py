"""A rule drops the packets of the tunnel."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="tunnel-port-blocked",
    title="A rule drops the packets of the tunnel",
    explain="""Tunnels carry pods' packets in UDP (VXLAN: 8472 of flannel, 4789 of Calico and Swarm; WireGuard: 51820), or in a protocol of
their own (IPIP: 4). A rule of a node drops these packets, so all traffic between pods of two nodes is lost without an error, while the nodes
can ping each other. DNS fails if the DNS server's pod is on another node.

A cloud firewall can do the same, and no node sees it: then the sender's counters rise and the receiver's do not.

Check: `iptables -nvL INPUT`: counters of rules for UDP; `ip -s link show flannel.1` on both nodes.""",
)
