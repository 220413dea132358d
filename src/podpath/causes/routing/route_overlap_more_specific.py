"""A narrower route, or one that throws packets away, takes part of a peer's pod network."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.address import V6
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="route-overlap-more-specific",
    title="A more specific route takes part of a peer's pod network",
    explain="""The most specific route that matches an address wins. A route for part of another node's pod network that does not lead
to that node takes the traffic of that part: those pods cannot be reached from here, while the others can.

A route of the type blackhole silently drops the packets (the sender sees a timeout); unreachable and prohibit
answer with ICMP (the sender sees `No route to host` or `Permission denied` at once).

It happens when a VPN pushes its routes, when an uninstalled program leaves routes behind, or when somebody adds a route by hand.

Check: `ip route get PODIP`, and check the device; `ip route show root PODNETWORK` lists the routes inside it.""",
    summary=(
        "{node} drops {dst}/{len} of {peer}: a route of type {type} is more specific than the one to {first}/{first_len}",
        "{node} sends {dst}/{len} of {peer} out through {dev}, not over its route to {first}/{first_len}",
    ),
    why="Pods of {peer} with addresses in {dst}/{len} cannot be reached from {node}.",
    fix=(
        line("ip {six} route del {dst}/{len} dev {dev}"),
        line("ip {six} route del {type} {dst}/{len}"),
        "then find the program that sets it: its proto is {proto}",
        "then find the program that sets it (a VPN, a network service, a file of static routes)",
    ),
    leads_to=frozenset(("route-refuses",)),
)


def refusing(node: str, peer: str, kind: str, narrow: str, wide: str, family: int, table: str) -> Words:
    """Return the words for a route that drops a part of what a wider one would carry to a peer."""
    return CAUSE.words(
        tr(
            "{node} drops {narrow} of {peer}: a route of type {kind} is more specific than the one to {wide}",
            node=node,
            narrow=narrow,
            peer=peer,
            kind=kind,
            wide=wide,
        ),
        tr("Pods of {peer} with addresses in {narrow} cannot be reached from {node}.", peer=peer, narrow=narrow, node=node),
        do(
            "ip",
            *(("-6",) if family == V6 else ()),
            "route",
            "del",
            kind,
            narrow,
            *(("table", table) if table != "main" else ()),
        ),
    )
