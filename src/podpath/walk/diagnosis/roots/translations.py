"""Addresses that rules give and take: of services, of published ports, and of the answers that must get the old one back."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from podpath.causes.bridge import bridge_nf_call_off
from podpath.causes.netfilter import notrack_skips_nat
from podpath.causes.services import (
    answer_from_stranger,
    etp_local_no_endpoint,
    hostport_stale_dnat,
    kube_proxy_stale_rules,
    service_backend_stale,
    service_rules_missing,
    target_not_listening,
)
from podpath.language import tr
from podpath.state.address import V4, Ip, family_of, ip_text, last_ip
from podpath.state.host import PodNetwork
from podpath.state.kube import Endpoint
from podpath.state.moment import utc_text
from podpath.state.step import Domain, domain_of
from podpath.walk.diagnosis.roots.programs import wiped
from podpath.walk.diagnosis.rule_commands import kube_proxy_again, removal
from podpath.walk.events import At, Carry, Diagnosis, Path, Walk
from podpath.walk.host.hooks import context_of, pass_hook
from podpath.walk.namespace import LOOPBACK
from podpath.walk.netfilter import Hook, RuleHit
from podpath.walk.netfilter import pass_hook as evaluate
from podpath.walk.netfilter.connection import Info, Tuple
from podpath.walk.netfilter.names import named
from podpath.walk.netfilter.xtables.save import XtChain
from podpath.walk.packet import Packet, known_port

_CALLS: Final = "net.bridge.bridge-nf-call-iptables"
_NOTRACK: Final = re.compile(r"-j NOTRACK\b|--notrack\b|(?:^| )notrack\b")
_ASKED: Final = 4
"""Maximum number of other nodes that are checked for a translation of an address."""


def dead_end(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the rule that led to an address that nothing captured has: of a pod or container that is gone."""
    if cause.name not in hostport_stale_dnat.CAUSE.leads_to:
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
        about = tr(" for {object}", object=who.object) if who is not None and who.object else ""
        node = walk.cluster.netns(step.ns).node
        words = hostport_stale_dnat.gone(node, about, ip_text(gone), hit.text, cause.summary, removal(hit))
        words = kube_proxy_stale_rules.gone(words) if of_service else words
        return Diagnosis(words, step.ns, (hit, *(cause.rows if cause.ns == step.ns else ())))
    return None


def shadowed(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the rule that translates what the rule of a published port would have translated after it."""
    if cause.name not in hostport_stale_dnat.CAUSE.leads_to:
        return None
    for step in reversed(path.steps):
        hit = next((row for row in step.rows if isinstance(row, RuleHit) and row.gives == "destination"), None)
        if hit is None or not isinstance(step.packet, Packet):
            continue
        later = next((text for text in _later(walk, step.ns, hit) if _takes(hit.text, text)), None)
        if later is None:
            return None
        node, address = walk.cluster.netns(step.ns).node, ip_text(step.packet.dst)
        words = hostport_stale_dnat.shadows(node, address, hit.text, later, cause.summary, removal(hit))
        return Diagnosis(words, step.ns, (hit, *(cause.rows if cause.ns == step.ns else ())))
    return None


def _later(walk: Walk, ns: int, hit: RuleHit) -> Iterator[str]:
    """Yield the rules that come after one, in its chain and, of a hook's own chain, in those that it calls."""
    for base in walk.cluster.rules(ns).all_bases():
        for name, chain in base.chains.items():
            if not isinstance(chain, XtChain) or chain.table.back_end != hit.back_end or chain.table.name != hit.table:
                continue
            if name == hit.chain:
                yield from (chain.rule(at).text() for at in range(hit.number, len(chain.places)))
            elif base.chain.name == hit.chain:
                yield from (chain.rule(at).text() for at in range(len(chain.places)))


def _takes(rule: str, later: str) -> bool:
    """Say whether a rule takes all packets that a later DNAT rule of Docker's kind asks for: it asks the same, or less."""
    own, other = (_DNAT.split(text, maxsplit=1)[0].partition(" ")[2].partition(" ")[2] for text in (rule, later))
    if not _DNAT.search(later) or not own:
        return False
    return set(_OPTION.findall(own)) <= set(_OPTION.findall(other))


_DNAT: Final = re.compile(r" -j DNAT\b")
_OPTION: Final = re.compile(r"(?:! )?-{1,2}[\w-]+(?: (?!-|! )\S+)*")
"""An option of a rule, with what it asks."""


def _of_slice(ns: int, cause: Diagnosis, hit: RuleHit, end: Endpoint) -> Diagnosis:
    """Return that a service's own object has an address that no pod has: the rules only implement it."""
    service, address = f"{end.namespace}/{end.service}", ip_text(end.address or Ip(0))
    return Diagnosis(service_backend_stale.nobody(service, address, end.namespace, end.slice, cause.summary), ns, (hit,))


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


def missing(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return the node that does not know a service: others do, or the API's objects say that there is one."""
    packet = path.end.packet
    if cause.name not in service_rules_missing.CAUSE.leads_to or packet is None or packet.awaited or packet.payload is not None:
        return None
    if any(isinstance(row, RuleHit) and row.gives == "destination" for step in path.steps for row in step.rows):
        return None
    if known_port(packet.dport) is None:
        return None
    owned = walk.cluster.owners(packet.dst)
    for_local = cause.name == etp_local_no_endpoint.CAUSE.name
    if for_local and not _is_for_all(walk, path, packet):
        return None
    refused = cause.name == target_not_listening.CAUSE.name or for_local
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
    where = tr("{dst} port {dport} ({proto})", dst=ip_text(packet.dst), dport=packet.dport, proto=packet.proto)
    words = service_rules_missing.no_rule(node, where, known or "", cause.summary, kube_proxy_again(node))
    if lost is not None:
        return lost.cause(ns, f"{words.summary};", words.why)
    return Diagnosis(words, ns, cause.rows if cause.ns == ns else ())


def _is_for_all(walk: Walk, path: Path, packet: Packet) -> bool:
    """Say whether a packet for a service that wants local endpoints may have any: it comes from the node, or from its pods.

    kube-proxy sends such packets to every endpoint, whatever the policy says ("route LOCAL traffic", "pod traffic for … external
    destinations"). Which sources it takes for pods is a setting of its own: where the node's own packets are translated, the
    rules are there, and a pod's are not for all.
    """
    at = path.end.at
    if at is None or not path.steps:
        return False
    first, here = walk.cluster.netns(path.steps[0].ns), walk.cluster.netns(at.ns)
    if at.into == LOOPBACK:
        return True
    return bool(first.label) and first.node == here.node and _own_translation(walk, at.ns, packet) is None


def _untracked(walk: Walk, ns: int, packet: Packet, cause: Diagnosis) -> Diagnosis | None:
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
            where = tr(
                "{dst} port {dport} ({proto})", dst=ip_text(packet.dst), dport=known_port(packet.dport), proto=packet.proto
            )
            return Diagnosis(notrack_skips_nat.untracked(node, where, hit.text, cause.summary, removal(hit)), ns, (hit,))
    return None


def _first_host(walk: Walk, path: Path) -> int | None:
    return next((step.ns for step in path.steps if not walk.cluster.netns(step.ns).label), None)


def _known(walk: Walk, ns: int, packet: Packet, *, at_node: bool) -> str | None:
    """Return who says that an address and port is a service's: an object, or the rules of another node."""
    found = walk.cluster.service_at(packet.dst, known_port(packet.dport) or 0, packet.proto, at_node=at_node)
    if found is not None:
        name, made = found
        return tr(
            ", which is the service {name}{since}",
            name=name,
            since=tr(" (there since {made})", made=utc_text(made)) if made is not None else "",
        )
    others = [host for host in walk.cluster.hosts() if host != ns and walk.cluster.rules(host).texts][:_ASKED]
    for host in others:
        hit = _own_translation(walk, host, packet) if at_node else _translation(walk, host, packet)
        if hit is not None:
            who = named(hit)
            about = tr(" (the service {object})", object=who.object) if who is not None and who.object else ""
            return tr(", and {node} translates it{about}: {text}", node=walk.cluster.netns(host).node, about=about, text=hit.text)
    return None


def _own_translation(walk: Walk, host: int, packet: Packet) -> RuleHit | None:
    """Return the rule by which a host translates such a packet from itself to its own address."""
    own = next((held.row.address for dev, rows in walk.cluster.netns(host).addresses.items() if dev != "lo" for held in rows
                if held.row.family == packet.family and held.row.scope in {"global", None}), None)  # fmt: skip
    return _translation(walk, host, replace(packet, src=own, dst=own)) if own is not None else None


def _translation(walk: Walk, host: int, packet: Packet) -> RuleHit | None:
    """Return the rule that gives a packet another destination when a host sends it."""
    asked = replace(packet, ttl=64, mark=0)
    hits = [
        row for passed in pass_hook(walk, host, Hook.OUTPUT, asked, Carry())
        for step in passed.steps for row in step.rows if isinstance(row, RuleHit) and passed.packet.dst != asked.dst
    ]  # fmt: skip
    return hits[-1] if hits else None


def not_undone(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return why an answer kept its own address: it crossed a bridge whose frames no rule sees, or came back another way."""
    packet = path.end.packet
    if cause.name != answer_from_stranger.CAUSE.name or packet is None:
        return None
    for ns, tracked in path.end.carry.tracked.items():
        found = tracked.find(Tuple.of(packet))
        if found is None or found.reply != Tuple.of(packet) or found.original.dst == packet.src:
            continue
        return _undone_by(walk, path, cause, ns, found.original.dst)
    return None


def _undone_by(walk: Walk, path: Path, cause: Diagnosis, ns: int, asked: Ip) -> Diagnosis | None:
    netns = walk.cluster.netns(ns)
    if any(step.ns == ns and domain_of(step.facts) is Domain.ROUTE for step in path.steps):
        return None
    setting = _CALLS if family_of(asked) == V4 else _CALLS.replace("iptables", "ip6tables")
    if not any(step.ns == ns for step in path.steps):
        return None
    if netns.setting(setting):
        return None
    held = netns.sysctl(setting)
    then = cause.summary
    words = bridge_nf_call_off.answer_bypasses(netns.node, setting, ip_text(asked), then, loaded=held is not None)
    return Diagnosis(words, ns, (held,) if held else ())
