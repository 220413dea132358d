"""What a next hop has learned about a destination: redirects and path MTUs.

It comes before what the table says: find_exception() and rt_bind_exception() (net/ipv4/route.c), rt6_find_cached_rt()
(net/ipv6/route.c). The kernel keeps it with the next hop of one entry, and prints neither; where several could have learned
it, nothing is sure.
"""

from collections.abc import Hashable
from typing import NamedTuple

from podpath.state.address import V4, Ip
from podpath.state.route import RouteException
from podpath.walk.namespace import Entry, Namespace
from podpath.walk.routing.fib import Fib, Hop, RouteEntry

_USE_PMTU = "net.ipv4.ip_forward_use_pmtu"


class Learned(NamedTuple):
    """An exception that a next hop may have.

    Attributes:
        held: the row.
        sure: no other next hop can have it.
    """

    held: Entry[RouteException]
    sure: bool


def learned(netns: Namespace, fib: Fib, entry: RouteEntry, hop: Hop, dst: Ip) -> Learned | None:
    """Return what the next hop of an entry has learned about a destination, or None if there is nothing.

    Args:
        netns: the namespace.
        fib: its tables.
        entry: the entry that was found.
        hop: the next hop that was chosen.
        dst: the destination.
    """
    if entry.held.rowid < 0:
        return None  # an entry that is new has learned nothing
    found = [held for held in netns.exceptions.get(dst, ()) if _fits(held.row, entry, hop)]
    if not found:
        return None
    exact = [held for held in found if held.row.via == hop.via] or found
    owners = {
        _identity(other, one) for other in fib.covering(dst) for one in other.hops if _fits(exact[0].row, other, one)
    }  # fmt: skip
    return Learned(exact[0], sure=len(found) == 1 and owners == {_identity(entry, hop)})


def _fits(row: RouteException, entry: RouteEntry, hop: Hop) -> bool:
    """Say whether a next hop may be the one that has learned something."""
    return (
        row.dev == hop.dev
        and row.table in {None, entry.row.table}
        and row.metric in {None, entry.metric}
        and (row.via == hop.via or row.redirected is not False)
    )


def _identity(entry: RouteEntry, hop: Hop) -> Hashable:
    """Return what next hops have in common that learn together: IPv4's entries share their fib_info where they are alike."""
    row = entry.row
    if row.nhid is not None:
        return row.nhid, hop.held.rowid
    if row.family != V4:
        return entry.held.rowid, hop.held.rowid
    alike = tuple((one.dev, one.via, one.weight, one.onlink) for one in entry.hops)
    return row.table, row.type, row.proto, row.scope, row.prefsrc, entry.metric, row.mtu, alike, hop.dev, hop.via


def path_mtu(netns: Namespace, entry: RouteEntry, row: RouteException | None, *, forwarded: bool) -> int | None:
    """Return the MTU that a route states or has learned (ip_dst_mtu_maybe_forward), or None if it is the device's.

    A learned one is for this host's own packets; IPv4 packets that are sent on regard it only where it is locked, or
    ip_forward_use_pmtu is on.
    """
    counts = row is not None and (
        not forwarded or row.family != V4 or row.mtu_locked or netns.setting(_USE_PMTU) not in {None, 0}
    )  # fmt: skip
    return row.mtu if counts and row is not None and row.mtu is not None else entry.row.mtu
