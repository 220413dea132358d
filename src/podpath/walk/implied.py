"""Devices and addresses that a namespace must have, as its routes say, where no output lists its devices.

The kernel takes the routes of a device away when the device goes down (fib_sync_down_dev in net/ipv4/fib_semantics.c): a
route by a device shows that there is one, and that it is up. What it is follows from what is behind it: the device of the
node's own network, or of the default gateway, is an uplink; a host route into a cable's name is a veth.
"""

from collections.abc import Iterator
from typing import Any

from podpath.state.address import BITS, Ip, family_of, is_link_local, last_ip, unseen_mac
from podpath.state.evidence import Complete, Coverage
from podpath.state.link import Address, Link
from podpath.state.route import Route
from podpath.state.table import key_of
from podpath.walk.namespace import UNSHOWN, Change, Entry, Rows
from podpath.wiring.hosted import is_cable


def implied(rows: Rows, ns: int, address: Ip | None) -> Change:
    """Return what adds to a namespace's devices and addresses those that only its routes show.

    Args:
        rows: gives the rows of a type in a namespace.
        ns: the namespace, a host's own.
        address: the address by which its node is called, or None if nothing states one.
    """

    def change(kind: type[Any], found: list[Entry[Any]]) -> list[Entry[Any]]:
        if kind not in {Link, Address} or _is_listed(rows(ns, Coverage), kind):
            return found
        routes = [held.row for held in rows(ns, Route) if _is_alive(held.row)]
        known = {held.row.name for held in rows(ns, Link)}
        named = _links(ns, routes, known, address) if kind is Link else _addresses(routes, found, address)
        return [*found, *(Entry(row, key_of(kind), UNSHOWN) for row in named)]

    return change


def _is_listed(coverage: list[Entry[Any]], kind: type[Any]) -> bool:
    """Say whether some output lists all of a table."""
    return any(
        row.table == key_of(kind) and row.complete != Complete.NO and (row.family, row.dev, row.part) == (None, None, None)
        for row in (held.row for held in coverage)
    )


def _is_alive(route: Route) -> bool:
    return route.type == "unicast" and route.dev is not None and not {"dead", "linkdown"} & set((route.flags or "").split(","))


def _links(ns: int, routes: list[Route], known: set[str], address: Ip | None) -> Iterator[Link]:
    uplinks = set(_uplinks(routes, address))
    # A cable with a host route is no port of a bridge; of others nobody knows.
    cables = {route.dev for route in routes if route.dev is not None and is_cable(route.dev) and _is_to_a_host(route)}
    for dev in dict.fromkeys(route.dev for route in routes if route.dev not in known):
        if dev in cables or dev in uplinks:
            kind = "veth" if dev in cables else None
            yield Link(dev or "", kind=kind, mac=unseen_mac(ns, dev), up=True, carrier=True)


def _is_to_a_host(route: Route) -> bool:
    return route.via is None and route.dst_len == BITS[route.family] and not is_link_local(route.dst)


def _uplinks(routes: list[Route], address: Ip | None) -> Iterator[str]:
    """Yield the devices of the node's own network, and of the gateway of its default route."""
    gateways = [route.via for route in routes if route.dst_len == 0 and route.via is not None]
    for route in routes:
        if route.via is None and route.dst_len and route.dev is not None:
            outside = (ip for ip in (address, *gateways) if ip is not None)
            if any(_holds(route, ip) for ip in outside):
                yield route.dev


def _addresses(routes: list[Route], found: list[Entry[Any]], address: Ip | None) -> Iterator[Address]:
    """Yield the node's own address on its network."""
    if address is None or address in {held.row.address for held in found}:
        return
    for route in routes:
        if route.via is None and 0 < route.dst_len < BITS[route.family] and route.dev is not None and _holds(route, address):
            yield Address(route.dev, route.family, address, route.dst_len, "global")
            return


def _holds(route: Route, ip: Ip) -> bool:
    return family_of(ip) == route.family and route.dst <= ip <= last_ip(route.family, route.dst, route.dst_len)
