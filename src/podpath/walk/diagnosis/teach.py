"""One sentence for each domain of steps, for somebody who learns."""

from typing import Final

from podpath.state.step import Domain

_SENTENCES: Final = {
    Domain.ROUTE: "The kernel takes the entry with the longest prefix that holds the destination; of equal ones the smallest"
    " metric.",
    Domain.NEIGHBOUR: "To send a frame the kernel needs the next hop's MAC: from its table, else it asks the segment (ARP, ND).",
    Domain.ANSWER: "Whoever has the address answers with its MAC; a proxy answers in another's name.",
    Domain.FDB: "A bridge or VXLAN device looks up behind which port or node a MAC is; what it does not know it sends"
    " everywhere.",
    Domain.DEVICE: "A veth is a cable: what one end sends, the other end gets, in whichever namespace that is.",
    Domain.TUNNEL: "A tunnel puts the packet into another packet, between two nodes; the outer one is routed on its own.",
    Domain.UNDERLAY: "This is the network between the nodes; no kernel in the snapshot knows it, only its two ends.",
    Domain.FRAGMENT: "A packet larger than the MTU is cut into pieces, which the receiver puts together again.",
    Domain.NETFILTER: "Rules of iptables or nftables see the packet at fixed places, and may drop, change or answer it.",
    Domain.NAT: "Rules, or IPVS, replace an address of the packet; connection tracking gives the answer the old one back.",
    Domain.SOCKET: "A packet that has arrived needs a program that listens on its address and port.",
    Domain.END: "Here the way ends.",
}


def teach(domain: Domain) -> str:
    """Return a sentence about what a part of the kernel does."""
    return _SENTENCES[domain]
