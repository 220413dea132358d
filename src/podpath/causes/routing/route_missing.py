"""No entry of the routing table matches the destination."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.address import V6
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="route-missing",
    title="No entry of the routing table matches the destination",
    explain="""There is not even a default route. On a host, programs see "Network is unreachable"; a router sends ICMP errors, at a limited
rate.

    ip route get ADDRESS
    ip route show table all""",
)


def nowhere(place: str, address: str, then: str, family: int) -> Words:
    """Return the words for a lookup that finds no route.

    Args:
        place: whose table it is, in words.
        address: the destination.
        then: what the sender learns.
        family: of the destination.
    """
    six = ("-6",) if family == V6 else ()
    return CAUSE.words(
        tr("{place} has no route to {address}", place=place, address=address),
        f"{then}.",
        do("ip", *six, "route", "get", address, words=tr("see first,")),
        tr("then add the route, or a default route, to match the network there"),
    )
