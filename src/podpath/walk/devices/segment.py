"""Which devices are on the segment that a device leads out to: those that lead out themselves, and those that stand on one.

A macvlan, an ipvlan, a VLAN or a bridge with an uplink as its port is reached through the device below.
"""

from collections.abc import Iterator
from typing import NamedTuple

from podpath.state.address import V4, V4_BASE, V6, Ip
from podpath.state.link import Address
from podpath.walk.cluster import NoPort, Port
from podpath.walk.events import Walk
from podpath.wiring.cables import STACKED

_DEEPEST = 8
"""Maximum depth of stacked devices: no real stack is that deep, and the search must end."""


class Gate(NamedTuple):
    """How a device is reached from the network between nodes.

    Attributes:
        port: the device that leads out.
        tags: VLAN tags that its frames have there, the outermost last.
    """

    port: Port
    tags: tuple[int, ...] = ()

    def is_at(self, ns: int, dev: str) -> bool:
        """Say whether a device is the one that leads out."""
        return (self.port.ns, self.port.link.row.name) == (ns, dev)


def gate_of(walk: Walk, end: Port, depth: int = _DEEPEST) -> Gate | None:
    """Return how a device is reached from the network between nodes, or None if it does not lead there."""
    row, netns = end.link.row, walk.cluster.netns(end.ns)
    if row.name == "lo" or not depth:
        return None
    if row.kind in STACKED:
        lower = walk.cluster.other_end(end.ns, end.link)
        below = gate_of(walk, lower, depth - 1) if isinstance(lower, Port) else None
        if below is None or row.kind != "vlan":
            return below
        settings = netns.vlans.get(row.name)
        return Gate(below.port, (settings.row.vlan, *below.tags)) if settings is not None else None
    for port in netns.ports.get(row.name, ()):
        below = gate_of(walk, Port(end.ns, port), depth - 1)
        if below is not None:
            return below
    if row.kind not in {None, "veth"}:
        return None
    other = walk.cluster.other_end(end.ns, end.link)
    return Gate(end) if isinstance(other, NoPort) and other.outside else None


def nets_of(walk: Walk, ns: int, dev: str, tags: tuple[int, ...] = (), depth: int = _DEEPEST) -> Iterator[Address]:
    """Yield the addresses on a device's segment: its own, its bridge's, and those of what stands on either.

    Args:
        walk: the walk.
        ns: the namespace.
        dev: the device.
        tags: VLAN tags of the segment, the outermost last.
        depth: devices upon one another that are still looked at.
    """
    netns = walk.cluster.netns(ns)
    link = netns.links.get(dev)
    if link is None or not depth:
        return
    if not tags:
        yield from (held.row for held in netns.addresses.get(dev, ()))
    if link.row.master is not None:
        yield from nets_of(walk, ns, link.row.master, tags, depth - 1)
    for end in walk.cluster.above(ns, dev):
        name = end.link.row.name
        if end.link.row.kind != "vlan":
            yield from nets_of(walk, end.ns, name, tags, depth - 1)
            continue
        settings = walk.cluster.netns(end.ns).vlans.get(name)
        if tags and settings is not None and settings.row.vlan == tags[-1]:
            yield from nets_of(walk, end.ns, name, tags[:-1], depth - 1)


def share_a_net(walk: Walk, ns: int, dev: str, far: Port, tags: tuple[int, ...]) -> bool:
    """Say whether two devices have addresses of one network, for frames with some tags or with none: one segment carries both."""
    for shown in {tags, ()}:
        theirs = list(nets_of(walk, far.ns, far.link.row.name, shown))
        own = nets_of(walk, ns, dev, shown)
        if any(contains(net, their.address) for net in own for their in theirs if net.family == their.family):
            return True
    return False


def contains(net: Address, ip: Ip) -> bool:
    """Say whether an address is in the network of another; fe80::/64 is on every segment and proves nothing."""
    if net.scope == "link" and net.family != V4:
        return False
    bits = (128 if net.family == V6 else 32) - net.length
    base = 0 if net.family == V6 else V4_BASE
    return (net.address - base) >> bits == (ip - base) >> bits
