"""One sentence for each domain of steps, for somebody who learns."""

from typing import Final

from podpath.language import marked, tr
from podpath.state.step import Domain

_SENTENCES: Final = marked(
    {
        Domain.ROUTE: "The kernel takes the entry with the longest prefix that matches the destination; if prefixes are equal,"
        " the one with the smallest metric.",
        Domain.NEIGHBOUR: "To send a frame, the kernel needs the next hop's MAC: from its neighbour table, or by ARP or ND.",
        Domain.ANSWER: "The host that has the address answers with its MAC; a proxy answers on behalf of another host.",
        Domain.FDB: "A bridge or VXLAN device looks up the port or node of a MAC; it floods frames for unknown MACs.",
        Domain.DEVICE: "A veth pair is a cable: each end receives the frames that the other sends, in whichever namespace it is.",
        Domain.TUNNEL: "A tunnel puts the packet into another packet between two nodes; the outer packet has its own route.",
        Domain.UNDERLAY: "This is the network between the nodes; the snapshot has only its two ends.",
        Domain.FRAGMENT: "A packet larger than the MTU is split into fragments, which the receiver reassembles.",
        Domain.NETFILTER: "Rules of iptables or nftables see the packet at fixed points, and may drop, change or answer it.",
        Domain.NAT: "Rules or IPVS replace an address of the packet; connection tracking restores the original address in the"
        " reply.",
        Domain.SOCKET: "A packet that has arrived needs a program that listens on its address and port.",
        Domain.END: "The path ends here.",
    }
)


def teach(domain: Domain) -> str:
    """Return a sentence about what a part of the kernel does."""
    return tr(_SENTENCES[domain])
