"""One sentence for each stage, for somebody who learns."""

from typing import Final

_SENTENCES: Final = {
    "route": "The kernel takes the entry with the longest prefix that holds the destination; of equal ones the smallest metric.",
    "neighbour": "To send a frame the kernel needs the next hop's MAC: from its table, else it asks the segment (ARP, ND).",
    "answer": "Whoever has the address answers with its MAC; a proxy answers in another's name.",
    "FDB": "A bridge or VXLAN device looks up behind which port or node a MAC is; what it does not know it sends everywhere.",
    "device": "A veth is a cable: what one end sends, the other end gets, in whichever namespace that is.",
    "tunnel": "A tunnel puts the packet into another packet, between two nodes; the outer one is routed on its own.",
    "underlay": "This is the network between the nodes; no kernel in the snapshot knows it, only its two ends.",
    "fragment": "A packet larger than the MTU is cut into pieces, which the receiver puts together again.",
    "netfilter": "Rules of iptables or nftables see the packet at fixed places, and may drop, change or answer it.",
    "socket": "A packet that has arrived needs a program that listens on its address and port.",
    "end": "Here the way ends.",
}


def teach(stage: str) -> str:
    """Return a sentence about a stage; empty where there is nothing to say."""
    return _SENTENCES.get(stage, "")
