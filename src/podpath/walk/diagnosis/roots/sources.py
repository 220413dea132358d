"""Sources that were masqueraded and should not be, or were not masqueraded and should be."""

from dataclasses import replace
from typing import Final

from podpath.causes.netfilter import masquerade_missing, source_ip_masqueraded
from podpath.language import tr
from podpath.state.address import BITS, V4, Ip, family_of, ip_text, prefix_text
from podpath.state.fix import Fix, do
from podpath.walk.diagnosis.roots.programs import wiped
from podpath.walk.diagnosis.rule_commands import accepted_before
from podpath.walk.diagnosis.rule_drop import net_of
from podpath.walk.events import Carry, Diagnosis, Path, Step, Walk
from podpath.walk.host.hooks import pass_hook
from podpath.walk.netfilter import Hook, RuleHit
from podpath.walk.netfilter.names import named
from podpath.walk.packet import Packet
from podpath.walk.routing.rules import FlowKey

_KUBE_PROXYS: Final = Fix(
    "kube-proxy writes this rule: set its clusterCIDR to the pods' network and masqueradeAll to false,"
    " and ask the service's cluster IP, no port of a node"
)
_TUNNELS: Final = frozenset(("vxlan", "geneve", "ipip", "sit", "gre", "ip6tnl", "ip6gre", "wireguard"))
_SHORTEST: Final = {V4: 8, 6: 16}


def hidden(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the rule that masqueraded a packet's source, if the rule that then dropped it would have accepted the true one."""
    at, packet = path.end.at, path.end.packet
    if (
        cause.name not in source_ip_masqueraded.CAUSE.leads_to
        or at is None
        or packet is None
        or at.hook not in {Hook.FORWARD, Hook.INPUT}
    ):
        return None
    found = next((_hiding(path, index, step) for index, step in enumerate(path.steps) if _hiding(path, index, step)), None)
    if found is None or found[0].ns == at.ns:
        return None
    step, hit, true = found
    author = named(hit)
    by_kube_proxy = author is not None and author.owner == "kube-proxy"
    if by_kube_proxy and true not in walk.cluster.addresses_of_pods():
        return None  # it masquerades whoever is no pod, and must: the answer would not come back through this node
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
    fix = _KUBE_PROXYS if by_kube_proxy else accepted_before(hit, net_of(walk, step.ns, true), all_pods(walk, packet.dst))
    words = source_ip_masqueraded.hidden(netns.node, shown, ip_text(packet.src), hit.text, cause.summary, fix)
    return Diagnosis(words, step.ns, (hit,))


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


def unhidden(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the node that sent a pod's own address to a host that has no route back to it."""
    packet = path.end.packet
    if (
        cause.name not in masquerade_missing.CAUSE.leads_to
        or packet is None
        or not packet.awaited
        or walk.cluster.netns(cause.ns).label
    ):
        return None
    homes = [ns for ns, _ in walk.cluster.owners(packet.dst) if walk.cluster.netns(ns).label]
    itself = all(step.ns == cause.ns for step in path.steps)  # else somebody has sent the answer there who should not
    home = walk.cluster.host_of(homes[0]) if homes and itself else None
    if (
        home is None
        or walk.cluster.node_of(home) == walk.cluster.node_of(cause.ns)
        or _joined(walk, home, cause.ns, packet.family)
    ):
        return None
    netns, there = walk.cluster.netns(home), walk.cluster.netns(cause.ns)
    fix = masquerading(walk, home, packet.dst, packet.src, alone=walk.cluster.houses_pods(cause.ns))
    words = masquerade_missing.bare_source(netns.node, ip_text(packet.dst), there.node, cause.summary, fix)
    lost = wiped(walk, home, packet.family)
    if lost is not None:
        return lost.cause(home, tr("{summary}, and", summary=words.summary), words.why, fix)
    return Diagnosis(words, home, cause.rows if cause.ns == home else ())


def masquerading(walk: Walk, home: int, pod: Ip, *outside: Ip, alone: bool = False) -> Fix:
    """Return the rule that masquerades what a host's pods send to whoever is no pod.

    Args:
        walk: the walk.
        home: the host.
        pod: an address of one of its pods.
        outside: addresses that are no pods'.
        alone: no other host knows these pods.
    """
    # In the back end that has the host's other rules: in both, neither shows all of them.
    net = net_of(walk, home, pod)
    housed = {walk.cluster.node_of(ns) for address in walk.cluster.addresses_of_pods() for ns, _ in walk.cluster.owners(address)}
    wide = net if alone or len(housed) < 2 else all_pods(walk, pod, *outside)  # noqa: PLR2004 - nobody else has any
    length = {each: int(each.partition("/")[2] or BITS[family_of(pod)]) for each in (net, wide)}
    counts = walk.cluster.rules(home).counts(family_of(pod))
    tool = "iptables" if family_of(pod) == V4 else "ip6tables"
    if counts.get("legacy", 0) > counts.get("iptables-nft", 0):
        tool += "-legacy"
    return do(
        tool, "-t", "nat", "-A", "POSTROUTING", "-s", net, "!", "-d", min(length, key=length.__getitem__), "-j", "MASQUERADE"
    )


def _joined(walk: Walk, home: int, there: int, family: int) -> bool:
    """Say whether one network of pods joins two hosts: then the host that does not know the other's pods lacks a route.

    Without one, each host's pods are its own affair (Docker), and it sends nobody else their addresses.
    """
    pod = walk.cluster.pods_on(there, family)
    if pod is None:
        return False
    if any(held.row.kind in _TUNNELS for ns in (home, there) for held in walk.cluster.netns(ns).links.values()):
        return True
    entry = walk.cluster.routing(home, family).lookup(FlowKey(dst=pod)).entry
    return entry is not None and bool(entry.row.dst_len)


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
