"""A namespace sends a packet of its own: the route, then OUTPUT.

ip_route_output_key_hash_rcu(), ip6_route_output_flags(), __ip_local_out().
"""

from collections.abc import Iterator
from dataclasses import replace

from podpath.state.address import Ip
from podpath.walk.balance import balanced
from podpath.walk.events import Carry, Leave, Local, Send, Transmit, Turn, Walk, unknown
from podpath.walk.fib import Entry, Hop
from podpath.walk.hooks import Hook, after_hook, pass_hook
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
        return [_with(so_far, turn) for turn in _onward(walk, event, event.packet, entry, hop, event.carry)]
    turns: list[Turn] = []
    for passed in pass_hook(walk, event.ns, Hook.OUTPUT, event.packet, carry, out=dev):
        if passed.end is not None:
            found: tuple[Turn, ...] = (Turn(passed.end),)
        elif (shared := balanced(walk, Local(event.ns, dev, passed.packet, passed.carry))) is not None:
            found = shared
        elif passed.reroute:
            found = (Turn(Send(event.ns, passed.packet, passed.carry, event.oif, routed_anew=True)),)
        else:
            found = tuple(_onward(walk, event, passed.packet, entry, hop, passed.carry))
        turns += [_with(so_far, after_hook(passed, turn)) for turn in found]
    return turns


def _with(so_far: Turn, turn: Turn) -> Turn:
    """Return a turn with what came before it."""
    return turn._replace(
        marks=(*so_far.marks, *turn.marks), share=so_far.share * turn.share, gaps=(*so_far.gaps, *turn.gaps)
    )  # fmt: skip


def _onward(walk: Walk, event: Send, packet: Packet, entry: Entry, hop: Hop, carry: Carry) -> Iterator[Turn]:
    """Yield what follows a route: POSTROUTING and the loopback device for an address of this host, else the next hop."""
    if entry.row.type != "local":
        via = hop.via if hop.via is not None else packet.dst
        yield Turn(Leave(event.ns, packet, hop.dev or "", via, carry, mtu=entry.row.mtu))
        return
    for passed in pass_hook(walk, event.ns, Hook.POSTROUTING, packet, carry, out=LOOPBACK):
        frame = Frame(None, None, passed.packet)
        to = passed.end if passed.end is not None else Transmit(event.ns, LOOPBACK, frame, passed.carry)
        yield after_hook(passed, Turn(to))
