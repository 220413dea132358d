"""All that the kernel says of one namespace, taken by a thread that is inside it.

Each table is dumped whole and at once; large ones are decoded later, when the rows are wanted.
What the kernel refuses becomes a row of ``missing``, and the table is not called complete.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from typing import Final, NamedTuple

from podpath.collect.node import proc
from podpath.collect.node.modules import present
from podpath.netlink import (
    address,
    bridge_vlan,
    conntrack,
    ethtool,
    fdb,
    inet_diag,
    link,
    link_counters,
    neighbour,
    netconf,
    nexthop,
    qdisc,
    route,
    rule,
    tcx,
    wireguard,
    xfrm_policy,
)
from podpath.netlink.devconf import NAMES as PER_DEVICE
from podpath.netlink.generic import NETLINK_GENERIC
from podpath.netlink.netns_id import netns_id
from podpath.netlink.route_socket import NETLINK_ROUTE, Decoder, Devices, Table, dump
from podpath.netlink.sock import Netlink
from podpath.state.conntrack import ConntrackEntry
from podpath.state.evidence import Coverage, covers
from podpath.state.fdb import FdbEntry
from podpath.state.host import Counter, Feature, Missing, NetnsId, Socket, Sysctl
from podpath.state.link import DETAILS, Address, BridgeVlan, Link, LinkCounters, Qdisc, WireguardPeer
from podpath.state.neighbour import Neighbour
from podpath.state.route import Nexthop, Route, Rule, XfrmPolicy

# Of the host alone: what checks ask for is asked there. Elsewhere a setting that has no row is not known.
_SYSCTLS: Final = tuple(
    covers(Sysctl, part=part)
    for part in (
        *(f"net.ipv4.conf.*.{name}" for name in PER_DEVICE[4]),
        *(f"net.ipv6.conf.*.{name}" for name in PER_DEVICE[6]),
        "net.ipv4.ip_forward",
        *(name for name in (*proc.SYSCTLS, *proc.ROUTER_SYSCTLS, *proc.HOST_SYSCTLS) if ".conf.all." not in name),
    )
)
_FORWARDS: Final = Sysctl("net.ipv4.ip_forward", "1")
_PLUGGED: Final = frozenset(("bridge", "vxlan", "vrf"))
_COUNT: Final = "net.netfilter.nf_conntrack_count"


class _Dump(NamedTuple):
    """A table to dump.

    Attributes:
        table: the kernel's.
        rows: decodes it.
        covers: what is complete once it was dumped.
        command: what a person types to see the same.
    """

    table: Table
    rows: Decoder
    covers: tuple[Coverage, ...]
    command: str


_DUMPS: Final = (
    _Dump(link_counters.TABLE, link_counters.rows, (covers(LinkCounters),), "ip -s -s link show"),
    _Dump(address.TABLE, address.rows, (covers(Address),), "ip address show"),
    _Dump(route.TABLES[4], route.rows, (covers(Route, 4),), "ip route show table all"),
    _Dump(route.TABLES[6], route.rows, (covers(Route, 6),), "ip -6 route show table all"),
    _Dump(rule.TABLES[4], rule.rows, (covers(Rule, 4),), "ip rule show"),
    _Dump(rule.TABLES[6], rule.rows, (covers(Rule, 6),), "ip -6 rule show"),
    _Dump(neighbour.TABLE, neighbour.rows, (covers(Neighbour),), "ip neigh show"),
    _Dump(neighbour.PROXIES, neighbour.rows, (), "ip neigh show proxy"),
    _Dump(fdb.TABLE, fdb.rows, (covers(FdbEntry),), "bridge fdb show"),
    _Dump(bridge_vlan.TABLE, bridge_vlan.rows, (covers(BridgeVlan),), "bridge vlan show"),
    _Dump(nexthop.TABLE, nexthop.rows, (covers(Nexthop),), "ip nexthop show"),
)  # fmt: skip


class Inside:
    """A look at one namespace by a thread that is inside.

    Args:
        owners: processes by the inode of their sockets.
        host: this is the node's own namespace.
        features: the kernel's names of offloads; empty where it does not tell.
        programs: there are BPF programs that devices may have.
    """

    def __init__(self, owners: dict[int, str], *, host: bool, features: tuple[str, ...], programs: bool = True) -> None:
        self._owners, self._host, self._features, self._programs = owners, host, features, programs
        self.devices = Devices()
        self.links: list[Link] = []
        self.rows: list[Iterable[NamedTuple]] = []
        self.coverage: list[Coverage] = []

    def _try(self, what: str, command: str, shown: tuple[Coverage, ...], take: Callable[[], Iterable[NamedTuple]]) -> None:
        """Take one table; what the kernel refuses is missing."""
        try:
            self.rows.append(take())
        except OSError as error:
            self.rows.append([Missing(f"{what} ({error.strerror or error})", command, shown[0].table if shown else None)])
        else:
            self.coverage.extend(shown)

    def look(self, others: Callable[[set[int], Netlink], Iterable[NetnsId]]) -> None:
        """Take all tables.

        Args:
            others: says which namespaces the identifiers stand for that devices name.
        """
        with Netlink(NETLINK_ROUTE) as socket:
            self._try("network devices", "ip -d link show", _covers(Link, *DETAILS), lambda: self._take_links(socket))
            self.rows.append(others({row.peer_netns for row in self.links if row.peer_netns is not None}, socket))
            for one in _DUMPS:
                self._try(one.command, one.command, one.covers, partial(self._take, socket, one))
            qdiscs: list[Qdisc] = []
            self._try("queueing disciplines", "tc qdisc show", _covers(Qdisc), lambda: self._take_qdiscs(socket, qdiscs))
            self._try("classifiers", "tc filter show", (), lambda: self._take_classifiers(socket, qdiscs))
            shown = _SYSCTLS if self._host else ()
            self._try("settings of all devices", "sysctl -a", shown, lambda: self._take_settings(socket))
        if self._programs:
            self._try("BPF programs of tcx", "bpftool net", (), self._take_programs)
        self._try("protocol counters", "nstat -asz", _covers(Counter), lambda: list(proc.counters()))
        for proto in ("tcp", "udp"):
            shown = (covers(Socket, part=proto),)
            self._try(f"{proto} sockets", f"ss -{proto[0]}lnp", shown, partial(self._take_sockets, proto))
        self._try("offloads", "ethtool -k", _covers(Feature), self._take_features)
        if any(one.kind == "wireguard" for one in self.links):
            self._try("WireGuard peers", "wg show", _covers(WireguardPeer), self._take_peers)
        self._try("IPsec policies", "ip xfrm policy", _covers(XfrmPolicy), self._take_policies)
        self._try("tracked connections", "conntrack -L", _covers(ConntrackEntry), lambda: list(self._take_connections()))

    def _take(self, socket: Netlink, one: _Dump) -> Iterator[NamedTuple]:
        return one.rows(dump(socket, one.table), self.devices)

    def _take_links(self, socket: Netlink) -> list[NamedTuple]:
        found = list(link.rows(dump(socket, link.TABLE), self.devices))
        self.links = [row for row in found if isinstance(row, Link)]
        return found

    def _take_qdiscs(self, socket: Netlink, found: list[Qdisc]) -> list[Qdisc]:
        found += qdisc.rows(dump(socket, qdisc.TABLE), self.devices)
        return found

    def _take_classifiers(self, socket: Netlink, qdiscs: list[Qdisc]) -> list[NamedTuple]:
        index_of = {row.name: row.ifindex for row in self.links if row.ifindex is not None}
        return list(qdisc.classifiers(socket, qdiscs, index_of))

    def _take_settings(self, socket: Netlink) -> list[NamedTuple]:
        found: list[NamedTuple] = list(netconf.rows(socket))
        found += proc.sysctls(proc.SYSCTLS)
        if self._host or _FORWARDS in found or any(row.kind in _PLUGGED for row in self.links):
            found += proc.sysctls(proc.ROUTER_SYSCTLS)
        return [*found, *proc.sysctls(proc.HOST_SYSCTLS)] if self._host else found

    def _take_programs(self) -> list[NamedTuple]:
        return [row for one in self.links for row in tcx.programs(one.name, one.ifindex or 0, one.kind)]

    def _take_sockets(self, proto: str) -> list[NamedTuple]:
        if not present(inet_diag.MODULES[proto]):
            return list(proc.sockets(proto, self._owners))
        with Netlink(inet_diag.NETLINK_SOCK_DIAG) as socket:
            return list(inet_diag.sockets(socket, proto, self.devices, self._owners))

    def _take_features(self) -> list[NamedTuple]:
        if not self._features:
            raise OSError(0, "the kernel does not report them over netlink, as it does since 5.6")
        with Netlink(NETLINK_GENERIC) as socket:
            return [row for row in ethtool.rows(socket, self.devices, self._features) if row.dev != "lo"]

    def _take_peers(self) -> list[NamedTuple]:
        with Netlink(NETLINK_GENERIC) as socket:
            devices = [one for one in self.links if one.kind == "wireguard"]
            return [row for one in devices for row in wireguard.rows(socket, one.name, one.ifindex or 0)]

    def _take_policies(self) -> list[NamedTuple]:
        if present("xfrm_user") is False:
            return []  # nobody can have set a policy
        if present("xfrm_user") is None:
            raise OSError(0, "podpath cannot see whether the module xfrm_user is loaded")
        with Netlink(xfrm_policy.NETLINK_XFRM) as socket:
            return list(xfrm_policy.rows(dump(socket, xfrm_policy.TABLE), self.devices))

    def _take_connections(self) -> Iterator[NamedTuple]:
        count = [row.value for row in proc.sysctls((_COUNT,))]
        if not count or (count == ["0"] and not self._host):
            return  # connection tracking is not loaded, or tracks nothing here
        if not present("nf_conntrack_netlink"):
            raise OSError(0, "the module nf_conntrack_netlink is not loaded, and podpath does not load modules")
        with Netlink(conntrack.NETLINK_NETFILTER) as socket:
            yield from conntrack.counters(dump(socket, conntrack.STATISTICS))
            yield from conntrack.rows(dump(socket, conntrack.TABLE))


def _covers(*tables: type[NamedTuple]) -> tuple[Coverage, ...]:
    return tuple(covers(table) for table in tables)


def identifiers(wanted: set[int], socket: Netlink, candidates: Iterable[tuple[int, int]]) -> Iterator[NetnsId]:
    """Yield which namespaces the wanted identifiers stand for.

    Args:
        wanted: identifiers that devices of the socket's namespace name.
        socket: rtnetlink socket of that namespace.
        candidates: other namespaces as (inode, descriptor), the likeliest first.
    """
    left = set(wanted)
    for inode, descriptor in candidates:
        if not left:
            return
        with suppress(OSError):
            number = netns_id(socket, descriptor)
            if number in left:
                left.discard(number)
                yield NetnsId(number, inode)
