"""A namespace gets a packet: PREROUTING, then whether it is for itself or for others (ip_rcv, ip6_rcv)."""

from dataclasses import replace

from podpath.language import tr
from podpath.state.address import V6, ip_text
from podpath.state.step import RouteMissing
from podpath.state.trace import Verdict
from podpath.walk.events import Arrive, Complain, Forward, Gap, Local, Outcome, Step, Transition, Walk, gap_of
from podpath.walk.host.hooks import Hook, Passed, after_hook, pass_hook
from podpath.walk.host.routes import branches, policies_gap, route_cause, route_step, rules_gap
from podpath.walk.host.tproxy import sent_on, taken
from podpath.walk.packet import known_port
from podpath.walk.routing.exceptions import path_mtu
from podpath.walk.routing.fib import Errno
from podpath.walk.routing.rules import FlowKey
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


def stage(walk: Walk, event: Arrive) -> tuple[Transition, ...]:
    """Let PREROUTING see the packet, and route it."""
    netns = walk.cluster.netns(event.ns)
    if event.packet.family == V6 and netns.conf(V6, event.dev, "disable_ipv6") == 1:
        return (Transition(Outcome(Verdict.DROPPED, tr("{dev} has no IPv6 (disable_ipv6)", dev=event.dev), event.ns, event.dev)),)
    transitions: list[Transition] = []
    for passed in _seen_by_prerouting(walk, event):
        if passed.end is not None:
            transitions.append(after_hook(passed, Transition(passed.end)))
            continue
        transitions += [after_hook(passed, transition) for transition in _routed(walk, event, passed)]
    return tuple(transitions)


def _seen_by_prerouting(walk: Walk, event: Arrive) -> tuple[Passed, ...]:
    """Let PREROUTING see the packet, unless it has on a bridge (ip_sabotage_in)."""
    if event.carry.prerouted:
        return (Passed(event.packet, replace(event.carry, prerouted=False)),)
    return pass_hook(walk, event.ns, Hook.PREROUTING, event.packet, event.carry, into=event.dev)


def _routed(walk: Walk, event: Arrive, passed: Passed) -> tuple[Transition, ...]:
    packet, carry = passed.packet, passed.carry
    if event.routed:
        return (Transition(Local(event.ns, event.dev, packet, carry)),)
    flow = FlowKey(dst=packet.dst, src=packet.src, iif=event.dev, mark=packet.mark, tos=packet.tos, proto=packet.proto,
                sport=known_port(packet.sport), dport=known_port(packet.dport), uid=0)  # fmt: skip
    routed = inbound(walk, event.ns, event.dev, flow)
    gaps = (*routed.gaps, *rules_gap(walk, event.ns, packet.family))
    match routed.kind:
        case Kind.UNKNOWN:
            return (Transition(Outcome(Verdict.UNKNOWN, routed.reason, event.ns, event.dev, gap=routed.gap), gaps=gaps),)
        case Kind.DROP:
            end = Outcome(Verdict.DROPPED, routed.reason, event.ns, event.dev, cause=routed.cause, packet=packet, carry=carry)
            return (Transition(end, gaps=gaps),)
        case Kind.ERROR:
            return (_refuse(walk, event, passed, routed)._replace(gaps=gaps),)
        case Kind.LOCAL if passed.handed is not None:
            return (Transition(taken(walk, event, passed.handed), gaps=gaps),)
        case Kind.FORWARD if passed.handed is not None:
            return (Transition(sent_on(event, passed.handed), gaps=gaps),)
        case Kind.LOCAL:
            return (Transition(Local(event.ns, event.dev, packet, carry), gaps=gaps),)
        case Kind.FORWARD:
            return _onward(walk, event, passed, routed, gaps)


def _onward(walk: Walk, event: Arrive, passed: Passed, routed: Inbound, gaps: tuple[Gap, ...]) -> tuple[Transition, ...]:
    packet, way = passed.packet, routed.way
    assert way is not None  # noqa: S101 - what is sent on has a way
    assert way.entry is not None  # noqa: S101 - as above
    netns, gaps = walk.cluster.netns(event.ns), (*gaps, *policies_gap(walk, event.ns))
    if way.entry.row.type == "multicast":
        return (
            Transition(
                Outcome(Verdict.DROPPED, (tr("the kernel does not forward a multicast packet")), event.ns, event.dev), gaps=gaps
            ),
        )
    return tuple(
        Transition(
            Forward(
                event.ns,
                event.dev,
                packet,
                choice.hop.dev or "",
                choice.hop.via if choice.hop.via is not None else packet.dst,
                passed.carry,
                path_mtu(netns, way.entry, choice.learned and choice.learned.row, forwarded=True),
            ),
            (route_step(event.ns, way, choice, packet),),
            choice.share,
            gaps=(*gaps, *choice.gaps),
        )
        for choice in branches(walk, event.ns, way, packet.dst)
    )


def _refuse(walk: Walk, event: Arrive, passed: Passed, routed: Inbound) -> Transition:
    """Return what happens to a packet that has no route: its sender gets an error, except for a blackhole."""
    netns, way, packet = walk.cluster.netns(event.ns), routed.way, passed.packet
    assert way is not None  # noqa: S101 - a lookup said so
    cause = route_cause(netns, packet.dst, way)
    kind = _COMPLAINTS[packet.family].get(routed.error or Errno.NETUNREACH)
    if not walk.cluster.routing(event.ns, packet.family).tables_seen("main") and way.entry is None:
        missing = tr("the routes of {node} to {dst}", node=netns.node, dst=ip_text(packet.dst))
        gap = gap_of(event.ns, walk.cluster, missing, "ip route show table all")
        return Transition(Outcome(Verdict.UNKNOWN, missing, event.ns, event.dev, gap=gap))
    end = Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=cause, packet=packet)
    step = Step(event.ns, event.dev, RouteMissing(packet.dst), rows=cause.rows, about=end)
    if kind is None:
        return Transition(end, (step,))
    end = replace(end, verdict=Verdict.UNREACHABLE, error=_ERRORS[packet.family][kind])
    return Transition(Complain(event.ns, packet, kind, end, passed.carry, event.dev), (step,))
