"""Who was led to a pod that is not meant any more: by a tracked flow, or by rules that have not followed the service."""

from dataclasses import replace

from podpath.causes.conntrack import stale_udp_conntrack
from podpath.causes.services import kube_proxy_stale_rules
from podpath.language import tr
from podpath.state.address import Ip, ip_text
from podpath.state.conntrack import ConntrackEntry
from podpath.walk.diagnosis.services import at_address, no_endpoint
from podpath.walk.events import Carry, Diagnosis, Path, Walk
from podpath.walk.host.hooks import Hook, pass_hook
from podpath.walk.netfilter import RuleHit
from podpath.walk.netfilter.connection import Connection, Connections
from podpath.walk.packet import Packet


def held(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the UDP flow that a namespace has tracked before, and that the rules would lead elsewhere now."""
    packet = path.end.packet
    if packet is None or packet.proto != "udp" or packet.payload is not None:
        return None
    for ns, tracked in path.end.carry.tracked.items():
        known = next((one for one in tracked if _leads(one, packet)), None)
        if known is None:
            continue
        original = known.original
        asked = replace(packet, src=original.src, dst=original.dst, sport=original.sport, dport=original.dport, ttl=64, mark=0)
        hook = Hook.OUTPUT if path.steps and path.steps[0].ns == ns else Hook.PREROUTING
        now = pass_hook(walk, ns, hook, asked, Carry(tracked={ns: Connections()}))
        if any(one.gaps or one.end is not None or one.packet.dst == packet.dst for one in now):
            continue
        return _flow(walk, ns, known, sorted({one.packet.dst for one in now}), cause)
    return None


def _leads(one: Connection, packet: Packet) -> bool:
    """Say whether a flow of the snapshot is the one that gave a packet its destination."""
    ends = (one.reply.src, one.reply.sport, one.reply.dport)
    return one.known and "DST_NAT" in one.status and ends == (packet.dst, packet.dport, packet.sport)


def _flow(walk: Walk, ns: int, known: Connection, now: list[Ip], cause: Diagnosis) -> Diagnosis:
    original, was = known.original, known.reply.src
    flow = tr(
        "{src} port {sport} to {dst} port {dport}",
        src=ip_text(original.src),
        sport=original.sport,
        dst=ip_text(original.dst),
        dport=original.dport,
    )
    node = walk.cluster.netns(ns).node
    better = tr(" or ").join(ip_text(ip) for ip in now[:3]) if now != [original.dst] else tr("nobody")
    ends = (original.src, original.dst, original.sport, original.dport)
    entries = walk.cluster.netns(ns).all(ConntrackEntry)
    rows = tuple(one for one in entries if (one.row.src, one.row.dst, one.row.sport, one.row.dport) == ends)
    typed = (ip_text(original.src), ip_text(original.dst), str(original.dport))
    words = stale_udp_conntrack.held(node, flow, ip_text(was), better, typed, cause.summary)
    return Diagnosis(words, ns, rows)


def unfollowed(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the rule that leads to an address which the API does not have among the service's endpoints."""
    if cause.name not in kube_proxy_stale_rules.CAUSE.leads_to:
        return None
    before: Packet | None = None
    for step in path.steps:
        hit = next((row for row in step.rows if isinstance(row, RuleHit) and row.gives == "destination"), None)
        if hit is not None and isinstance(step.packet, Packet):
            asked = _asked(path, step.ns, step.packet) or before
            service = at_address(walk.cluster, asked) if asked is not None else None
            return no_endpoint(walk.cluster, step.ns, service, step.packet, hit) if service is not None else None
        before = step.packet if isinstance(step.packet, Packet) else before
    return None


def _asked(path: Path, ns: int, packet: Packet) -> Packet | None:
    """Return a packet as it was before a namespace gave it another destination."""
    tracked = path.end.carry.tracked.get(ns, ())
    found = next((one.original for one in tracked if (one.reply.src, one.reply.sport) == (packet.dst, packet.dport)
                  and one.original.sport == packet.sport), None)  # fmt: skip
    return replace(packet, dst=found.dst, dport=found.dport) if found is not None else None
