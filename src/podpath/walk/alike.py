"""Which endpoints have so much in common that the same happens to the packets of both.

Two ends are alike when all that the walk has looked at is the same for both, but for their own names: the same rows
inside, with their own addresses and MAC left out; the same entries of every other namespace for their addresses; the
same place behind the same bridge, with the same settings of the port. Whatever names one of them alone makes it unlike.

Which tables count is no list: it is what the walks before have read. A walk that reads a further one makes all ends be
compared again (:mod:`podpath.walk.pairs`).
"""

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from functools import cache, cached_property
from typing import Any, Final, NamedTuple, get_type_hints

from podpath.state.address import BITS, V4, Ip, Mac, family_of, link_local, parse_mac, parse_prefix
from podpath.state.conntrack import ConntrackEntry
from podpath.state.fdb import FdbEntry
from podpath.state.host import Sysctl
from podpath.state.link import Address, Link
from podpath.state.neighbour import Neighbour
from podpath.state.route import Route, Rule
from podpath.state.table import interfaces, table_of
from podpath.walk.cluster import Cluster, Port
from podpath.walk.namespace import Entry, Namespace
from podpath.walk.routing.fib import Found, Want

_MAC: Final = re.compile(r"(?<![\w:])(?:[0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}(?![\w:])")
_FIXED: Final = frozenset(("PERMANENT", "NOARP"))
_COUNTED: Final = re.compile(r"\[\d+:\d+\]|packets \d+ bytes \d+|^#.*$", re.MULTILINE)
_PREFIX: Final = re.compile(
    r"(?<![\w.:])((?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:/\d{1,3})?)(?![\w.:])"
)
_SOLICITED: Final = 0x3333_FF00_0000
_LOOKED_UP: Final = frozenset((Route, Rule, Neighbour, FdbEntry, Address, Link, Sysctl))
"""Tables in which another namespace's rows for an endpoint are looked up as the kernel does; in others they are found by name."""


class Likeness:
    """Compares endpoints of one cluster, by what walks have read so far.

    Args:
        cluster: the snapshot.
        ends: namespace and address of every end of the sets that are compared.
    """

    def __init__(self, cluster: Cluster, ends: Iterable[tuple[int, Ip]]) -> None:
        self._cluster = cluster
        self._ends = dict(ends)
        self._kinds = sorted(cluster.read | _LOOKED_UP, key=lambda kind: kind.__name__)
        own = set(self._ends)
        every = [ns for (ns,) in cluster.store.raw("SELECT ns FROM netns ORDER BY ns")]
        # An end that sends on what others send is a place on their way, too.
        self._between = [ns for ns in every if ns not in own or _forwards(cluster.netns(ns))]
        self._addresses = frozenset(self._ends.values())
        self._named = cache(self._literals)
        self._met = cache(self._met_by)

    def signature(self, ns: int, address: Ip) -> Hashable:
        """Return a value that is equal for ends that are alike."""
        netns = self._cluster.netns(ns)
        macs = {held.row.mac for held in netns.all(Link) if held.row.mac}
        own = {held.row.address for held in netns.all(Address)} | {link_local(mac) for mac in macs}
        elsewhere = tuple(self._seen_from(other, address, macs) for other in self._between)
        return self._inside(netns, own, macs), self._cables(netns), elsewhere, self._contradicted.get(ns)

    def special(self, source: int, target: Ip) -> bool:
        """Say whether something inside the sender, or a tracked connection, names the receiver alone."""
        return target in self._met(source)

    def _met_by(self, ns: int) -> frozenset[Ip]:
        """Return the addresses that a namespace has neighbours or tracked connections of."""
        netns = self._cluster.netns(ns)
        neighbours = {held.row.address for held in netns.all(Neighbour)}
        tracked = (held.row for held in netns.all(ConntrackEntry))
        return frozenset(neighbours.union(*((row.dst, row.src) for row in tracked)) - {None})

    # -- inside --------------------------------------------------------------------------------------

    def _inside(self, netns: Namespace, own: set[Ip], macs: set[Mac]) -> Hashable:
        others = self._addresses - own
        # The groups that a host joins for its addresses (RFC 4291, section 2.7.1), as frames have them (RFC 2464).
        macs = macs | {Mac(_SOLICITED | (ip & 0xFFFFFF)) for ip in own}
        rows = tuple(
            tuple(
                sorted(
                    (_plain(held.row, own, macs) for held in self._rows(netns, kind) if not _names(held.row, others)), key=repr
                )
            )
            for kind in self._kinds
        )
        return rows, tuple(_impersonal(text, own, macs) for text in self._cluster.rule_texts(netns.ns))

    @staticmethod
    def _rows(netns: Namespace, kind: type[Any]) -> list[Entry[Any]]:
        return netns.all(kind)

    @cached_property
    def _contradicted(self) -> dict[int, tuple[Hashable, ...]]:
        """What outputs contradict each other about, by namespace."""
        found: dict[int, tuple[Hashable, ...]] = defaultdict(tuple)
        for ns, *what in self._cluster.store.raw("SELECT ns, tab, object, field FROM conflict ORDER BY ALL"):
            found[ns] = (*found[ns], tuple(what))
        return dict(found)

    def _cables(self, netns: Namespace) -> Hashable:
        """Return where the cables of a namespace end, and the settings of the devices there."""
        found: list[tuple[Hashable, ...]] = []
        for held in netns.all(Link):
            other = self._cluster.other_end(netns.ns, held) if held.row.name != "lo" else None
            if isinstance(other, Port):
                found.append((held.row.name, other.ns, self._plugged(other)))
            # Who stands on a device of an end does not meet it, though it meets all others (macvlan).
            found += [(held.row.name, end.ns, end.link.row.name) for end in self._cluster.above(netns.ns, held.row.name)]
        return tuple(found)

    def _plugged(self, end: Port) -> Hashable:
        netns, row = self._cluster.netns(end.ns), end.link.row
        port = netns.bridge_ports.get(row.name)
        settings = _plain(port.row, set(), set(), {row.name}) if port is not None else ()
        vlans = tuple(sorted(held.row[1:] for held in netns.bridge_vlans.get(row.name, ())))
        conf = tuple(netns.settings_of(row.name))
        programs = tuple(held.row[1:] for held in netns.programs.get(row.name, ()))
        addresses = tuple((held.row.family, held.row.scope, held.row.length) for held in netns.addresses.get(row.name, ()))
        return row.kind, row.master, row.mtu, row.up, row.carrier, row.flags, settings, vlans, conf, programs, addresses

    # -- from elsewhere ------------------------------------------------------------------------------

    def _seen_from(self, ns: int, address: Ip, macs: set[Mac]) -> Hashable:
        """Return what another namespace holds for an address and its MAC, without the names of the endpoint itself."""
        netns = self._cluster.netns(ns)
        routing = self._cluster.routing(ns, family_of(address))
        at_end = {held.row.name for mac in macs for held in self._ports_to(netns, mac)}
        routes = tuple(
            (table, _entry(routing.fib.lookup(table, Want(address)), at_end)) for table in sorted(routing.fib.tables)
        )  # fmt: skip
        rules = tuple(held.rowid for held in routing.rules if _holds(held.row, address))
        known = tuple(
            ("PORT" if dev in at_end else dev, held.row.mac in macs, held.row.state in _FIXED, held.row.mac is None)
            for (dev, _), held in netns.neighbours_of(address)
        )  # fmt: skip
        held_by_mac = [held.row for mac in macs for held in netns.fdb(mac)]
        entries = sorted(
            (("PORT" if row.dev in at_end else row.dev, row.state, row.vlan, row.dst) for row in held_by_mac), key=repr
        )  # fmt: skip
        written = tuple(sorted(macs & self._macs(ns)))
        told = tuple(sorted((self._told(ns, address, macs, at_end)), key=repr))
        return routes, rules, known, tuple(entries), self._named(ns, address), netns.owned.get(address) is not None, written, told

    def _told(self, ns: int, address: Ip, macs: set[Mac], at_end: set[str]) -> Iterable[Hashable]:
        """Yield the rows of other tables that name an endpoint: its address, a prefix with it, its MAC, its port."""
        index = self._mentions(ns)
        found = [row for key in (address, *macs, *at_end) for row in index.by_value.get(key, ())]
        found += [row for prefix, row in index.prefixes if _within(prefix, address)]
        return [_plain(row, {address}, macs, at_end) for row in found]

    @cache  # noqa: B019 - lives as long as one comparison
    def _mentions(self, ns: int) -> "_Mentions":
        made = _Mentions(defaultdict(list), [])
        for kind in self._kinds:
            if kind in _LOOKED_UP:
                continue
            own, named = _addressing(kind), interfaces(kind)
            for held in self._rows(self._cluster.netns(ns), kind):
                for name in (*own, *named):
                    value, length = getattr(held.row, name), getattr(held.row, f"{name}_len", None)
                    if value is not None and length is not None:
                        made.prefixes.append(((getattr(held.row, "family", V4) or V4, value, length), held.row))
                    elif value is not None:
                        made.by_value[value].append(held.row)
        return made

    def _ports_to(self, netns: Namespace, mac: Mac) -> list[Entry[Link]]:
        """Return the devices of a namespace whose other end has a MAC."""
        return [
            end.link for far in self._cluster.stations(mac)
            if isinstance(end := self._cluster.other_end(far.ns, far.link), Port) and end.ns == netns.ns
        ]  # fmt: skip

    def _literals(self, ns: int, address: Ip) -> Hashable:
        """Return which prefixes that are written in a namespace's rulesets and sets hold an address."""
        return tuple(
            prefix for prefix in self._prefixes(ns)
            if prefix[0] == family_of(address) and _within(prefix, address)
        )  # fmt: skip

    @cache  # noqa: B019 - lives as long as one comparison
    def _prefixes(self, ns: int) -> Sequence[tuple[int, Ip, int]]:
        asked = "SELECT text FROM source WHERE ns = ? AND regexp_matches(command, 'tables|nft|ipset')"
        texts = self._cluster.store.raw(asked, [ns])
        found = set()
        for (text,) in texts:
            for word in set(_PREFIX.findall(text or "")):
                try:
                    found.add(parse_prefix(word))
                except ValueError:
                    continue
        return sorted(found)

    @cache  # noqa: B019 - lives as long as one comparison
    def _macs(self, ns: int) -> frozenset[Mac]:
        """Return the link-layer addresses that are written in a namespace's rulesets."""
        asked = "SELECT text FROM source WHERE ns = ? AND text IS NOT NULL AND regexp_matches(command, 'tables|nft|ipset')"
        return frozenset(parse_mac(word) for (text,) in self._cluster.store.raw(asked, [ns]) for word in _MAC.findall(text))


class _Mentions(NamedTuple):
    """Index of the rows of a namespace.

    Attributes:
        by_value: by an address, a MAC, or a device.
        prefixes: rows that name a prefix, as (family, first, length) and row.
    """

    by_value: dict[Hashable, list[NamedTuple]]
    prefixes: list[tuple[tuple[int, Ip, int], NamedTuple]]


@cache
def _addressing(kind: type) -> tuple[str, ...]:
    """Return the columns of a row type that hold an address or a MAC."""
    hints = get_type_hints(kind)
    return tuple(name for name, hint in hints.items() if hint in {Ip, Mac, Ip | None, Mac | None})


def _plain(row: NamedTuple, own: set[Ip], macs: set[Mac], at_end: Iterable[str] = ()) -> Hashable:
    """Return a row without the names of its own endpoint."""
    kind, ports = type(row), set(at_end)
    addressing, named, left_out = _addressing(kind), interfaces(kind), table_of(kind).arbitrary
    return kind.__name__, *(
        "SELF" if name in addressing and (value in own or value in macs)
        else "PORT" if name in named and value in ports
        else value
        for name, value in row._asdict().items() if name not in left_out
    )  # fmt: skip


def _impersonal(text: str, own: set[Ip], macs: set[Mac]) -> str:
    """Return the text of rules without counters and without the endpoint's own addresses."""

    def address(found: re.Match[str]) -> str:
        try:
            family, first, length = parse_prefix(found[0])
        except ValueError:
            return found[0]
        return "SELF" if first in own and length == BITS[family] else found[0]

    plain = _MAC.sub(lambda found: "MAC" if parse_mac(found[0]) in macs else found[0], _COUNTED.sub("", text))
    return _PREFIX.sub(address, plain)


def _forwards(netns: Namespace) -> bool:
    return any(held.row.value != "0" for held in netns.all(Sysctl) if held.row.name.endswith(("forwarding", "ip_forward")))


def _within(prefix: tuple[int, Ip, int], address: Ip) -> bool:
    family, first, length = prefix
    bits = BITS[family] - length
    return first >> bits == address >> bits


def _holds(rule: Rule, address: Ip) -> bool:
    return any(
        first is not None and length and _within((rule.family, first, length), address)
        for first, length in ((rule.src, rule.src_len), (rule.dst, rule.dst_len))
    )


def _entry(found: Found | None, at_end: set[str]) -> Hashable:
    """Return the number of an entry, or its fields if it is the endpoint's own (a /32 to its cable)."""
    if found is None:
        return None
    row = found.entry.row
    if row.dst_len == BITS[row.family]:
        return row.type, "PORT" if row.dev in at_end else row.dev, row.via, row.metric, row.scope, row.flags, row.prefsrc
    return tuple(hop.held.rowid for hop in found.entry.hops)


def _names(row: NamedTuple, others: frozenset[Ip]) -> bool:
    """Say whether a row is about another endpoint only: pairs with that one are walked separately."""
    return isinstance(row, Neighbour) and row.address in others
