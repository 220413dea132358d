"""Routes as the stages use them: which route a packet takes, with which source, and what to say where there is none."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final, NamedTuple

from podpath.language import marked, tr
from podpath.state.address import V4, V6, Ip, family_of, ip_text, prefix_text
from podpath.state.failures.routing import NoRoute, RouteRefuses, RuleRefuses
from podpath.state.route import Route, RouteException, XfrmPolicy
from podpath.state.step import RouteTaken
from podpath.state.trace import Verdict
from podpath.walk.events import WHOLE, Gap, Outcome, Step, Stopped, Walk, gap_of, quiet, unknown
from podpath.walk.namespace import UNSHOWN, Entry, Namespace
from podpath.walk.packet import ECHO_REQUEST, Packet, known_port
from podpath.walk.routing.exceptions import learned
from podpath.walk.routing.fib import Errno, Hop, RouteEntry
from podpath.walk.routing.rules import FlowKey, RouteResult, Routing
from podpath.walk.routing.source_address import source_for

_LINK_SCOPE: Final = 253
_CONNECTED: Final = "connected-socket"
"""What a person may say of the program that sends."""
_ORDINARY: Final = frozenset(("local", "main", "default"))
_WORDS: Final = marked(
    {
        Errno.NETUNREACH: "no route leads to {dst}",
        Errno.HOSTUNREACH: "the route to {dst} is of type unreachable",
        Errno.ACCES: "the route to {dst} is of type prohibit",
        Errno.INVAL: "the route to {dst} is of type blackhole",
    }
)


def lookup(walk: Walk, ns: int, packet: Packet, oif: str | None = None, src: Ip | None = None) -> RouteResult:
    """Return the path of a packet that a namespace sends itself."""
    flow = FlowKey(
        dst=packet.dst,
        src=packet.src or src,
        oif=oif,
        mark=packet.mark,
        tos=packet.tos,
        proto=packet.proto,
        sport=known_port(packet.sport),
        dport=known_port(packet.dport),
        uid=0,
    )
    return _bound(walk.cluster.routing(ns, packet.family), flow)


def _bound(routing: Routing, flow: FlowKey) -> RouteResult:
    """Look a flow up; what is bound to a device and finds no route is taken to be on its link (IPv4, ip_route_output_key)."""
    way = routing.lookup(flow)
    if way.error is None or flow.oif is None or routing.family == V6 or routing.vrf_of(flow.oif) is not None:
        return way
    row = Route(V4, "main", "unicast", flow.dst, 32, None, flow.oif, scope="link")
    held = Entry(row, "route", UNSHOWN)
    hop = Hop(held, flow.oif, None, 1, onlink=False, dead=False, linkdown=False)
    return RouteResult(RouteEntry(held, (hop,), 0, _LINK_SCOPE), (hop,))


def choose_source(walk: Walk, ns: int, packet: Packet, oif: str | None = None) -> Ip | None:
    """Return the source address that the kernel gives to a packet that has none, or None if there is no route, or no address."""
    return next((src for src, _ in choose_sources(walk, ns, packet, oif)), None)


def choose_sources(walk: Walk, ns: int, packet: Packet, oif: str | None = None) -> list[tuple[Ip, Fraction]]:
    """Return the source addresses that a packet without one may get, with their probabilities: each next hop gives its own."""
    dport = known_port(packet.dport)
    flow = FlowKey(dst=packet.dst, oif=oif, mark=packet.mark, tos=packet.tos, proto=packet.proto, dport=dport, uid=0)
    way = _bound(walk.cluster.routing(ns, packet.family), flow)
    if way.entry is None or way.error is not None:
        return []
    found: dict[Ip, Fraction] = {}
    total = sum(hop.weight for hop in way.hops) or 1
    for hop in way.hops:
        src = source_for(walk.cluster.netns(ns), way.entry, hop, packet.dst)
        if src is not None:
            found[src] = found.get(src, Fraction(0)) + Fraction(hop.weight, total)
    return list(found.items())


def lookups(walk: Walk, ns: int, packet: Packet) -> Iterator[tuple[bool, Fraction, tuple[Gap, ...]]]:
    """Yield whether a sender that names no source gets its route before it has one; rules for a source do not see it then.

    IPv6 looks up once (ip6_dst_lookup_tail), and so do ping and an unconnected UDP socket (raw_sendmsg, udp_sendmsg).
    connect() of IPv4 looks up again with the source that it got (ip_route_connect).
    """
    echo = packet.proto in ECHO_REQUEST
    assumed = _CONNECTED in walk.cluster.assumed
    if packet.family != V4 or (echo and not assumed):
        yield True, WHOLE, ()
    elif (echo or packet.proto == "udp") and lookup(walk, ns, replace(packet, src=Ip(0))) != lookup(walk, ns, packet):
        what = "" if echo else "UDP "
        missing = tr(
            "whether the program connects its {what}socket: routing rules do not see the source of an unconnected socket",
            what=what,
        )
        gap = gap_of(ns, walk.cluster, missing, "ss -unp", _CONNECTED, diverts=True)._replace(either=True)
        if assumed:
            yield False, WHOLE, (gap,)
        else:
            yield True, WHOLE / 2, (gap,)
            yield False, WHOLE / 2, (gap,)
    else:
        yield False, WHOLE, ()


class Choice(NamedTuple):
    """One next hop that a packet may take.

    Attributes:
        hop: the next hop, with the gateway that a redirect named.
        share: probability.
        gaps: what is left open about it.
        learned: what the next hop has learned about the destination.
    """

    hop: Hop
    share: Fraction
    gaps: tuple[Gap, ...] = ()
    learned: Entry[RouteException] | None = None


def branches(walk: Walk, ns: int, way: RouteResult, dst: Ip) -> list[Choice]:
    """Return next hops with their probabilities: a multipath route chooses one by a hash of the flow."""
    total = sum(hop.weight for hop in way.hops)
    shares = [(hop, Fraction(hop.weight, total) if len(way.hops) > 1 else WHOLE) for hop in way.hops]
    return [choice for hop, share in shares for choice in _with_exceptions(walk, ns, way, Choice(hop, share), dst)]


def _with_exceptions(walk: Walk, ns: int, way: RouteResult, choice: Choice, dst: Ip) -> list[Choice]:
    """Return a next hop as it is after what it has learned; both where another one may have learned it."""
    netns, fib = walk.cluster.netns(ns), walk.cluster.routing(ns, family_of(dst)).fib
    found = learned(netns, fib, way.entry, choice.hop, dst) if way.entry is not None and dst in netns.exceptions else None
    if found is None:
        return _own_gateway(walk, ns, choice)
    row = found.held.row
    after = choice._replace(hop=choice.hop._replace(via=row.via), learned=found.held)
    if found.sure:
        return [after]
    six = "-6 " if family_of(dst) == V6 else ""
    missing = tr("which next hop learned the cached exception for {dst}", dst=ip_text(dst))
    gap = gap_of(ns, walk.cluster, missing, f"ip {six}route get {ip_text(dst)}", diverts=True)._replace(either=True)
    half = choice.share / 2
    return [after._replace(share=half, gaps=(gap,)),
            *(one._replace(share=one.share / 2, gaps=(*one.gaps, gap)) for one in _own_gateway(walk, ns, choice))]  # fmt: skip


def _own_gateway(walk: Walk, ns: int, choice: Choice) -> list[Choice]:
    """A gateway that is this host's own means "on the link", but only if it was its own when the route was made.

    fib_check_nh_v4_gw() notes the scope that the gateway has then, and rt_set_nexthop() takes no gateway of scope host.
    No command shows the scope of a next hop.
    """
    hop = choice.hop
    if hop.via is None or hop.onlink or family_of(hop.via) == V6 or hop.via not in walk.cluster.netns(ns).owned:
        return [choice]
    missing = tr(
        "whether the host already had the gateway {via}, one of its own addresses, when the route was added", via=ip_text(hop.via)
    )
    gap = gap_of(ns, walk.cluster, missing, f"ip route get {ip_text(hop.via)}", diverts=True)._replace(either=True)
    return [Choice(one, choice.share / 2, (gap,)) for one in (hop, hop._replace(via=None))]


def rules_gap(walk: Walk, ns: int, family: int) -> tuple[Gap, ...]:
    """Return what is left open where the policy rules were not captured: the kernel's first three are taken."""
    if walk.cluster.routing(ns, family).known:
        return ()
    six = "-6 " if family == V6 else ""
    return (gap_of(ns, walk.cluster, tr("whether routing rules send the packet elsewhere"), f"ip {six}rule show"),)


def policies_gap(walk: Walk, ns: int) -> tuple[Gap, ...]:
    """Return what is left open by IPsec policies that block or transform.

    The kernel asks them of each packet that it routes (xfrm_lookup).
    """
    if not any(held.row.templates or held.row.action == "block" for held in walk.cluster.netns(ns).all(XfrmPolicy)):
        return ()
    return (gap_of(ns, walk.cluster, tr("what IPsec policies do to the packet"), "ip xfrm policy; ip xfrm state", diverts=True),)


def route_step(ns: int, way: RouteResult, choice: Choice, packet: Packet) -> Step:
    """Return the step of a route that was taken."""
    entry, hop = way.entry, choice.hop
    assert entry is not None  # noqa: S101 - a way without an entry is an error, and was handled
    row = entry.row
    facts = RouteTaken(
        packet.dst, row.family, row.dst, row.dst_len, row.type == "local", hop.via, hop.dev, hop.onlink,
    )  # fmt: skip
    rows: tuple[Entry[Any], ...] = (entry.held, *([hop.held] if hop.held is not entry.held else []))
    if choice.learned is not None:
        row_learned = choice.learned.row
        plain = next((one.via for one in entry.hops if one.held is hop.held), None)
        facts = facts._replace(redirected=row_learned.via != plain, learned_mtu=row_learned.mtu)
        rows = (choice.learned, *rows)
    if way.rule is not None and way.rule.rowid != UNSHOWN and (row.table not in _ORDINARY):
        rows = (way.rule, *rows)
        facts = facts._replace(table=row.table, rule=way.rule.row.priority)
    return Step(ns, hop.dev or "", facts, rows=rows)


def refusal(error: Errno, dst: Ip) -> str:
    """Return what the error of a lookup says of a destination, in words."""
    return tr(_WORDS[error], dst=ip_text(dst))


def route_cause(netns: Namespace, dst: Ip, way: RouteResult) -> Stopped:
    """Return why a lookup found no route."""
    if way.entry is not None:
        row = way.entry.row
        return Stopped(RouteRefuses(dst, row.type, prefix_text(row.family, row.dst, row.dst_len)), netns.ns, (way.entry.held,))
    if way.rule is not None:
        rule = way.rule.row
        return Stopped(RuleRefuses(dst, rule.priority, rule.action), netns.ns, (way.rule,))
    return Stopped(NoRoute(dst, way.error or Errno.NETUNREACH), netns.ns)


def no_route(walk: Walk, ns: int, packet: Packet, way: RouteResult) -> Outcome:
    """Return the end of a packet that its own host cannot route: the sender gets the error at once."""
    netns = walk.cluster.netns(ns)
    seen = walk.cluster.routing(ns, packet.family).tables_seen("main")
    if way.entry is None and way.rule is None and not seen:
        return unknown(ns, walk.cluster, tr("the routes to {dst}", dst=ip_text(packet.dst)), "ip route show table all")
    cause = route_cause(netns, packet.dst, way)
    error = way.error or Errno.NETUNREACH
    return quiet(Outcome(Verdict.UNREACHABLE, refusal(error, packet.dst), ns, error=str(error), cause=cause, packet=packet))
