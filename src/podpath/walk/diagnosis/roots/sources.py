"""Who the other end thinks it hears from: a source that was hidden where it should be seen, or seen where it should be hidden."""

from dataclasses import replace
from shlex import quote
from typing import Final

from podpath.state.address import BITS, V4, Ip, family_of, ip_text, prefix_text
from podpath.walk.diagnosis.roots.programs import wiped
from podpath.walk.diagnosis.rule_commands import tool_of
from podpath.walk.diagnosis.rule_drop import net_of
from podpath.walk.events import Carry, Cause, Path, Step, Walk
from podpath.walk.host.hooks import pass_hook
from podpath.walk.netfilter import Hook, RuleHit
from podpath.walk.packet import Packet

_RULES: Final = frozenset(("networkpolicy-drop", "host-firewall-rejects-pods", "netfilter-drop", "service-source-not-allowed"))
_NO_WAY: Final = frozenset(("route-missing", "route-refuses", "ip-forward-off", "routing-loop", "neighbour-missing"))
_SHORTEST: Final = {V4: 8, 6: 16}


def hidden(walk: Walk, path: Path, cause: Cause) -> Cause | None:
    """Return the rule that hid a packet's source, where the rule that then stopped it would have let the true one pass."""
    at, packet = path.end.at, path.end.packet
    if cause.check not in _RULES or at is None or packet is None or at.hook not in {Hook.FORWARD, Hook.INPUT}:
        return None
    found = next((_hiding(path, index, step) for index, step in enumerate(path.steps) if _hiding(path, index, step)), None)
    if found is None or found[0].ns == at.ns:
        return None
    step, hit, true = found
    seen = replace(packet, src=true)
    for before in pass_hook(walk, at.ns, Hook.PREROUTING, seen, Carry(), into=at.into, physin=at.physin):
        if before.end is not None:
            return None
        passed = pass_hook(walk, at.ns, at.hook, before.packet, before.carry, into=at.into, out=at.out, physin=at.physin,
                           physout=at.physout)  # fmt: skip
        if any(one.end is not None for one in passed):
            return None
    netns = walk.cluster.netns(step.ns)
    shown = ip_text(true)
    said = f"{netns.node} hides {shown} behind {ip_text(packet.src)}, and a rule that would let {shown} pass stops it"
    ends = f"-s {net_of(walk, step.ns, true)} -d {all_pods(walk, packet.dst)}"
    fix = f"{tool_of(hit)} -t nat -I {quote(hit.chain)} {ends} -j ACCEPT"
    why = f"{hit.text}; then {cause.summary}."
    return Cause("source-ip-masqueraded", step.ns, said, why, (hit,), (fix,))


def _hiding(path: Path, index: int, step: Step) -> tuple[Step, RuleHit, Ip] | None:
    """Return a mark that changed the source, its rule, and the source before."""
    hit = next((row for row in step.rows if isinstance(row, RuleHit) and row.gives == "source"), None)
    before = next((one.packet for one in reversed(path.steps[:index]) if isinstance(one.packet, Packet)), None)
    if hit is None or not isinstance(step.packet, Packet):
        return None
    true = before.src if before is not None else _asker(path)
    return (step, hit, true) if true is not None and true != step.packet.src else None


def _asker(path: Path) -> Ip | None:
    """Return the source that the way's first connection remembers: nothing had changed the packet before."""
    for tracked in path.end.carry.tracked.values():
        for connection in tracked:
            if not connection.known:
                return Ip(connection.original.src)
    return None


def unhidden(walk: Walk, path: Path, cause: Cause) -> Cause | None:
    """Return the node that sent a pod's own address to a host that has no way back to it."""
    packet = path.end.packet
    if cause.check not in _NO_WAY or packet is None or not packet.awaited or walk.cluster.netns(cause.ns).label:
        return None
    homes = [ns for ns, _ in walk.cluster.owners(packet.dst) if walk.cluster.netns(ns).label]
    itself = all(step.ns == cause.ns for step in path.steps)  # else somebody has sent the answer there who should not
    if not homes or not itself or walk.cluster.houses_pods(cause.ns):
        return None
    home = walk.cluster.host_of(homes[0])
    if home is None or walk.cluster.node_of(home) == walk.cluster.node_of(cause.ns):
        return None
    netns, there = walk.cluster.netns(home), walk.cluster.netns(cause.ns)
    net = net_of(walk, home, packet.dst)
    tool = "iptables" if packet.family == V4 else "ip6tables"
    fix = [f"{tool} -t nat -A POSTROUTING -s {net} ! -d {all_pods(walk, packet.dst, packet.src)} -j MASQUERADE"]
    said = (
        f"{netns.node} sends what {ip_text(packet.dst)} asks to {there.node} under the pod's own address: no rule masquerades it"
    )
    why = f"{there.node} has no way back: {cause.summary}."
    lost = wiped(walk, home, packet.family)
    if lost is not None:
        return lost.cause(home, f"{said}, and {lost.words}", why, fix)
    return Cause("masquerade-missing", home, said, why, cause.rows if cause.ns == home else (), tuple(fix))


def all_pods(walk: Walk, like: Ip, *without: Ip) -> str:
    """Return the smallest network that holds the addresses of all captured pods of a family.

    Args:
        walk: the walk.
        like: an address of the family.
        without: addresses that must not be in it; where one would be, the network of `like` alone is returned.
    """
    family = family_of(like)
    bits = BITS[family]
    pods = [ip for ip in walk.cluster.addresses_of_pods() if family_of(ip) == family] or [like]
    differ = min(pods) ^ max(pods)
    length = bits - differ.bit_length()
    low = Ip(min(pods) >> (bits - length) << (bits - length))
    inside = any(low <= ip < low + (1 << (bits - length)) for ip in without)
    if inside or length < _SHORTEST[family]:
        return f"{ip_text(like)}/{bits}"
    return prefix_text(family, low, length)
