"""Where a packet that came in goes: to this host, on to another one, or nowhere (ip_route_input_slow, fib_validate_source).

IPv4: net/ipv4/route.c, fib_frontend.c. IPv6: net/ipv6/route.c, ip6_input.c.
"""

from dataclasses import replace
from enum import StrEnum
from shlex import quote
from typing import Any, Final, NamedTuple

from podpath.language import tr
from podpath.state.address import V4, V6, Ip, family_of, ip_text, is_link_local
from podpath.state.failures.forwarding import ForwardingOff
from podpath.state.failures.routing import LoopbackAddressArrived, OwnSource, ReversePathFails
from podpath.walk.events import Gap, Stopped, Walk, gap_of
from podpath.walk.namespace import LOOPBACK, Entry, Namespace, conf_name
from podpath.walk.routing.fib import Errno
from podpath.walk.routing.rules import FlowKey, RouteResult

_LOOPBACK_NET: Final = 127


class Kind(StrEnum):
    """What the host does with a packet."""

    LOCAL = "local"
    FORWARD = "forward"
    ERROR = "error"
    DROP = "drop"
    UNKNOWN = "unknown"


class Inbound(NamedTuple):
    """What the host does with a packet that came in.

    Attributes:
        kind: what happens to it.
        way: the path on, where there is one.
        reason: why, for a drop, an error and an unknown; empty where the cause says it.
        cause: what happened, for a drop and an error.
        gap: what is not known.
        error: what a lookup said, for an error.
        gaps: what is left open, although the path goes on.
    """

    kind: Kind
    way: RouteResult | None = None
    reason: str = ""
    cause: Stopped | None = None
    gap: Gap | None = None
    error: Errno | None = None
    gaps: tuple[Gap, ...] = ()


def inbound(walk: Walk, ns: int, dev: str, flow: FlowKey) -> Inbound:
    """Say where a packet goes that arrived on a device.

    Args:
        walk: the walk.
        ns: the namespace.
        dev: the device.
        flow: the packet, as routing sees it; ``iif`` is the device.
    """
    return (_inbound4 if family_of(flow.dst) == V4 else _inbound6)(walk, ns, dev, flow)


def _first_byte(ip: Ip) -> int:
    return (ip >> 24) & 0xFF


def _inbound4(walk: Walk, ns: int, dev: str, flow: FlowKey) -> Inbound:
    netns, routing = walk.cluster.netns(ns), walk.cluster.routing(ns, V4)
    martian = _martian(netns, dev, flow)
    if martian is not None:
        return martian
    way = routing.lookup(flow)
    if way.unknown:
        return _open(walk, ns, way)
    local = way.entry is not None and way.entry.row.type == "local"
    if way.entry is not None and way.entry.row.type in {"broadcast", "multicast"}:
        return Inbound(Kind.DROP, way, tr("{dst} is a broadcast address here", dst=ip_text(flow.dst)))
    if not local:
        forwarding = netns.conf(V4, dev, "forwarding")
        if forwarding == 0:
            return _not_forwarding(netns, dev, flow)
        if way.error is not None:
            return Inbound(Kind.ERROR, way, error=way.error)
        gaps = _forwarding_gap(walk, ns, dev, V4) if forwarding is None else ()
    else:
        gaps = ()
    spoofed = _validated(walk, ns, dev, flow, None if local else way.hops[0].dev)
    if spoofed is not None:
        return spoofed._replace(way=way)
    return Inbound(Kind.LOCAL if local else Kind.FORWARD, way, gaps=gaps)


def _martian(netns: Namespace, dev: str, flow: FlowKey) -> Inbound | None:
    src, dst = flow.src or Ip(0), flow.dst
    loopback = [ip for ip in (dst, src) if _first_byte(ip) == _LOOPBACK_NET]
    if loopback and dev != LOOPBACK:
        allowed = netns.highest(dev, "route_localnet")
        if not allowed:
            name, setting = "destination" if loopback[0] == dst else "source", conf_name(V4, dev, "route_localnet")
            return Inbound(
                Kind.DROP,
                reason=tr(
                    "{loopback} must not arrive on {dev}: martian {name} (route_localnet is off)",
                    loopback=ip_text(loopback[0]),
                    dev=dev,
                    name=name,
                ),
                cause=Stopped(LoopbackAddressArrived(dev, setting), netns.ns, _held(netns, setting)),
            )
    if _first_byte(src) >= 224 or src == 0xFFFF_0000_0000:  # noqa: PLR2004 - class D and E (RFC 1112)
        return Inbound(Kind.DROP, reason=tr("{src} cannot be a source address: martian source", src=ip_text(src)))
    return None


def _held(netns: Namespace, *names: str) -> tuple[Entry[Any], ...]:
    found = (netns.sysctl(name) for name in names)
    return tuple(held for held in found if held is not None)


def _open(walk: Walk, ns: int, way: RouteResult) -> Inbound:
    command = "ip rule show" if "rule" in way.unknown else "ip route show table all"
    return Inbound(Kind.UNKNOWN, way, way.unknown, gap=gap_of(ns, walk.cluster, way.unknown, command))


def _not_forwarding(netns: Namespace, dev: str, flow: FlowKey) -> Inbound:
    family = family_of(flow.dst)
    everywhere = conf_name(family, "all", "forwarding")
    common = netns.setting(everywhere)
    all_off = "net.ipv4.ip_forward" if family == V4 else everywhere
    name = all_off if common == 0 else conf_name(family, dev, "forwarding")
    fact = ForwardingOff(flow.dst, dev, name, everywhere=common == 0)
    return Inbound(Kind.DROP, cause=Stopped(fact, netns.ns, _held(netns, name)))


def _forwarding_gap(walk: Walk, ns: int, dev: str, family: int) -> tuple[Gap, ...]:
    name = conf_name(family, dev, "forwarding")
    return (gap_of(ns, walk.cluster, tr("whether {dev} forwards", dev=dev), f"sysctl {quote(name)}", "forwarding"),)


def _validated(walk: Walk, ns: int, dev: str, flow: FlowKey, out: str | None) -> Inbound | None:
    """Return the drop of a packet whose source must not arrive on this device, or None if it may.

    Where the reverse path filter's mode was not captured, it matters only if one of the modes would drop.
    """
    netns = walk.cluster.netns(ns)
    modes = {mode} if (mode := netns.highest(dev, "rp_filter")) is not None else {0, 1, 2}
    answers = {mode: _reverse(walk, ns, dev, flow, mode, out) for mode in modes}
    refused = [answer for answer in answers.values() if answer is not None]
    if not refused:
        return None
    if len(refused) == len(answers):
        return refused[0]
    gap = gap_of(
        ns,
        walk.cluster,
        tr("whether {dev} drops packets from {src} (rp_filter)", dev=dev, src=ip_text(flow.src or Ip(0))),
        f"sysctl net.ipv4.conf.all.rp_filter {quote(conf_name(V4, dev, 'rp_filter'))}",
    )
    return Inbound(Kind.UNKNOWN, reason=gap.unknown.missing, gap=gap)


def _reverse(walk: Walk, ns: int, dev: str, flow: FlowKey, mode: int, out: str | None) -> Inbound | None:
    """__fib_validate_source() with one mode of rp_filter: 0 off, 1 strict, 2 loose."""
    netns, routing = walk.cluster.netns(ns), walk.cluster.routing(ns, V4)
    src = flow.src or Ip(0)
    accept_local = bool(netns.highest(dev, "accept_local"))
    redirects = out is None or out != dev or netns.conf(V4, dev, "send_redirects") == 0
    if mode == 0 and redirects and (accept_local or not (routing.fib.custom_local or routing.custom_rules)):
        own = netns.owned.get(src)
        return None if accept_local or own is None else _own_source(netns, dev, src, own)
    marked = flow.mark if netns.highest(dev, "src_valid_mark") else 0
    vrf = routing.vrf_of(dev)
    iif = out or LOOPBACK
    back = FlowKey(dst=src, src=flow.dst, iif=iif, oif=vrf.row.name if vrf else None, mark=marked, tos=flow.tos)
    if routing.dissects:
        back = replace(back, proto=flow.proto, sport=flow.dport, dport=flow.sport)
    way = routing.lookup(back)
    if way.unknown:
        return _open(walk, ns, way)
    if way.error is not None or way.entry is None:
        return _no_way_back(netns, dev, src, mode, way) if mode else None
    if way.entry.row.type != "unicast" and not (way.entry.row.type == "local" and accept_local):
        return _own_source(netns, dev, src, way.entry.held)
    if any(hop.dev == dev for hop in way.entry.hops) or (vrf is not None and way.entry.row.dev == vrf.row.name):
        return None
    strict = mode == 1 or (mode != 0 and _no_address(netns, dev))
    return _no_way_back(netns, dev, src, mode, way) if strict else None


def _no_address(netns: Namespace, dev: str) -> bool:
    return not any(held.row.family == V4 for held in netns.addresses.get(dev, ()))


def _own_source(netns: Namespace, dev: str, src: Ip, held: Entry[Any]) -> Inbound:
    cause = Stopped(OwnSource(src, dev), netns.ns, (held,))
    return Inbound(Kind.DROP, reason=tr("{src} is this host's own address: martian source", src=ip_text(src)), cause=cause)


def _no_way_back(netns: Namespace, dev: str, src: Ip, mode: int, way: RouteResult) -> Inbound:
    name = "rp_filter"
    back = way.entry.hops[0].dev if way.entry is not None and way.entry.hops else None
    rows = [*_held(netns, conf_name(V4, "all", name), conf_name(V4, dev, name)), *([way.entry.held] if way.entry else [])]
    fact = ReversePathFails(src, dev, back, mode, conf_name(V4, dev, name))
    return Inbound(Kind.DROP, cause=Stopped(fact, netns.ns, tuple(rows)))


def _inbound6(walk: Walk, ns: int, dev: str, flow: FlowKey) -> Inbound:
    netns, routing = walk.cluster.netns(ns), walk.cluster.routing(ns, V6)
    if dev != LOOPBACK and (flow.dst == 1 or flow.src == 1):
        return Inbound(Kind.DROP, reason=tr("::1 must not arrive on {dev}", dev=dev))
    bound = flow.dst if is_link_local(flow.dst) else None
    way = routing.lookup(flow if bound is None else _on_link(flow, dev))
    if way.unknown:
        return _open(walk, ns, way)
    if way.entry is not None and way.entry.row.type in {"local", "anycast"}:
        return Inbound(Kind.LOCAL, way)
    if way.error is not None:
        return Inbound(Kind.ERROR, way, error=way.error)
    forwarding = netns.setting("net.ipv6.conf.all.forwarding")
    if forwarding == 0:
        forced = netns.conf(V6, dev, "force_forwarding")
        if not forced:
            return _not_forwarding(netns, dev, flow)._replace(way=way)
    gaps = _forwarding_gap(walk, ns, "all", V6) if forwarding is None else ()
    return Inbound(Kind.FORWARD, way, gaps=gaps)


def _on_link(flow: FlowKey, dev: str) -> FlowKey:
    return FlowKey(
        dst=flow.dst,
        src=flow.src,
        iif=flow.iif,
        oif=dev,
        mark=flow.mark,
        tos=flow.tos,
        proto=flow.proto,
        sport=flow.sport,
        dport=flow.dport,
    )
