"""A namespace sends a packet of its own: the route, then OUTPUT.

ip_route_output_key_hash_rcu(), ip6_route_output_flags(), __ip_local_out().
"""

from collections.abc import Iterator
from dataclasses import replace

from podpath.state.address import Ip
from podpath.state.trace import Verdict
from podpath.walk.events import Carry, Leave, Local, Send, Transition, Transmit, Walk, unknown
from podpath.walk.host.hooks import Hook, after_hook, pass_hook
from podpath.walk.host.ipvs import balanced
from podpath.walk.host.routes import Choice, branches, lookup, no_route, policies_gap, route_step, rules_gap
from podpath.walk.namespace import LOOPBACK
from podpath.walk.packet import Frame, Packet
from podpath.walk.routing.exceptions import path_mtu
from podpath.walk.routing.fib import RouteEntry


def stage(walk: Walk, event: Send) -> tuple[Transition, ...]:
    """Route the packet, and let OUTPUT see it."""
    asked = replace(event.packet, src=Ip(0)) if event.late else event.packet
    way = lookup(walk, event.ns, asked, event.oif)
    if way.unknown:
        return (Transition(unknown(event.ns, walk.cluster, way.unknown, "ip rule show; ip route show table all")),)
    if way.error is not None or way.entry is None:
        end = no_route(walk, event.ns, event.packet, way)
        if event.routed_anew and event.packet.proto == "tcp" and end.verdict is Verdict.UNREACHABLE:
            end = replace(end, verdict=Verdict.DROPPED, error="")  # connect() sent it, and takes no error of that (tcp_connect)
        return (Transition(end),)
    gaps = (*rules_gap(walk, event.ns, event.packet.family), *policies_gap(walk, event.ns))
    return tuple(
        transition
        for choice in branches(walk, event.ns, way, event.packet.dst)
        for transition in _out(
            walk,
            event,
            way.entry,
            choice,
            Transition(event, (route_step(event.ns, way, choice, event.packet),), choice.share, gaps=(*gaps, *choice.gaps)),
        )
    )


def _out(walk: Walk, event: Send, entry: RouteEntry, choice: Choice, so_far: Transition) -> list[Transition]:
    """Let OUTPUT see the packet; it may change its destination or mark, and then it is routed again."""
    dev = LOOPBACK if entry.row.type == "local" else choice.hop.dev or ""
    carry = replace(event.carry.fresh(), track=event.track) if event.track is not None else event.carry.fresh()
    if event.routed_anew:
        return [_with(so_far, transition) for transition in _onward(walk, event, event.packet, entry, choice, event.carry)]
    transitions: list[Transition] = []
    for passed in pass_hook(walk, event.ns, Hook.OUTPUT, event.packet, carry, out=dev):
        if passed.end is not None:
            found: tuple[Transition, ...] = (Transition(passed.end),)
        elif (shared := balanced(walk, Local(event.ns, dev, passed.packet, passed.carry))) is not None:
            found = shared
        elif passed.reroute:
            found = (Transition(Send(event.ns, passed.packet, passed.carry, event.oif, routed_anew=True)),)
        else:
            found = tuple(_onward(walk, event, passed.packet, entry, choice, passed.carry))
        transitions += [_with(so_far, after_hook(passed, transition)) for transition in found]
    return transitions


def _with(so_far: Transition, transition: Transition) -> Transition:
    """Return a turn with what came before it."""
    return transition._replace(
        steps=(*so_far.steps, *transition.steps), share=so_far.share * transition.share, gaps=(*so_far.gaps, *transition.gaps)
    )  # fmt: skip


def _onward(walk: Walk, event: Send, packet: Packet, entry: RouteEntry, choice: Choice, carry: Carry) -> Iterator[Transition]:
    """Yield what follows a route: POSTROUTING and the loopback device for an address of this host, else the next hop."""
    if entry.row.type != "local":
        via = choice.hop.via if choice.hop.via is not None else packet.dst
        mtu = path_mtu(walk.cluster.netns(event.ns), entry, choice.learned and choice.learned.row, forwarded=False)
        yield Transition(Leave(event.ns, packet, choice.hop.dev or "", via, carry, mtu=mtu))
        return
    for passed in pass_hook(walk, event.ns, Hook.POSTROUTING, packet, carry, out=LOOPBACK):
        frame = Frame(None, None, passed.packet)
        to = passed.end if passed.end is not None else Transmit(event.ns, LOOPBACK, frame, passed.carry)
        yield after_hook(passed, Transition(to))
