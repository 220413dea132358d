"""A route rejects the destination."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.address import V6
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="route-refuses",
    title="A route rejects the destination",
    explain="""The route's type is blackhole (no error), unreachable or prohibit (an error). The longest prefix decides, and the kernel stops there.
Calico writes a blackhole for a node's whole block, so packets for a pod whose own /32 route is missing end there.

    ip route show type blackhole
    ip route show type unreachable""",
)


def stops(kind: str, net: str, address: str, family: int) -> Words:
    """Return the words for a route of a type that stops packets (fib_props)."""
    six = ("-6",) if family == V6 else ()
    return CAUSE.words(
        tr("the route {kind} {net} stops packets for {address}", kind=kind, net=net, address=address),
        tr("The kernel stops at this entry."),
        do("ip", *six, "route", "del", kind, net),
    )
