"""What netfilter asks of the routes, addresses and devices of a namespace (the protocol ``Fib`` of podpath.walk.netfilter)."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from podpath.state.address import V4, V4_BASE, Ip, family_of
from podpath.walk.cluster import Cluster
from podpath.walk.namespace import LOOPBACK, Namespace
from podpath.walk.netfilter import AddressType, Device, Doubt
from podpath.walk.routing.fib import Want
from podpath.walk.routing.rules import FlowKey
from podpath.walk.routing.source_address import select_source

_TYPES: Final = {"local": AddressType.LOCAL, "broadcast": AddressType.BROADCAST, "multicast": AddressType.MULTICAST,
                 "anycast": AddressType.ANYCAST, "blackhole": AddressType.BLACKHOLE, "unreachable": AddressType.UNREACHABLE,
                 "prohibit": AddressType.PROHIBIT}  # fmt: skip
_UNIVERSE: Final = 0


class Lookups:
    """Routes and addresses of one namespace.

    Args:
        cluster: the snapshot.
        ns: the namespace.
    """

    def __init__(self, cluster: Cluster, ns: int) -> None:
        self._cluster, self._ns = cluster, ns
        self._space: Namespace = cluster.netns(ns)

    def address_type(self, address: Ip, dev: str | None) -> AddressType | Doubt:
        """Return the type of an address by the table local (inet_addr_type, ipv6_addr_type)."""
        family = family_of(address)
        first = (address - V4_BASE) >> 24 if family == V4 else 0
        if family == V4 and (first == 0 or address == V4_BASE + 0xFFFFFFFF):
            return AddressType.BROADCAST
        if 224 <= first < 240 or (family != V4 and address >> 120 == 0xFF):  # noqa: PLR2004 - RFC 1112, RFC 4291
            return AddressType.MULTICAST
        found = self._cluster.routing(self._ns, family).fib.lookup("local", Want(address))
        if found is None:
            return AddressType.UNICAST
        on_it = dev is None or any(hop.dev == dev for hop in found.hops)
        return _TYPES.get(found.entry.row.type, AddressType.UNICAST) if on_it else AddressType.UNICAST

    def oif(self, source: Ip, target: Ip, *, iif: str | None, oif: str | None, mark: int, tos: int) -> str | Doubt | None:
        """Return the device of the route to a target."""
        flow = FlowKey(dst=target, src=source or None, iif=iif or LOOPBACK, oif=oif, mark=mark, tos=tos)
        way = self._cluster.routing(self._ns, family_of(target)).lookup(flow)
        if way.unknown:
            return Doubt(way.unknown, "ip rule show; ip route show table all")
        return way.hops[0].dev if way.hops else None

    def masquerade_source(self, dev: str, target: Ip) -> Ip | Doubt | None:
        """Return the address that MASQUERADE takes: one of the device, the nearest to the next hop (nf_nat_masquerade_ipv4)."""
        way = self._cluster.routing(self._ns, family_of(target)).lookup(FlowKey(dst=target, oif=dev))
        via = way.hops[0].via if way.hops and way.hops[0].via is not None else target
        return select_source(self._space, dev, via if family_of(target) == V4 else target, _UNIVERSE)

    def first_address(self, dev: str, family: int) -> Ip | Doubt | None:
        """Return the first address of a device, as REDIRECT takes it."""
        return next((held.row.address for held in self._space.addresses.get(dev, ()) if held.row.family == family), None)


@lru_cache(maxsize=256)
def devices_of(netns: Namespace) -> Mapping[str, Device]:
    """Return what rules ask of the devices of a namespace."""
    return {
        row.name: Device(
            row.name, row.ifindex, row.kind or "", link="loopback" if row.name == LOOPBACK else "ether", master=row.master
        )
        for row in (held.row for held in netns.links.values())
    }
