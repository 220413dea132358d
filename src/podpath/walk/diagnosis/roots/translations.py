"""Addresses that rules give and take: of services, of published ports, and of the answers that must get the old one back."""

import re
from dataclasses import replace
from shlex import quote
from typing import Final

from podpath.state.address import V4, Ip, family_of, ip_text, last_ip
from podpath.state.host import PodNetwork
from podpath.state.kube import Endpoint
from podpath.state.step import Domain, domain_of
from podpath.walk.diagnosis.roots.programs import wiped
from podpath.walk.diagnosis.rule_commands import removal, restart_of
from podpath.walk.events import At, Carry, Cause, Path, Walk
from podpath.walk.host.hooks import context_of, pass_hook
from podpath.walk.netfilter import Hook, RuleHit
from podpath.walk.netfilter import pass_hook as evaluate
from podpath.walk.netfilter.connection import Info, Tuple
from podpath.walk.netfilter.names import named
from podpath.walk.packet import Packet, known_port

_NOBODY: Final = frozenset(("neighbour-missing", "route-missing", "route-refuses", "forward-policy-drop", "netfilter-drop",
                            "host-firewall-rejects-pods", "ip-forward-off", "routing-loop", "route-wrong-device"))  # fmt: skip
_LEAKS: Final = frozenset(("ip-forward-off", "per-interface-forwarding-off", "route-missing", "route-refuses", "routing-loop",
                           "neighbour-missing", "peer-route-missing", "target-not-listening", "route-wrong-device",
                           "cluster-ip-unallocated"))  # fmt: skip
_CALLS: Final = "net.bridge.bridge-nf-call-iptables"
_NOTRACK: Final = re.compile(r"-j NOTRACK\b|--notrack\b|(?:^| )notrack\b")
_ASKED: Final = 4
"""Other nodes that are asked whether they translate an address."""


def dead_end(walk: Walk, path: Path, cause: Cause) -> Cause | None:
    """Return the rule that led to an address that nobody captured has: of a pod or container that is gone."""
    if cause.check not in _NOBODY:
        return None
    for step in reversed(path.steps):
        hit = next((row for row in step.rows if isinstance(row, RuleHit) and row.gives == "destination"), None)
        if hit is None or not isinstance(step.packet, Packet):
            continue
        gone = step.packet.dst
        if walk.cluster.owners(gone):
            return None
        slices = walk.cluster.objects(Endpoint, "address = $1::UHUGEINT", [str(int(gone))])
        if slices and (_is_near_pods(walk, gone) or _is_among_pods(walk, gone)):
            return _of_slice(step.ns, cause, hit, slices[0])
        if not _is_near_pods(walk, gone):
            return None
        who = named(hit)
        of_service = who is not None and who.owner == "kube-proxy"
        check = "kube-proxy-stale-rules" if of_service else "hostport-stale-dnat"
        about = f" for {who.object}" if who is not None and who.object else ""
        node = walk.cluster.netns(step.ns).node
        said = f"a rule of {node}{about} leads to {ip_text(gone)}, which no pod or container has: {hit.text}"
        why = f"{cause.summary[:1].upper()}{cause.summary[1:]}."
        return Cause(check, step.ns, said, why, (hit, *(cause.rows if cause.ns == step.ns else ())), tuple(removal(hit)))
    return None


def _of_slice(ns: int, cause: Cause, hit: RuleHit, end: Endpoint) -> Cause:
    """Return that a service's own object leads to an address that nobody has: the rules only follow it."""
    said = f"service {end.namespace}/{end.service} leads to {ip_text(end.address or Ip(0))}, which no pod, container or node has"
    look = f"kubectl -n {quote(end.namespace)} get endpointslice {quote(end.slice)} -o yaml"
    fix = (f"{look}: an address that was written by hand must be corrected",
           "else see why the controller of the slices (kube-controller-manager) does not follow the pods")  # fmt: skip
    return Cause("service-backend-stale", ns, said, f"{cause.summary[:1].upper()}{cause.summary[1:]}.", (hit,), fix)


def _is_among_pods(walk: Walk, address: Ip) -> bool:
    """Say whether an address is in the cluster's network of pods, as a node's CNI names it."""
    nets = [net for ns in walk.cluster.hosts() for net in walk.cluster.netns(ns).all(PodNetwork)]
    return any(
        held.row.network is not None and held.row.network_len is not None and held.row.family == family_of(address)
        and held.row.network <= address <= last_ip(held.row.family, held.row.network, held.row.network_len)
        for held in nets
    )  # fmt: skip


def _is_near_pods(walk: Walk, address: Ip) -> bool:
    """Say whether captured pods have addresses near one: who is there was captured, so that silence says something."""
    return any(address ^ pod < 1 << 8 for pod in walk.cluster.addresses_of_pods())


def missing(walk: Walk, path: Path, cause: Cause) -> Cause | None:
    """Return the node that does not know a service: others do, or the API's objects say that there is one."""
    packet = path.end.packet
    if cause.check not in _LEAKS or packet is None or packet.awaited or packet.payload is not None:
        return None
    if any(isinstance(row, RuleHit) and row.gives == "destination" for step in path.steps for row in step.rows):
        return None
    if known_port(packet.dport) is None:
        return None
    owned = walk.cluster.owners(packet.dst)
    refused = cause.check == "target-not-listening"
    if owned and not (refused and not walk.cluster.netns(cause.ns).label):
        return None
    ns = cause.ns if refused else _first_host(walk, path)
    if ns is None or not walk.cluster.houses_pods(ns):
        return None
    skipped = _untracked(walk, ns, packet, cause)
    if skipped is not None:
        return skipped
    known = _known(walk, ns, packet, at_node=refused)
    lost = wiped(walk, ns, packet.family)
    if known is None and (lost is None or not refused):
        return None
    node = walk.cluster.netns(ns).node
    where = f"{ip_text(packet.dst)} port {packet.dport} ({packet.proto})"
    said = f"{node} has no rule for {where}{known or ''}"
    why = f"{cause.summary[:1].upper()}{cause.summary[1:]}."
    if lost is not None:
        return lost.cause(ns, f"{said}; {lost.words}", why, [])
    fix = (f"restart kube-proxy there: {restart_of('k8s-app=kube-proxy', node)}",)
    return Cause("service-rules-missing", ns, said, why, cause.rows if cause.ns == ns else (), fix)


def _untracked(walk: Walk, ns: int, packet: Packet, cause: Cause) -> Cause | None:
    """Return the rule that keeps a packet from being tracked, where another would have translated it."""
    asked, rules = replace(packet, ttl=64, mark=0), walk.cluster.rules(ns)
    address, port = re.escape(ip_text(packet.dst)), known_port(packet.dport)
    target = re.compile(rf"(?<![0-9a-f.:]){address}(?![0-9a-f.:])|\bdport {port}\b.* (?:-j|dnat|goto|jump) ")
    if not any(target.search(text) for text in walk.cluster.rule_texts(ns)):
        return None
    for hook in (Hook.PREROUTING, Hook.OUTPUT):
        for outcome in evaluate(rules, hook, asked, context_of(walk, At(ns, hook), asked, Carry())):
            hit = next((one for one in outcome.hits if _NOTRACK.search(one.text)), None)
            if hit is None or outcome.track is None or outcome.track.info is not Info.UNTRACKED:
                continue
            node = walk.cluster.netns(ns).node
            where = f"{ip_text(packet.dst)} port {known_port(packet.dport)} ({packet.proto})"
            said = f"a rule of {node} keeps packets for {where} from being tracked, so that no rule translates them: {hit.text}"
            why = f"Untracked packets skip the table nat. {cause.summary[:1].upper()}{cause.summary[1:]}."
            return Cause("notrack-skips-nat", ns, said, why, (hit,), tuple(removal(hit)))
    return None


def _first_host(walk: Walk, path: Path) -> int | None:
    return next((step.ns for step in path.steps if not walk.cluster.netns(step.ns).label), None)


def _known(walk: Walk, ns: int, packet: Packet, *, at_node: bool) -> str | None:
    """Return who says that an address and port is a service's: an object, or the rules of another node."""
    told = walk.cluster.service_at(packet.dst, known_port(packet.dport) or 0, packet.proto, at_node=at_node)
    if told is not None:
        return f", which is the service {told}"
    others = [host for host in walk.cluster.hosts() if host != ns and walk.cluster.rules(host).texts][:_ASKED]
    for host in others:
        netns = walk.cluster.netns(host)
        asked = replace(packet, ttl=64, mark=0)
        if at_node:
            own = next((held.row.address for dev, rows in netns.addresses.items() if dev != "lo" for held in rows
                        if held.row.family == packet.family and held.row.scope in {"global", None}), None)  # fmt: skip
            if own is None:
                continue
            asked = replace(asked, src=own, dst=own)
        hits = [
            row for passed in pass_hook(walk, host, Hook.OUTPUT, asked, Carry())
            for step in passed.steps for row in step.rows if isinstance(row, RuleHit) and passed.packet.dst != asked.dst
        ]  # fmt: skip
        if hits:
            who = named(hits[-1])
            about = f" (the service {who.object})" if who is not None and who.object else ""
            return f", and {netns.node} translates it{about}: {hits[-1].text}"
    return None


def not_undone(walk: Walk, path: Path, cause: Cause) -> Cause | None:
    """Return why an answer kept its own address: it crossed a bridge whose frames no rule sees, or came back another way."""
    packet = path.end.packet
    if cause.check != "answer-from-stranger" or packet is None:
        return None
    for ns, tracked in path.end.carry.tracked.items():
        found = tracked.find(Tuple.of(packet))
        if found is None or found.reply != Tuple.of(packet) or found.original.dst == packet.src:
            continue
        return _undone_by(walk, path, cause, ns, found.original.dst)
    return None


def _undone_by(walk: Walk, path: Path, cause: Cause, ns: int, asked: Ip) -> Cause | None:
    netns = walk.cluster.netns(ns)
    if any(step.ns == ns and domain_of(step.facts) is Domain.ROUTE for step in path.steps):
        return None
    setting = _CALLS if family_of(asked) == V4 else _CALLS.replace("iptables", "ip6tables")
    if not any(step.ns == ns for step in path.steps):
        return None
    if netns.setting(setting):
        return None
    held = netns.sysctl(setting)
    said = f"the answer crosses a bridge of {netns.node}, and no rule sees it there ({setting} is {'0' if held else 'not there'})"
    why = f"{netns.node} gave the packet for {ip_text(asked)} another address, and cannot give the answer the old one back."
    fix = (*(() if held else ("modprobe br_netfilter",)), f"sysctl -w {setting}=1")
    return Cause("bridge-nf-call-off", ns, said, f"{why} {cause.summary[:1].upper()}{cause.summary[1:]}.",
                 (held,) if held else (), fix)  # fmt: skip
