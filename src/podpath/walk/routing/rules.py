"""The routing policy database: which tables are asked, and in which order (net/core/fib_rules.c, ip-rule(8))."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from podpath.language import tr
from podpath.state.address import V4, V6, Ip, last_ip
from podpath.state.link import Vrf
from podpath.state.route import Route, Rule
from podpath.walk.namespace import LOOPBACK, UNSHOWN, Entry, Namespace
from podpath.walk.routing.fib import LEGACY_TOS, Errno, Fib, Found, Hop, RouteEntry, Want

# What fib_rules_lookup() makes of the actions that answer themselves (fib4_rule_action, fib6_rule_action).
_ANSWERS: Final = {"blackhole": Errno.INVAL, "unreachable": Errno.NETUNREACH, "prohibit": Errno.ACCES}
_DSFIELD: Final = 0xFC
DEFAULTS: Final = {V4: ((0, "local"), (32766, "main"), (32767, "default")), V6: ((0, "local"), (32766, "main"))}


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowKey:
    """What routing looks at (struct flowi).

    Attributes:
        dst: destination.
        src: source, or None while it is not chosen.
        iif: device that the packet arrived on; ``lo`` for one that is sent here.
        oif: device that the sender is bound to.
        mark: firewall mark.
        tos: type of service.
        proto: transport protocol, by name.
        sport: source port.
        dport: destination port.
        uid: user of the sending socket, or None if it is not known.
        ignore_linkstate: next hops without a carrier count.
    """

    dst: Ip
    src: Ip | None = None
    iif: str = LOOPBACK
    oif: str | None = None
    mark: int = 0
    tos: int = 0
    proto: str = ""
    sport: int | None = None
    dport: int | None = None
    uid: int | None = 0
    ignore_linkstate: bool = False


class RouteResult(NamedTuple):
    """What routing answers.

    Attributes:
        entry: the entry of a table, or None if a rule answered, or nothing did.
        hops: the next hops it may take.
        rule: the rule that led to the table, or answered.
        error: why there is no way, or None if there is one.
        unknown: why it is not known; empty when it is.
    """

    entry: RouteEntry | None
    hops: tuple[Hop, ...] = ()
    rule: Entry[Rule] | None = None
    error: Errno | None = None
    unknown: str = ""


class Routing:
    """Rules and tables of one family in a namespace.

    Args:
        netns: the namespace.
        family: 4 or 6.
    """

    def __init__(self, netns: Namespace, family: int) -> None:
        self._space, self.family = netns, family
        self.fib = Fib(netns, family)

    @cached_property
    def rules(self) -> list[Entry[Rule]]:
        """The rules in the order in which they are asked; those that every kernel begins with where none were captured."""
        found = [held for held in self._space.all(Rule) if held.row.family == self.family]
        if not found and not self.known:
            found = [Entry(Rule(self.family, prio, "lookup", table), "rule", UNSHOWN) for prio, table in DEFAULTS[self.family]]
        return sorted(found, key=lambda held: held.row.priority)

    @cached_property
    def _priorities(self) -> frozenset[int]:
        return frozenset(held.row.priority for held in self.rules)

    @property
    def known(self) -> bool:
        """The rules were captured."""
        return self._space.seen(Rule, self.family)

    @cached_property
    def custom_rules(self) -> bool:
        """There are other rules than those that every kernel begins with (fib4_has_custom_rules)."""
        return {(held.row.priority, held.row.table) for held in self.rules} != set(DEFAULTS[self.family])

    @cached_property
    def dissects(self) -> bool:
        """A rule for packets from outside asks for a protocol or port; else no lookup has them (fib_rule_requires_fldissect)."""
        asking = (held.row for held in self.rules if held.row.iif != LOOPBACK)
        return any({rule.ipproto, rule.sport, rule.dport} != {None} for rule in asking)

    def tables_seen(self, table: str) -> bool:
        """Say whether an entry that is not in a table is known to be absent."""
        return self._space.seen(Route, self.family, part=table)

    def lookup(self, flow: FlowKey) -> RouteResult:
        """Return the route of a flow: from the first rule whose table has an entry for it (fib_lookup)."""
        floor = -1
        for held in self.rules:
            rule = held.row
            if rule.priority < floor:
                continue
            matched = self._matches(rule, flow)
            if matched is None:
                return RouteResult(
                    None,
                    rule=held,
                    unknown=tr("whether rule {priority} ({rule}) matches this packet", priority=rule.priority, rule=_rest(rule)),
                )
            if not matched:
                continue
            if rule.action == "goto":
                floor = rule.goto if rule.goto in self._priorities and rule.goto is not None else floor  # else it is unresolved
            elif rule.action in _ANSWERS:
                return RouteResult(None, rule=held, error=_ANSWERS[rule.action])
            elif rule.action == "lookup":
                way = self._in_table(held, flow)
                if way is not None:
                    return way
        return RouteResult(None, error=Errno.NETUNREACH)

    def _in_table(self, held: Entry[Rule], flow: FlowKey) -> RouteResult | None:
        rule = held.row
        table = rule.table or self._vrf_table(flow) or ""
        want = Want(flow.dst, self._bound(flow), flow.tos, flow.src, flow.ignore_linkstate)
        found = self.fib.lookup(table, want)
        if found is None:
            if table not in {"local", "default"} and not self.tables_seen(table):
                return RouteResult(None, rule=held, unknown=tr("the routes of table {table}", table=table))
            return None
        if found.entry.error is not None:
            return RouteResult(found.entry, rule=held, error=found.entry.error)
        if _suppressed(rule, found):
            return None
        return RouteResult(found.entry, found.hops, held)

    def _bound(self, flow: FlowKey) -> str | None:
        """Return the device that the route must use: binding to a VRF means any of its ports (l3mdev_update_flow)."""
        return None if flow.oif in self._space.vrf_tables else flow.oif

    def _vrf_table(self, flow: FlowKey) -> str | None:
        """Return the table of the VRF that the flow belongs to, by its devices (l3mdev_fib_rule_match)."""
        for dev in (flow.oif, flow.iif):
            vrf = self.vrf_of(dev) if dev is not None else None
            if vrf is not None:
                return str(vrf.row.table)
        return None

    def vrf_of(self, dev: str) -> Entry[Vrf] | None:
        """Return the VRF that a device is, or is enslaved to."""
        if dev in self._space.vrf_tables:
            return self._space.vrf_tables[dev]
        link = self._space.links.get(dev)
        return self._space.vrf_tables.get(link.row.master or "") if link is not None else None

    def _matches(self, rule: Rule, flow: FlowKey) -> bool | None:
        """Say whether the selectors of a rule hold, or None if it is not known (fib_rule_match, fib4_rule_match)."""
        sure = all(self._selectors(rule, flow))
        if not sure:
            return rule.inverted
        if rule.uidrange is not None:
            first, _, last = rule.uidrange.partition("-")
            if flow.uid is None:
                return None
            if not int(first) <= flow.uid <= int(last or first):
                return rule.inverted
        if rule.rest:
            if rule.rest.split()[0] == "tun_id":
                return rule.inverted  # what came by no tunnel that collects metadata has none
            if "l3mdev" in rule.rest.split() or "l3mdev-table" in rule.rest:
                return (self._vrf_table(flow) is not None) != rule.inverted
            return None
        return not rule.inverted

    def _selectors(self, rule: Rule, flow: FlowKey) -> Iterator[bool]:
        if rule.iif is not None:
            yield rule.iif in {flow.iif, self._master(flow.iif)}
        if rule.oif is not None:
            yield flow.oif is not None and rule.oif in {flow.oif, self._master(flow.oif)}
        if rule.fwmark is not None:
            mask = rule.fwmask if rule.fwmask is not None else 0xFFFFFFFF
            yield (flow.mark ^ rule.fwmark) & mask == 0
        if rule.tos:
            yield flow.tos & (LEGACY_TOS if rule.family == V4 else _DSFIELD) == rule.tos
        if rule.dscp is not None:
            yield flow.tos & _DSFIELD == rule.dscp << 2
        for first, length, address in ((rule.src, rule.src_len, flow.src), (rule.dst, rule.dst_len, flow.dst)):
            if first is not None and length:
                yield address is not None and first <= address <= last_ip(rule.family, first, length)
        if rule.ipproto is not None:
            yield rule.ipproto in {flow.proto, {"icmpv6": "ipv6-icmp"}.get(flow.proto, flow.proto)}
        for ports, port in ((rule.sport, flow.sport), (rule.dport, flow.dport)):
            if ports is not None:
                low, _, high = ports.partition("-")
                yield port is not None and int(low) <= port <= int(high or low)

    def _master(self, dev: str) -> str | None:
        link = self._space.links.get(dev)
        vrf = link.row.master if link is not None else None
        return vrf if vrf in self._space.vrf_tables else None


def _suppressed(rule: Rule, found: Found) -> bool:
    """Say whether a rule refuses an answer for its short prefix (suppress_prefixlength)."""
    return rule.suppress_prefixlength is not None and found.entry.row.dst_len <= rule.suppress_prefixlength


def _rest(rule: Rule) -> str:
    return rule.rest or f"uidrange {rule.uidrange}"
