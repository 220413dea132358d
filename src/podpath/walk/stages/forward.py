"""A namespace sends on a packet that came in: hop limit, size, FORWARD (ip_forward, ip6_forward)."""

from dataclasses import replace

from podpath.state.address import V6, ip_text, is_link_local
from podpath.state.trace import Verdict
from podpath.walk.events import Cause, Complain, Forward, Leave, Outcome, Transition, Walk
from podpath.walk.host.hooks import Hook, pass_hook
from podpath.walk.stages.leave import mtu_of, overhead


def stage(walk: Walk, event: Forward) -> tuple[Transition, ...]:
    """Let the packet live one hop longer, if it may."""
    packet = event.packet
    if packet.ttl <= 1:
        cause = Cause("ttl-exceeded", event.ns, f"the hop limit is used up on {walk.cluster.netns(event.ns).node}", "", ())
        end = Outcome(
            Verdict.UNREACHABLE, "the hop limit is used up", event.ns, event.dev, error="EHOSTUNREACH", cause=cause, packet=packet
        )
        return (Transition(Complain(event.ns, packet, "ttl", end, event.carry, event.dev)),)
    if packet.family == V6 and is_link_local(packet.src):
        return (Transition(_beyond_scope(walk, event)),)
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


def _beyond_scope(walk: Walk, event: Forward) -> Complain:
    """Return the complaint about a link-local source (ip6_forward; RFC 4443, section 3.1, code 2)."""
    netns = walk.cluster.netns(event.ns)
    said = (
        f"{netns.node} does not send on what comes from {ip_text(event.packet.src)}: a link-local address means nothing elsewhere"
    )
    fix = ("ip -6 address show (on the sender: has it an address of its own that is not tentative or a duplicate?)",)
    cause = Cause("source-address-missing", event.ns, said, "The sender has no other address to send from.", (), fix)
    end = Outcome(
        Verdict.UNREACHABLE,
        "a link-local source is not sent on",
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
    netns = walk.cluster.netns(leaving.ns)
    link = netns.links[leaving.dev]
    said = f"{packet.length} bytes do not fit {leaving.dev} on {netns.node} (MTU {limit}), and must not be cut"
    cause = Cause("mtu-exceeds-path", leaving.ns, said, "The sender must send smaller packets; it learns so by ICMP.", (link,))
    end = Outcome(Verdict.TOO_BIG, said, leaving.ns, leaving.dev, error="EMSGSIZE", cause=cause, packet=packet)
    return Transition(
        Complain(leaving.ns, packet, "too-big", end, leaving.carry, leaving.came_by or ""), mtu=limit - overhead(packet)
    )
