"""What the kernel does by itself when a device goes up or down, or gets or loses an address: carriers and routes.

Rules: ``fib_netdev_event`` and ``fib_del_ifaddr`` (net/ipv4/fib_frontend.c), ``fib_sync_down_dev``
(net/ipv4/fib_semantics.c), ``addrconf_ifdown`` and ``addrconf_permanent_addr`` (net/ipv6/addrconf.c), ``veth_open`` and
``veth_close`` (drivers/net/veth.c), ``br_port_carrier_check`` (net/bridge/br_if.c), ``neigh_ifdown``, ``neigh_changeaddr`` and
``neigh_carrier_down`` (net/core/neighbour.c).
"""

from collections.abc import Iterator
from functools import partial
from typing import Final, TypeAlias

from podpath.state.address import BITS, V4, V6, Ip, Mac
from podpath.state.link import Address, BridgePort, Link
from podpath.state.neighbour import Neighbour
from podpath.state.route import Route
from podpath.walk.cluster import Cluster, Port
from podpath.walk.namespace import Change, Namespace
from podpath.walk.routing.connected import connected, shows_local
from podpath.walk.what_if.edits import edited, named, other_than, rows_of

_Key: TypeAlias = tuple[int, str, str, Ip, int, str | None]


def _turned(before: Cluster, after: Cluster, ns: int) -> list[Link]:
    """Return the devices that were set up or down, as they are now."""
    was, now = before.netns(ns).links, after.netns(ns).links
    return [held.row for name, held in now.items() if name in was and was[name].row.up is not held.row.up]


def _moved(before: Cluster, after: Cluster, ns: int) -> list[Link]:
    """Return the devices that have another master now, or none."""
    was, now = before.netns(ns).links, after.netns(ns).links
    return [held.row for name, held in now.items() if name in was and was[name].row.master != held.row.master]


def _pair(cluster: Cluster, ns: int, row: Link) -> Port | None:
    """Return the other end of a veth, or None for another device, or if it is not known."""
    link = cluster.netns(ns).links[row.name]
    other = cluster.other_end(ns, link) if row.kind == "veth" else None
    return other if isinstance(other, Port) else None


def carriers(before: Cluster, after: Cluster, ns: int) -> Iterator[tuple[int, Change]]:
    """Yield what happens to carriers: the ends of a veth pair have one while both are up, another device while it is."""
    for row in _turned(before, after, ns):
        other = _pair(after, ns, row)
        alive = row.up is not False and (other is None or other.link.row.up is not False)
        yield ns, edited(Link, named(row.name), carrier=alive)
        if other is not None:
            yield other.ns, edited(Link, named(other.link.row.name), carrier=alive)


def bridges(before: Cluster, after: Cluster, ns: int) -> Iterator[tuple[int, Change]]:
    """Yield what happens to bridges: a port without a carrier is disabled, and a bridge without a live port has no carrier.

    A port that comes back forwards again; of bridges that speak STP it does so later.
    """
    for row in _moved(before, after, ns):
        new = [BridgePort(row.name, row.master, state="forwarding", learning=True, flood=True)] if row.master is not None else []
        yield ns, rows_of(BridgePort, other_than(row.name), new)
    for there, name in _concerned(before, after, ns):
        netns = after.netns(there)
        ports = [held.row for held in netns.ports.get(name, ())]
        up = netns.links[name].row.up is not False
        alive = {port.name for port in ports if port.up is not False and port.carrier is not False}
        for port in ports:
            state = netns.bridge_ports[port.name].row.state if port.name in netns.bridge_ports else None
            if (up and port.name in alive) == (state == "disabled"):
                yield there, edited(BridgePort, named(port.name), state="forwarding" if state == "disabled" else "disabled")
        yield there, edited(Link, named(name), carrier=up and bool(alive))


def macs(before: Cluster, after: Cluster, ns: int) -> Iterator[tuple[int, Change]]:
    """Yield the MACs of bridges that take them from their ports: the smallest of theirs (br_stp_recalculate_bridge_id).

    Such a bridge is one that had the MAC of a port; a bridge whose MAC somebody has set keeps it.
    """
    was, now = before.netns(ns).links, after.netns(ns).links
    changed = [name for name, held in now.items() if name in was and was[name].row.mac != held.row.mac]
    masters = {(ns, name) for dev in changed for name in _masters(before, after, ns, dev)}
    for there, name in {*_concerned(before, after, ns), *(one for one in masters if _is_bridge(before, after, *one))}:
        row = after.netns(there).links[name].row
        lent = {held.row.mac for held in before.netns(there).ports.get(name, ())}
        left = [held.row.mac for held in after.netns(there).ports.get(name, ()) if held.row.mac is not None]
        if row.mac is not None and row.mac in lent and row.mac != min(left, default=Mac(0)):
            yield there, edited(Link, named(name), mac=min(left, default=Mac(0)))


def _concerned(before: Cluster, after: Cluster, ns: int) -> set[tuple[int, str]]:
    """Return the bridges, each with its namespace, that were turned, or that a device was turned of, has joined or left."""
    turned = _turned(before, after, ns)
    names = {name for row in (*turned, *_moved(before, after, ns)) for name in _masters(before, after, ns, row.name)}
    found = {(ns, name) for name in (*names, *(row.name for row in turned))}
    pairs = [other for row in turned if (other := _pair(after, ns, row)) is not None]
    found |= {(other.ns, name) for other in pairs for name in _masters(before, after, other.ns, other.link.row.name)}
    return {(there, name) for there, name in found if _is_bridge(before, after, there, name)}


def _masters(before: Cluster, after: Cluster, ns: int, dev: str) -> set[str]:
    links = (cluster.netns(ns).links.get(dev) for cluster in (before, after))
    return {link.row.master for link in links if link is not None and link.row.master is not None}


def _is_bridge(before: Cluster, after: Cluster, ns: int, name: str) -> bool:
    """Say whether a device is a bridge that has ports, or had: one that never had any keeps its carrier."""
    link = after.netns(ns).links.get(name)
    ported = name in before.netns(ns).ports or name in after.netns(ns).ports
    return link is not None and link.row.kind == "bridge" and ported


def routes(before: Cluster, after: Cluster, ns: int) -> Iterator[tuple[int, Change]]:
    """Yield what happens to the routes of devices and addresses."""
    was, now = before.netns(ns), after.netns(ns)
    for row in _turned(before, after, ns):
        if row.up is False:
            yield from ((ns, change) for change in _gone(now, row.name))
    old, new = {_key(row): row for row in _connected(was)}, {_key(row): row for row in _connected(now)}
    if old.keys() != new.keys():
        added = [row for key, row in new.items() if key not in old]
        yield ns, rows_of(Route, lambda row: row.proto != "kernel" or _key(row) not in old.keys() - new.keys(), added)


def neighbours(before: Cluster, after: Cluster, ns: int) -> Iterator[tuple[int, Change]]:
    """Yield what happens to neighbours: a device that goes down or gets another MAC loses all, one without a carrier most."""
    pairs = [other.ns for row in _turned(before, after, ns) if (other := _pair(after, ns, row)) is not None]
    for there in {ns, *pairs}:
        was = before.netns(there).links
        for name, held in after.netns(there).links.items():
            old, new = was.get(name, held).row, held.row
            if (old.up is not False and new.up is False) or old.mac != new.mac:
                yield there, rows_of(Neighbour, partial(_stays, name, ""))
            elif old.carrier is not False and new.carrier is False:
                yield there, rows_of(Neighbour, partial(_stays, name, "PERMANENT"))


def _stays(dev: str, state: str, row: Neighbour) -> bool:
    """Say whether an entry stays: it is another device's, or has a state that may."""
    return row.dev != dev or (state != "" and row.state == state)


STAGES: Final = (carriers, bridges, macs, routes, neighbours)
"""What follows a change, in this order: each sees what the one before has done.

Each is asked with the cluster before the change, the cluster after it, and the namespace in which it was made, and yields
what else changes, and in which namespace.
"""


def _gone(netns: Namespace, dev: str) -> Iterator[Change]:
    """Yield what a device that went down takes along: its routes, and of IPv6 its addresses.

    Of IPv4 the local routes stay. Addresses of IPv6 stay where ``keep_addr_on_down`` says so.
    """
    yield rows_of(Route, lambda row: row.dev != dev or (row.family == V4 and row.type == "local"))
    if not any((netns.conf(V6, whose, "keep_addr_on_down") or 0) > 0 for whose in ("all", dev)):
        yield rows_of(Address, lambda row: row.dev != dev or row.family == V4)


def _key(row: Route) -> _Key:
    return row.family, row.table, row.type, row.dst, row.dst_len, row.dev


def _connected(netns: Namespace) -> Iterator[Route]:
    """Yield the routes that the kernel makes of the addresses of a namespace.

    Those of the table local only where that table was shown: else :mod:`podpath.walk.routing.fib` makes them of the addresses.
    """
    shown = {family: shows_local(netns, family) for family in BITS}
    for row in (held.row for held in netns.all(Address)):
        yield from (route for route in connected(netns, row) if route.table != "local" or shown[row.family])
