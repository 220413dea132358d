"""A routed packet leaves by a device: POSTROUTING, its size, and who the next hop is (ip_finish_output, ip6_finish_output)."""

from dataclasses import replace
from shlex import quote

from podpath.language import tr
from podpath.state.address import V6, last_ip, prefix_text
from podpath.state.failures.forwarding import PacketTooBig
from podpath.state.failures.routing import RouteToLoopback
from podpath.state.route import Route
from podpath.state.step import Fragmented
from podpath.state.trace import Verdict
from podpath.walk.events import Complain, Leave, Outcome, Step, Stopped, Transition, Transmit, Walk, quiet, unknown
from podpath.walk.host.hooks import Hook, after_hook, pass_hook
from podpath.walk.host.neighbour import resolve
from podpath.walk.namespace import LOOPBACK
from podpath.walk.packet import Frame, Packet

_IPV6_MIN_MTU = 1280


def stage(walk: Walk, event: Leave) -> tuple[Transition, ...]:
    """Let POSTROUTING see the packet, fit it, find the next hop's link-layer address, and give it to the device."""
    netns = walk.cluster.netns(event.ns)
    link = netns.links.get(event.dev)
    if link is None:
        return (
            Transition(unknown(event.ns, walk.cluster, f"device {event.dev}", f"ip -d link show {quote(event.dev)}", event.dev)),
        )
    transitions: list[Transition] = []
    for passed in pass_hook(walk, event.ns, Hook.POSTROUTING, event.packet, event.carry, into=event.came_by or "", out=event.dev):
        if passed.end is not None:
            transitions.append(after_hook(passed, Transition(passed.end)))
            continue
        after = replace(event, packet=passed.packet, carry=passed.carry)
        transitions += [after_hook(passed, transition) for transition in _finish(walk, after)]
    return tuple(transitions)


def _to_loopback(walk: Walk, event: Leave) -> Transition:
    """Return the end of a packet that a route of no local address leads to lo: it comes back with that route.

    The kernel discards the host's own packets there (dst_discard), and forwards others to lo until their hop limit is used up.
    """
    netns, dst = walk.cluster.netns(event.ns), event.packet.dst
    rows = (held for held in netns.all(Route) if held.row.dev == event.dev and held.row.type == "unicast" and held.row.dst_len)
    held = next((one for one in rows if one.row.family == event.packet.family
                 and one.row.dst <= dst <= last_ip(one.row.family, one.row.dst, one.row.dst_len)), None)  # fmt: skip
    net = prefix_text(held.row.family, held.row.dst, held.row.dst_len) if held is not None else "default"
    cause = Stopped(RouteToLoopback(dst, event.dev, net), event.ns, (held,) if held is not None else ())
    if event.came_by is None:
        return Transition(quiet(Outcome(Verdict.DROPPED, "", event.ns, event.dev, cause=cause, packet=event.packet)))
    end = Outcome(Verdict.UNREACHABLE, "", event.ns, event.dev, error="EHOSTUNREACH", cause=cause, packet=event.packet)
    return Transition(Complain(event.ns, event.packet, "ttl", end, event.carry, event.came_by))


def _finish(walk: Walk, event: Leave) -> tuple[Transition, ...]:
    link = walk.cluster.netns(event.ns).links[event.dev]
    if event.dev == LOOPBACK:
        return (_to_loopback(walk, event),)
    limit = mtu_of(walk, event)
    room = limit - overhead(event.packet) if limit is not None else None
    steps: tuple[Step, ...] = ()
    packet = event.packet
    if limit is not None and packet.length > limit:
        if packet.dont_fragment or (packet.family == V6 and event.came_by is not None):
            return (Transition(_too_big(walk, event, limit), mtu=room),)
        cut = Fragmented(packet.length, limit, event.dev)
        packet = replace(packet, length=limit)
        steps = (Step(event.ns, event.dev, cut, packet, (link,)),)
    found = resolve(walk, replace(event, packet=packet), link)
    if isinstance(found, Outcome):
        return (Transition(_given_up(event, found), steps, mtu=room),)
    return tuple(
        Transition(_given_up(event, answer.end) if answer.end is not None
             else Transmit(event.ns, event.dev, Frame(link.row.mac, answer.mac, packet, via=event.via), answer.carry),
             (*steps, *answer.steps), answer.share, gaps=answer.gaps, mtu=room)
        for answer in found
    )  # fmt: skip


def _given_up(event: Leave, end: Outcome) -> Outcome | Complain:
    """Return the end of a packet whose next hop no host has; a router sends the sender an error."""
    if event.came_by is None or end.verdict is Verdict.UNKNOWN:
        return end
    return Complain(event.ns, event.packet, "host-unreachable", end, event.carry, event.came_by)


def mtu_of(walk: Walk, event: Leave) -> int | None:
    """Return the largest packet that goes out whole: the device's MTU, or the route's (ip_dst_mtu_maybe_forward)."""
    link = walk.cluster.netns(event.ns).links[event.dev].row
    sizes = [size for size in (link.mtu, event.mtu) if size]
    return min(sizes, default=None)


def overhead(packet: Packet) -> int:
    """Return the bytes that tunnels have added to the packet that is being traced."""
    inner: Packet | Frame | None = packet.payload
    while isinstance(inner, Frame):
        inner = inner.content if isinstance(inner.content, Packet) else None
    return packet.length - inner.length + overhead(inner) if isinstance(inner, Packet) else 0


def _too_big(walk: Walk, event: Leave, limit: int) -> Outcome | Complain:
    """Return the end of a packet that may not be cut: its sender learns the size (RFC 1191, RFC 8201)."""
    link = walk.cluster.netns(event.ns).links[event.dev]
    length = event.packet.length
    cause = Stopped(PacketTooBig(event.dev, limit, length, forwarded=False), event.ns, (link,))
    reason = tr("{length} bytes exceed the MTU of {dev} ({limit})", length=length, dev=event.dev, limit=limit)
    end = Outcome(
        Verdict.TOO_BIG, reason, event.ns, event.dev, error="EMSGSIZE", cause=cause, packet=event.packet, carry=event.carry
    )
    if event.came_by is None:
        return quiet(end)
    return Complain(event.ns, event.packet, "too-big", end, event.carry, event.came_by)
