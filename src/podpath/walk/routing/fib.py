"""Routing tables: which entry the kernel takes for a destination (net/ipv4/fib_trie.c, net/ipv6/ip6_fib.c).

The longest prefix wins; within a prefix the greater TOS, then the smaller metric, then the order of the table. An entry
whose next hops are all dead or on another device than the one that is asked for does not count, and the search goes on
with the next entry, then with the next shorter prefix.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

from podpath.state.address import BITS, V4, V4_BASE, V6, Ip, is_link_local, last_ip
from podpath.state.link import Address
from podpath.state.route import Nexthop, Route
from podpath.walk.namespace import LOOPBACK, UNSHOWN, Entry, Namespace
from podpath.walk.routing.connected import connected, shows_local

_SCOPES: Final = {"global": 0, "universe": 0, "site": 200, "link": 253, "host": 254, "nowhere": 255}
METRIC6: Final = 1024
"""IP6_RT_PRIO_USER: metric of an IPv6 route without one."""
_LOOPBACK_NET: Final = Ip(V4_BASE + (127 << 24))
LEGACY_TOS: Final = 0x1C
"""IPTOS_RT_MASK: the bits of the type of service that IPv4's tables and rules match (fib_dscp_masked_match)."""
_GROUPS: Final = 0xFF
"""First byte of every IPv6 group (ff00::/8)."""


class Errno(StrEnum):
    """The error of a lookup that finds no route."""

    NETUNREACH = "ENETUNREACH"
    HOSTUNREACH = "EHOSTUNREACH"
    ACCES = "EACCES"
    INVAL = "EINVAL"


# fib_props[] (net/ipv4/fib_semantics.c) and ip6_rt_type_to_error() (net/ipv6/route.c).
_ERRORS: Final = {
    V4: {"blackhole": Errno.INVAL, "unreachable": Errno.HOSTUNREACH, "prohibit": Errno.ACCES},
    V6: {"blackhole": Errno.INVAL, "unreachable": Errno.HOSTUNREACH, "prohibit": Errno.ACCES},
}


class Hop(NamedTuple):
    """A next hop.

    Attributes:
        held: the row that says so.
        dev: device.
        via: gateway; none means that the destination is on the link.
        weight: weight among the next hops of one entry.
        onlink: the gateway is on the link whatever the addresses say.
        dead: it cannot be used.
        linkdown: its device has no carrier.
    """

    held: "Entry[Route] | Entry[Nexthop]"
    dev: str | None
    via: Ip | None
    weight: int
    onlink: bool
    dead: bool
    linkdown: bool


@dataclass(frozen=True, slots=True)
class RouteEntry:
    """An entry of a table.

    Attributes:
        held: its first row.
        hops: its next hops.
        metric: its metric, with the kernel's default.
        scope: number of its scope; the greater, the nearer.
    """

    held: Entry[Route]
    hops: tuple[Hop, ...]
    metric: int
    scope: int

    @property
    def row(self) -> Route:
        """The first row."""
        return self.held.row

    @property
    def error(self) -> Errno | None:
        """The error that the entry returns instead of a route."""
        if any("blackhole" in (hop.held.row.flags or "") for hop in self.hops if isinstance(hop.held.row, Nexthop)):
            return Errno.INVAL
        if self.row.family == V6 and self.row.type == "unicast" and self.hops and self.hops[0].dev == LOOPBACK:
            return Errno.NETUNREACH  # the kernel makes it a route that refuses (fib6_nh_init)
        return _ERRORS[self.row.family].get(self.row.type)


class Found(NamedTuple):
    """The answer of a table.

    Attributes:
        entry: the entry.
        hops: those of its next hops that may be taken; empty for an entry that answers with an error, or is local.
    """

    entry: RouteEntry
    hops: tuple[Hop, ...]


class Want(NamedTuple):
    """What is looked up.

    Attributes:
        dst: destination.
        oif: the device that the packet must leave by.
        tos: type of service.
        src: source address, for IPv6 entries that have one.
        ignore_linkstate: next hops without a carrier count.
    """

    dst: Ip
    oif: str | None = None
    tos: int = 0
    src: Ip | None = None
    ignore_linkstate: bool = False


class Fib:
    """The routing tables of one family in a namespace.

    Args:
        netns: the namespace.
        family: 4 or 6.
    """

    def __init__(self, netns: Namespace, family: int) -> None:
        self._space, self.family = netns, family
        self._tables: dict[str, dict[int, dict[int, list[RouteEntry]]]] = {}
        for entry in _entries(netns, family):
            by_length = self._tables.setdefault(entry.row.table, {})
            row = entry.row
            by_length.setdefault(row.dst_len, defaultdict(list))[_network(family, row.dst, row.dst_len)].append(entry)
        for table, by_length in self._tables.items():
            self._tables[table] = dict(sorted(by_length.items(), reverse=True))
            for prefixes in by_length.values():
                for entries in prefixes.values():
                    entries.sort(key=lambda entry: (-(entry.row.tos or 0), entry.metric))

    @property
    def tables(self) -> Iterable[str]:
        """Names of the tables that hold anything."""
        return self._tables

    @cached_property
    def custom_local(self) -> bool:
        """A local route was added by hand, so that addresses alone do not say what is local (fib_has_custom_local_routes)."""
        return any(
            entry.row.type == "local" and entry.row.proto != "kernel"
            for lengths in self._tables.values()
            for prefixes in lengths.values()
            for entries in prefixes.values()
            for entry in entries
        )

    def lookup(self, table: str, want: Want) -> Found | None:
        """Return what a table answers, or None if it has no entry, or one of type throw."""
        for length, prefixes in self._tables.get(table, {}).items():
            for entry in prefixes.get(_network(self.family, want.dst, length), ()):
                row = entry.row
                if row.tos and row.family == V4 and row.tos != (want.tos & LEGACY_TOS):
                    continue
                if row.src_len and row.src is not None and not _from(row.src, row.src_len, want.src):
                    continue
                if self._passed_by(entry, want):
                    continue
                if row.type == "throw":
                    return None
                if entry.error is not None:
                    return Found(entry, ())
                hops = self._usable(entry, want)
                if hops:
                    return Found(entry, hops)
        return None

    def covering(self, dst: Ip) -> Iterator[RouteEntry]:
        """Yield the entries of all tables whose prefix has an address."""
        for by_length in self._tables.values():
            for length, prefixes in by_length.items():
                yield from prefixes.get(_network(self.family, dst, length), ())

    def _passed_by(self, entry: RouteEntry, want: Want) -> bool:
        """An IPv6 entry that refuses is on lo, and whoever asks for another device passes it by (RT6_LOOKUP_F_IFACE)."""
        return self._strict(want) and not any(hop.dev == want.oif for hop in entry.hops)

    def _strict(self, want: Want) -> bool:
        """An IPv6 lookup insists on the device while the source is open, and for what is on a link (rt6_need_strict)."""
        on_link = is_link_local(want.dst) or want.dst >> 120 == _GROUPS
        return self.family == V6 and want.oif is not None and (want.src is None or on_link)

    def _usable(self, entry: RouteEntry, want: Want) -> tuple[Hop, ...]:
        alive = tuple(
            hop
            for hop in entry.hops
            if not hop.dead and (not hop.linkdown or want.ignore_linkstate or not self._ignores_linkdown(hop.dev or ""))
        )
        if want.oif is None:
            return alive
        by_it = tuple(hop for hop in alive if hop.dev == want.oif)
        # With its source chosen, an IPv6 packet only prefers the device (ip6_route_output_flags).
        return by_it or (alive if self.family == V6 and not self._strict(want) else ())

    def _ignores_linkdown(self, dev: str) -> bool:
        # IN_DEV_IGNORE_ROUTES_WITH_LINKDOWN: the device's own setting alone.
        return self._space.conf(self.family, dev, "ignore_routes_with_linkdown") == 1


def _from(first: Ip, length: int, src: Ip | None) -> bool:
    return src is not None and first <= src <= last_ip(V6, first, length)


def _network(family: int, address: Ip, length: int) -> int:
    return address >> (BITS[family] - length) if family == V6 else (address - V4_BASE) >> (32 - length)


def _entries(netns: Namespace, family: int) -> list[RouteEntry]:
    """Group rows to entries: a multipath entry is as many rows as it has next hops."""
    groups: list[list[Entry[Route]]] = []
    for held in (*netns.all(Route), *_implied(netns, family)):
        if held.row.family != family:
            continue
        if held.row.hop and groups:
            groups[-1].append(held)
        else:
            groups.append([held])
    return [_entry(netns, rows) for rows in groups]


def _implied(netns: Namespace, family: int) -> Iterator[Entry[Route]]:
    """Yield the entries of the table local where it was not shown: the kernel makes them of addresses."""
    if shows_local(netns, family):
        return
    own = [held for held in netns.all(Address) if held.row.family == family]
    for held in own:
        for route in connected(netns, held.row):
            if route.table == "local":
                yield Entry(route, "address", held.rowid, held.source, held.line)
    if family == V4 and not any(held.row.dev == LOOPBACK for held in own):
        yield Entry(Route(V4, "local", "local", _LOOPBACK_NET, 8, None, LOOPBACK, "kernel", "host"), "route", UNSHOWN)


def _entry(netns: Namespace, rows: list[Entry[Route]]) -> RouteEntry:
    first = rows[0].row
    metric = first.metric if first.metric is not None else METRIC6 if first.family == V6 and first.proto != "kernel" else 0
    scope = _SCOPES.get(first.scope or "", _SCOPES["host"] if first.type == "local" else 0 if first.via else _SCOPES["link"])
    if first.nhid is not None and first.nhid in netns.nexthops:
        return RouteEntry(rows[0], tuple(_of_object(netns, first.nhid)), metric, scope)
    return RouteEntry(rows[0], tuple(_hop(held) for held in rows), metric, scope)


def _hop(held: Entry[Route]) -> Hop:
    row, flags = held.row, (held.row.flags or "").split(",")
    return Hop(held, row.dev, row.via, row.weight or 1, "onlink" in flags, "dead" in flags, "linkdown" in flags)


def _of_object(netns: Namespace, number: int, weight: int = 1) -> list[Hop]:
    """Return the next hops of a nexthop object; a group is as many as it has members (ip-nexthop(8))."""
    held = netns.nexthops.get(number)
    if held is None:
        return []
    row = held.row
    if row.group:
        members = (member.partition(",") for member in row.group.split("/"))
        return [hop for name, _, share in members if name.isdecimal() for hop in _of_object(netns, int(name), int(share or 1))]
    flags = (row.flags or "").split(",")
    return [Hop(held, row.dev, row.via, weight, "onlink" in flags, "dead" in flags, "linkdown" in flags)]
