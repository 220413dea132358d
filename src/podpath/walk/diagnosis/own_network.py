"""A host that does not know a network of its own: its bridge has lost the address, or the address its route."""

from collections.abc import Iterator
from typing import Final

from podpath.causes.bridge import bridge_address_missing
from podpath.causes.routing import connected_route_missing
from podpath.state.address import BITS, V4, V6, Ip, family_of, ip_text, prefix_text
from podpath.state.link import Address, Link
from podpath.state.route import Route
from podpath.walk.cluster import NoPort
from podpath.walk.events import Diagnosis, Walk
from podpath.walk.namespace import Entry
from podpath.walk.routing.connected import connected
from podpath.walk.routing.rules import FlowKey


def route_gone(walk: Walk, ns: int, address: Ip) -> Diagnosis | None:
    """Return that a device is up, and has an address whose network holds another one, but not the route to that network."""
    netns = walk.cluster.netns(ns)
    family = family_of(address)
    if not netns.seen(Route, family, part="main"):
        return None
    for held in (one for own in netns.addresses.values() for one in own):
        row, link = held.row, netns.links.get(held.row.dev)
        if row.family != family or link is None or not holds(row, address) or row.dev == "lo":
            continue
        if link.row.up is not True or "noprefixroute" in (row.flags or "") or row.peer is not None:
            continue
        made = next((route for route in connected(netns, row) if route.type == "unicast" and route.dst_len == row.length), None)
        if made is None or any(_is_of(other.row, made) for other in netns.all(Route)):
            continue
        net = prefix_text(family, made.dst, made.dst_len)
        fix = connected_route_missing.route(net, row.dev, ip_text(row.address) if family == V4 else None)
        own_address = f"{ip_text(row.address)}/{row.length}"
        words = connected_route_missing.gone(row.dev, netns.node, own_address, net, ip_text(address), fix)
        return Diagnosis(words, ns, (held, link))
    return None


def _is_of(route: Route, made: Route) -> bool:
    """Say whether a route of the same device leads into the network, or around it: such a route is intended."""
    if (route.family, route.dev, route.type) != (made.family, made.dev, "unicast") or not route.dst_len:
        return False
    shift = BITS[made.family] - min(route.dst_len, made.dst_len)
    return route.dst >> shift == made.dst >> shift


def holds(row: Address, address: Ip) -> bool:
    """Say whether an address is in the network of a device's own."""
    bits = BITS[row.family] - row.length
    return bool(bits) and address >> bits == row.address >> bits


def address_gone(walk: Walk, inside: int, *, on: int | None = None) -> Diagnosis | None:
    """Return that no device has a container's gateway, and its bridge has no address in the container's network.

    Args:
        walk: the walk.
        inside: namespace of the container.
        on: namespace that the bridge must be in; any where none is given.
    """
    for dev, gateway, own in _gateways(walk, inside):
        bridge = bridge_of(walk, inside, dev)
        if bridge is None or (on is not None and bridge[0] != on):
            continue
        ns, link = bridge
        host = walk.cluster.netns(ns)
        near = (held.row for held in host.addresses.get(link.row.name, ()) if held.row.family == own.family)
        if host.seen(Address, own.family) and not any(holds(row, own.address) for row in near):
            return _lost_by(walk, ns, link, inside, gateway, own)
    return None


def _gateways(walk: Walk, inside: int) -> Iterator[tuple[str, Ip, Address]]:
    """Yield the gateways of a container that no device has: the device, the gateway, the container's address."""
    for family in (V4, V6):
        way = walk.cluster.routing(inside, family).lookup(FlowKey(dst=_FAR[family]))
        hop = way.hops[0] if way.hops and way.error is None else None
        if hop is None or hop.via is None or hop.dev is None or walk.cluster.owners(hop.via):
            continue
        own = (held.row for held in walk.cluster.netns(inside).addresses.get(hop.dev, ()))
        row = next((row for row in own if row.family == family and holds(row, hop.via)), None)
        if row is not None:
            yield hop.dev, hop.via, row


def _lost_by(walk: Walk, ns: int, link: Entry[Link], inside: int, gateway: Ip, own: Address) -> Diagnosis:
    name, node, there = link.row.name, walk.cluster.netns(ns).node, walk.cluster.netns(inside).label.replace(":", " ", 1)
    bits = BITS[own.family] - own.length
    net = prefix_text(own.family, Ip(own.address >> bits << bits), own.length)
    words = bridge_address_missing.gateway_lost(name, node, net, ip_text(gateway), own.length, there)
    return Diagnosis(words, ns, (link,))


_FAR: Final = {V4: Ip(0xFFFF_0000_0000 | 203 << 24 | 113 << 8 | 1), V6: Ip(0x2001_0DB8_0000_0000_0000_0000_0000_0001)}
"""Addresses for documentation (RFC 5737, RFC 3849), which only a default route matches."""


def bridge_of(walk: Walk, inside: int, dev: str) -> tuple[int, Entry[Link]] | None:
    """Return the bridge that a container's cable ends at, with its namespace, or None if a machine outside may be the gateway."""
    near = walk.cluster.netns(inside).links.get(dev)
    if near is None or near.row.kind not in {"veth", None}:
        return None
    port = walk.cluster.other_end(inside, near)
    if isinstance(port, NoPort) or port.link.row.master is None:
        return None
    netns = walk.cluster.netns(port.ns)
    bridge = netns.links.get(port.link.row.master)
    if bridge is None or bridge.row.up is False:
        return None
    ports = (walk.cluster.other_end(port.ns, one) for one in netns.ports.get(bridge.row.name, ()))
    return None if any(isinstance(one, NoPort) for one in ports) else (port.ns, bridge)
