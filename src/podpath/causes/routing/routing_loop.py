"""Routers send the packet to one another."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words

CAUSE: Final = Cause(
    name="routing-loop",
    title="Routers send the packet to one another",
    explain="""Each router has a route to the destination through another, until the hop limit is used up; then a router sends the ICMP error
"Time exceeded". A stale route on one of them is the usual cause.

    traceroute -n ADDRESS               the same routers again and again
    ip route get ADDRESS                on each of them""",
)


def circle(dev: str) -> Words:
    """Return the words for a packet that comes back to where it was."""
    return CAUSE.words(
        tr("the packet comes back to {dev}, and loops until its hop limit is used up", dev=dev),
        tr("Two or more routers send it to one another."),
        tr("compare their routes to the destination (ip route get): one of them must lead to its network"),
    )
