"""A namespace sends a packet of its own: the route, then OUTPUT.

ip_route_output_key_hash_rcu(), ip6_route_output_flags(), __ip_local_out().
"""

from dataclasses import replace

from podpath.state.address import Ip
from podpath.walk.events import Carry, Leave, Send, Transmit, Turn, Walk, unknown
from podpath.walk.fib import Entry, Hop
from podpath.walk.hooks import Hook, pass_hook
from podpath.walk.packet import Frame, Packet
from podpath.walk.routes import branches, lookup, no_route, route_mark, rules_gap
from podpath.walk.space import LOOPBACK


def stage(walk: Walk, event: Send) -> tuple[Turn, ...]:
    """Route the packet, and let OUTPUT see it."""
    asked = replace(event.packet, src=Ip(0)) if event.late else event.packet
    way = lookup(walk, event.ns, asked, event.oif)
    if way.unknown:
        return (Turn(unknown(event.ns, walk.world, way.unknown, "ip rule show; ip route show table all")),)
    if way.error is not None or way.entry is None:
        return (Turn(no_route(walk, event.ns, event.packet, way)),)
    gaps = rules_gap(walk, event.ns, event.packet.family)
    return tuple(
        turn
        for hop, share, more in branches(walk, event.ns, way.hops)
        for turn in _out(
            walk, event, way.entry, hop, Turn(event, (route_mark(event.ns, way, hop, event.packet),), share, gaps=(*gaps, *more))
        )
    )


def _out(walk: Walk, event: Send, entry: Entry, hop: Hop, so_far: Turn) -> list[Turn]:
    """Let OUTPUT see the packet; it may change its destination or mark, and then it is routed anew."""
    dev = LOOPBACK if entry.row.type == "local" else hop.dev or ""
    carry = event.carry.fresh()
    if event.routed_anew:
        return [so_far._replace(to=onward(event.ns, event.packet, entry, hop, event.carry))]
    turns = []
    for passed in pass_hook(walk, event.ns, Hook.OUTPUT, event.packet, carry, out=dev):
        marks, gaps, share = (*so_far.marks, *passed.marks), (*so_far.gaps, *passed.gaps), so_far.share * passed.share
        if passed.end is not None:
            turns.append(Turn(passed.end, marks, share, gaps=gaps))
        elif passed.reroute:
            turns.append(Turn(Send(event.ns, passed.packet, passed.carry, event.oif, routed_anew=True), marks, share, gaps=gaps))
        else:
            turns.append(Turn(onward(event.ns, passed.packet, entry, hop, passed.carry), marks, share, gaps=gaps))
    return turns


def onward(ns: int, packet: Packet, entry: Entry, hop: Hop, carry: Carry) -> Transmit | Leave:
    """Return what follows a route: the loopback device for an address of this host, else the next hop."""
    if entry.row.type == "local":
        return Transmit(ns, LOOPBACK, Frame(None, None, packet), carry)
    return Leave(ns, packet, hop.dev or "", hop.via if hop.via is not None else packet.dst, carry, mtu=entry.row.mtu)
