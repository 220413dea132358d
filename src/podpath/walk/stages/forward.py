"""A namespace sends on a packet that came in: hop limit, size, FORWARD (ip_forward, ip6_forward)."""

from dataclasses import replace

from podpath.language import tr
from podpath.state.address import V6, is_link_local
from podpath.state.failures.forwarding import HopLimitUsedUp, LinkLocalSource, PacketTooBig
from podpath.state.trace import Verdict
from podpath.walk.events import Complain, Forward, Leave, Outcome, Stopped, Transition, Walk
from podpath.walk.host.hooks import Hook, pass_hook
from podpath.walk.stages.leave import mtu_of, overhead


def stage(walk: Walk, event: Forward) -> tuple[Transition, ...]:
    """Let the packet live one hop longer, if it may."""
    packet = event.packet
    if packet.ttl <= 1:
        cause = Stopped(HopLimitUsedUp(), event.ns)
        end = Outcome(
            Verdict.UNREACHABLE,
            tr("the hop limit is used up"),
            event.ns,
            event.dev,
            error="EHOSTUNREACH",
            cause=cause,
            packet=packet,
        )
        return (Transition(Complain(event.ns, packet, "ttl", end, event.carry, event.dev)),)
    if packet.family == V6 and is_link_local(packet.src):
        return (Transition(_beyond_scope(event)),)
    leaving = Leave(event.ns, replace(packet, ttl=packet.ttl - 1), event.out, event.via, event.carry, event.dev, event.mtu)
    if event.out in walk.cluster.netns(event.ns).links:
        too_big = _too_big(walk, leaving)
        if too_big is not None:
            return (too_big,)
    transitions = []
    for passed in pass_hook(walk, event.ns, Hook.FORWARD, leaving.packet, event.carry, into=event.dev, out=event.out):
        to = passed.end or replace(leaving, packet=passed.packet, carry=passed.carry)
        transitions.append(Transition(to, passed.steps, passed.share, gaps=passed.gaps))
    return tuple(transitions)


def _beyond_scope(event: Forward) -> Complain:
    """Return the complaint about a link-local source (ip6_forward; RFC 4443, section 3.1, code 2)."""
    cause = Stopped(LinkLocalSource(event.packet.src), event.ns)
    end = Outcome(
        Verdict.UNREACHABLE,
        tr("the kernel does not forward a packet with a link-local source"),
        event.ns,
        event.dev,
        error="EHOSTUNREACH",
        cause=cause,
        packet=event.packet,
    )
    return Complain(event.ns, event.packet, "beyond-scope", end, event.carry, event.dev)


def _too_big(walk: Walk, leaving: Leave) -> Transition | None:
    """Return the complaint about a packet that may not be cut (ip_exceeds_mtu, ip6_pkt_too_big)."""
    limit, packet = mtu_of(walk, leaving), leaving.packet
    if limit is None or packet.length <= limit or not (packet.dont_fragment or packet.family == V6):
        return None
    link = walk.cluster.netns(leaving.ns).links[leaving.dev]
    cause = Stopped(PacketTooBig(leaving.dev, limit, packet.length, forwarded=True), leaving.ns, (link,))
    end = Outcome(Verdict.TOO_BIG, "", leaving.ns, leaving.dev, error="EMSGSIZE", cause=cause, packet=packet)
    return Transition(
        Complain(leaving.ns, packet, "too-big", end, leaving.carry, leaving.came_by or ""), mtu=limit - overhead(packet)
    )
