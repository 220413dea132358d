"""A namespace gets a packet: PREROUTING, then whether it is for itself or for others (ip_rcv, ip6_rcv)."""

from dataclasses import replace

from podpath.state.address import V6, ip_text
from podpath.state.route import XfrmPolicy
from podpath.state.trace import Verdict
from podpath.walk.events import Arrive, Complain, End, Forward, Gap, Local, Mark, Turn, Walk, gap_of
from podpath.walk.fib import Errno
from podpath.walk.hooks import Hook, Passed, after_hook, pass_hook
from podpath.walk.packet import Packet
from podpath.walk.policy import Flow
from podpath.walk.proxied import sent_on, taken
from podpath.walk.routes import branches, route_cause, route_mark, rules_gap
from podpath.walk.stages.input_route import Inbound, Kind, inbound

# ip_error() (net/ipv4/route.c): a blackhole says nothing.
_COMPLAINTS = {
    4: {Errno.NETUNREACH: "net-unreachable", Errno.HOSTUNREACH: "host-unreachable", Errno.ACCES: "filtered"},
    # ip6_pkt_discard() says "no route" for a route of type unreachable, too.
    6: {Errno.NETUNREACH: "net-unreachable", Errno.HOSTUNREACH: "net-unreachable", Errno.ACCES: "filtered"},
}
# icmp_err_convert[] (net/ipv4/icmp.c), icmpv6_err_convert() (net/ipv6/icmp.c).
_ERRORS = {
    4: {"net-unreachable": "ENETUNREACH", "host-unreachable": "EHOSTUNREACH", "filtered": "EHOSTUNREACH"},
    6: {"net-unreachable": "ENETUNREACH", "host-unreachable": "EHOSTUNREACH", "filtered": "EACCES"},
}


def stage(walk: Walk, event: Arrive) -> tuple[Turn, ...]:
    """Let PREROUTING see the packet, and route it."""
    space = walk.world.space(event.ns)
    if event.packet.family == V6 and space.conf(V6, event.dev, "disable_ipv6") == 1:
        return (Turn(End(Verdict.DROPPED, f"{event.dev} has no IPv6 (disable_ipv6)", event.ns, event.dev)),)
    turns: list[Turn] = []
    for passed in _seen_by_prerouting(walk, event):
        if passed.end is not None:
            turns.append(after_hook(passed, Turn(passed.end)))
            continue
        turns += [after_hook(passed, turn) for turn in _routed(walk, event, passed)]
    return tuple(turns)


def _seen_by_prerouting(walk: Walk, event: Arrive) -> tuple[Passed, ...]:
    """Let PREROUTING see the packet, unless it has on a bridge (ip_sabotage_in)."""
    if event.carry.prerouted:
        return (Passed(event.packet, replace(event.carry, prerouted=False)),)
    return pass_hook(walk, event.ns, Hook.PREROUTING, event.packet, event.carry, into=event.dev)


def _routed(walk: Walk, event: Arrive, passed: Passed) -> tuple[Turn, ...]:
    packet, carry = passed.packet, passed.carry
    if event.routed:
        return (Turn(Local(event.ns, event.dev, packet, carry)),)
    flow = Flow(dst=packet.dst, src=packet.src, iif=event.dev, mark=packet.mark, tos=packet.tos, proto=packet.proto,
                sport=packet.sport, dport=packet.dport, uid=0)  # fmt: skip
    routed = inbound(walk, event.ns, event.dev, flow)
    gaps = (*routed.gaps, *rules_gap(walk, event.ns, packet.family))
    match routed.kind:
        case Kind.UNKNOWN:
            return (Turn(End(Verdict.UNKNOWN, routed.reason, event.ns, event.dev, gap=routed.gap), gaps=gaps),)
        case Kind.DROP:
            end = End(Verdict.DROPPED, routed.reason, event.ns, event.dev, cause=routed.cause, packet=packet)
            return (Turn(end, gaps=gaps),)
        case Kind.ERROR:
            return (_refuse(walk, event, packet, routed)._replace(gaps=gaps),)
        case Kind.LOCAL if passed.handed is not None:
            return (Turn(taken(walk, event, passed.handed), gaps=gaps),)
        case Kind.FORWARD if passed.handed is not None:
            return (Turn(sent_on(walk, event, passed.handed), gaps=gaps),)
        case Kind.LOCAL:
            return (Turn(Local(event.ns, event.dev, packet, carry), gaps=gaps),)
        case Kind.FORWARD:
            return _onward(walk, event, passed, routed, gaps)


def _onward(walk: Walk, event: Arrive, passed: Passed, routed: Inbound, gaps: tuple[Gap, ...]) -> tuple[Turn, ...]:
    packet, way = passed.packet, routed.way
    assert way is not None  # noqa: S101 - what is sent on has a way
    assert way.entry is not None  # noqa: S101 - as above
    gaps = (*gaps, *_transforms(walk, event.ns))
    if way.entry.row.type == "multicast":
        return (Turn(End(Verdict.DROPPED, "a multicast packet is not sent on", event.ns, event.dev), gaps=gaps),)
    return tuple(
        Turn(Forward(event.ns, event.dev, packet, hop.dev or "", hop.via if hop.via is not None else packet.dst, passed.carry,
                     way.entry.row.mtu),
             (route_mark(event.ns, way, hop, packet),), share, gaps=(*gaps, *more))
        for hop, share, more in branches(walk, event.ns, way.hops)
    )  # fmt: skip


def _transforms(walk: Walk, ns: int) -> tuple[Gap, ...]:
    """Return what is left open by IPsec policies that transform packets."""
    held = next((one for one in walk.world.space(ns).all(XfrmPolicy) if one.row.templates or one.row.action == "block"), None)
    if held is None:
        return ()
    return (gap_of(ns, walk.world, "what IPsec policies do to the packet", "ip xfrm policy; ip xfrm state", diverts=True),)


def _refuse(walk: Walk, event: Arrive, packet: Packet, routed: Inbound) -> Turn:
    """Return what becomes of a packet that has no way on: its sender is told, but for a blackhole."""
    space, way = walk.world.space(event.ns), routed.way
    assert way is not None  # noqa: S101 - a lookup said so
    cause = route_cause(space, packet.dst, way)
    kind = _COMPLAINTS[packet.family].get(routed.error or Errno.NETUNREACH)
    if not walk.world.routing(event.ns, packet.family).tables_seen("main") and way.entry is None:
        missing = f"the routes of {space.node} to {ip_text(packet.dst)}"
        gap = gap_of(event.ns, walk.world, missing, "ip route show table all")
        return Turn(End(Verdict.UNKNOWN, missing, event.ns, event.dev, gap=gap))
    mark = Mark(event.ns, event.dev, "route", cause.summary, rows=cause.rows)
    if kind is None:
        return Turn(End(Verdict.DROPPED, cause.summary, event.ns, event.dev, cause=cause, packet=packet), (mark,))
    error = _ERRORS[packet.family][kind]
    end = End(Verdict.UNREACHABLE, cause.summary, event.ns, event.dev, error=error, cause=cause, packet=packet)
    return Turn(Complain(event.ns, packet, kind, end, event.carry, event.dev), (mark,))
