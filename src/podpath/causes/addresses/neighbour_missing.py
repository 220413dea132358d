"""Nobody answers for an address."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words

CAUSE: Final = Cause(
    name="neighbour-missing",
    title="Nobody answers for an address",
    explain="""To send a frame, the kernel asks on the segment for the MAC of the next hop (ARP, ND). If nobody answers, the kernel drops the waiting packet
after three requests, and the sender sees "No route to host". Is the host up and on this segment, and is the address right?

    ip neigh show ADDRESS               FAILED, INCOMPLETE
    arping -I eth0 ADDRESS""",
)


def unanswered(dev: str, node: str, address: str, owner: str) -> Words:
    """Return the words for a next hop that nobody answers for.

    Args:
        dev: device that the request left by.
        node: its node.
        address: the next hop.
        owner: where the address is; empty where nobody captured has it.
    """
    where = tr("; it belongs to {owner}, which cannot be reached from there", owner=owner) if owner else ""
    return CAUSE.words(
        tr(
            "nobody on the segment of {dev} on {node} answers for {address}{where}",
            dev=dev,
            node=node,
            address=address,
            where=where,
        ),
        tr("The kernel drops packets for it after three requests."),
        f"find out why {owner or address} is not on the segment of {dev}: it is down, elsewhere, or has another address",
    )
