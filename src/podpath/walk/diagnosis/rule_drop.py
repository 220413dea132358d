"""A rule that drops a packet: the name of the cause, the program that wrote the rule, and the fix.

The names of causes are those of `podpath explain`; which program writes which chain is in :mod:`podpath.walk.netfilter.names`.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from podpath.causes.calico import felix_endpoint_not_programmed
from podpath.causes.conntrack import snat_port_exhaustion
from podpath.causes.docker import docker_icc_off, docker_networks_isolated
from podpath.causes.netfilter import firewall_reload_wiped_rules
from podpath.causes.services import (
    cluster_ip_unallocated,
    itp_local_no_endpoint,
    service_no_endpoints,
    service_source_not_allowed,
)
from podpath.language import tr
from podpath.state.address import BITS, V4, Ip, family_of, ip_text, prefix_text
from podpath.state.finding import Words
from podpath.state.fix import Fix, do, say
from podpath.state.runtime import ContainerNetwork, PublishedPort
from podpath.walk.diagnosis import never_reached
from podpath.walk.diagnosis.never_reached import ADMIN
from podpath.walk.diagnosis.rule_commands import FRAMES, body, chain_of, on_chain, removal, restart_of, tool_of
from podpath.walk.diagnosis.services import at_address
from podpath.walk.events import At, Diagnosis, RuleDrop, Walk
from podpath.walk.host.hooks import context_of
from podpath.walk.netfilter import Hook, HookOutcome, HookVerdict, RuleHit
from podpath.walk.netfilter.chain import Base
from podpath.walk.netfilter.covered import Covered, would_accept
from podpath.walk.netfilter.names import IMAGES, KEPT, Named, comments, image_of, named, policies, who_made
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.save import XtChain
from podpath.walk.packet import ARP, ECHO_REQUEST, Packet, known_port
from podpath.walk.routing.rules import FlowKey

_ENDS: Final = re.compile(r"(?:^| )-[sd] ")
"""A rule that names the packet's source or destination is meant for it, wherever it goes."""
_NOT_IN_SET: Final = re.compile(r"! --match-set (\S+) src\b")
_DIRECT: Final = re.compile(r"-d \S+ ! -i \S+ ")
_OF_EXTERNAL: Final = frozenset(("service-endpoints-check", "nodeport-endpoints-check", "KUBE-EXTERNAL-SERVICES"))
"""Chains of kube-proxy that stop what comes from outside the cluster, where a node has no endpoint for it."""
_DISPATCH: Final = "wl-dispatch"
"""Calico's chains that lead to those of each interface."""
_POLICIES: Final = frozenset(("Calico", "kube-router"))
_FIREWALLS: Final = frozenset(("firewalld", "ufw"))
_NARROW: Final = re.compile(
    r"(?:^| )(?:-[sd] \S+|--(?:d|s)ports? |--match-set|-m physdev|[ip]{2}6? [sd]addr |[tu][cd]p [sd]port )"
)
_REJECTING: Final = ("INPUT", "FORWARD")
_LAST: Final = "-j REJECT --reject-with icmp-host-prohibited"
_OBJECT: Final = re.compile(r"[a-z0-9.-]+/[a-z0-9.-]+(?::[\w.-]+)?")
_ONE_BRIDGE: Final = re.compile(r'(?:^| )-i (\S+) -o \1 |(?:^| )iifname "([^"]+)" oifname "\2" ')
_DOCKERS: Final = re.compile(r"docker0|br-[0-9a-f]{12}")
_PORTS: Final = re.compile(r" --to-ports \S+")
_FIELDS: Final = frozenset(("tcp", "udp", "sctp"))
_LOCAL: Final = {"etp-local-no-endpoint": "externalTrafficPolicy", "itp-local-no-endpoint": "internalTrafficPolicy"}
"""The field of a service that keeps its packets on the node, by the cause."""


class Stop(NamedTuple):
    """A packet that a rule drops.

    Attributes:
        at: where.
        packet: the packet, as it came there.
        hit: the rule, or the policy of a chain.
        rejects: the sender gets an error.
        who: who wrote the rule, or None if nothing shows it.
        mixed: rules of the other back end of iptables; 0 where it says nothing.
        icc: bridge of a Docker network whose containers the rule isolates; empty for other rules.
        chain: the chain that decided; where it drops all, the one that led to it.
        policies: the network policies that were asked where it decided.
        outside: the packet is for an address of a service that is not its cluster IP.
    """

    at: At
    packet: Packet
    hit: RuleHit
    rejects: bool
    who: Named | None
    mixed: int = 0
    icc: str = ""
    outside: bool = False
    chain: str = ""
    policies: tuple[str, ...] = ()


def cause_of(walk: Walk, what: str, facts: RuleDrop) -> Diagnosis:
    """Return why a hook did not accept a packet: the rule, the cause, and the fix.

    Args:
        walk: the walk.
        what: how the path ended, in words.
        facts: what the rule did, and to what.
    """
    at, packet, outcome = facts.at, facts.packet, facts.outcome
    if not outcome.hits:
        return Diagnosis(Words("netfilter-drop", what, "; ".join(outcome.notes)), at.ns, devices=at.devices)
    hit = outcome.hits[-1]
    told = _policies(outcome)
    asked = (tr("network policies that apply: {told}", told=", ".join(told)),) if told else ()
    said = "; ".join((tr("The packet is {packet}{hit}", packet=_flow(packet), hit=_counted(hit)), *asked, *outcome.notes)) + "."
    late = _late(walk, facts)
    if late is not None and not never_reached.is_dockers(late.rule):
        behind = tr(
            "Rule {number} of {chain} accepts it, but comes later: {text}.",
            number=late.rule.number,
            chain=late.rule.chain,
            text=late.rule.text,
        )
        words = never_reached.after(late.rule, late.by)._replace(summary=what, why=f"{said} {behind}")
        return Diagnosis(words, at.ns, (hit, late.rule), devices=at.devices)
    stop = _stop(walk, facts)
    why = " ".join(part for part in (said, _remark(stop)) if part)
    check = _check(stop)
    if check == "forward-policy-drop" and _is_cut_off(walk.cluster.rules(at.ns).bases(Hook.FORWARD, packet.family)):
        check, why = firewall_reload_wiped_rules.CAUSE.name, f"{why} {tr(firewall_reload_wiped_rules.CUT_OFF)}"
    elif check == "forward-policy-drop" and _is_flushed(walk, stop):
        check, why = firewall_reload_wiped_rules.CAUSE.name, f"{why} {tr(firewall_reload_wiped_rules.FLUSHED)}"
    return Diagnosis(Words(check, what, why, tuple(_fixes(walk, stop))), at.ns, (hit,), devices=at.devices)


def _stop(walk: Walk, facts: RuleDrop) -> Stop:
    at, packet, outcome = facts.at, facts.packet, facts.outcome
    hit = outcome.hits[-1]
    other = walk.cluster.rules(at.ns).counts(packet.family).get({"legacy": "iptables-nft"}.get(hit.back_end, "legacy"), 0)
    mixed = other if hit.back_end in {"legacy", "iptables-nft"} else 0
    who = _author(outcome) or _owner_of_policy(walk, at, packet, hit) or _image(walk, at, packet, hit)
    service = at_address(walk.cluster, packet) if who is not None and who.owner == "kube-proxy" else None
    if who is not None and service is not None:
        who = who._replace(object=who.object or f"{service.namespace}/{service.name}")
    outside = service is not None and packet.dst not in {service.cluster_ip, service.second_ip}
    rejects, icc = outcome.verdict is HookVerdict.REJECT, _kept_apart(walk, at, packet, hit)
    chain = next((one.chain for one in reversed(outcome.hits) if one.chain != "drop-chain"), hit.chain)
    return Stop(at, packet, hit, rejects, who, mixed, icc, outside=outside, chain=chain, policies=_policies(outcome))


def _policies(outcome: HookOutcome) -> tuple[str, ...]:
    """Return the network policies that were evaluated: if each pod has its chain, those of the chain that decided."""
    last = outcome.hits[-1].chain
    own = policies(hit for hit in outcome.hits if hit.chain == last)
    return own or policies(outcome.hits)


def _kept_apart(walk: Walk, at: At, packet: Packet, hit: RuleHit) -> str:
    """Return the Docker bridge whose containers a rule isolates (enable_icc=false); empty if it is none."""
    match = _ONE_BRIDGE.search(hit.text)
    bridge = (match[1] or match[2]) if match is not None else ""
    if not bridge or not any("DOCKER" in base.chains for base in walk.cluster.rules(at.ns).bases(Hook.FORWARD, packet.family)):
        return ""
    own = _DOCKERS.fullmatch(bridge) or walk.cluster.objects(ContainerNetwork, "bridge = $1", [bridge])
    return bridge if own else ""


def _late(walk: Walk, facts: RuleDrop) -> Covered | None:
    """Return the rule that would accept a packet but comes after the one that drops it."""
    outcome = facts.outcome
    rules = walk.cluster.rules(facts.at.ns)
    if " " in facts.at.hook:
        return None
    context = context_of(walk, facts.at, facts.packet, facts.carry)
    sight = Sight(outcome.packet, outcome.track, context, facts.at.hook, rules.sets, rules.recents, outcome.hits)
    return would_accept(rules, outcome.hits, sight)


def _author(outcome: HookOutcome) -> Named | None:
    """Return which program wrote the rule that decided, by its chain, or that of the rule that jumped there."""
    found: Named | None = None
    for hit in outcome.hits:
        told = named(hit)
        if told is not None and (found is None or told.owner == found.owner):
            found = told._replace(object=told.object or (found.object if found is not None else None))
        elif told is not None:
            found = told
    return found if named(outcome.hits[-1]) is not None else None


def _owner_of_policy(walk: Walk, at: At, packet: Packet, hit: RuleHit) -> Named | None:
    """Say which firewall has set a policy: the one whose chains the policy's own chain leads to."""
    if hit.number:
        return None
    for base in walk.cluster.rules(at.ns).bases(at.hook, packet.family):
        if base.chain.name == hit.chain and base.policy not in {None, "accept"}:
            made = (who_made(name, hit.table) for name in base.chains)
            found = next((one for one in made if one is not None and one.owner in _FIREWALLS), None)
            if found is not None:
                return found._replace(purpose=tr("packets that none of its rules allows"), object=None)
    return None


def _image(walk: Walk, at: At, packet: Packet, hit: RuleHit) -> Named | None:
    """Say which system came with a rule: those whose INPUT and FORWARD both end with the same REJECT."""
    if not hit.number or hit.chain not in _REJECTING:
        return None
    base = next((base for base in walk.cluster.rules(at.ns).bases(at.hook, packet.family) if base.chain.name == hit.chain), None)
    if base is None:
        return None
    chains = [base.chains.get(name) for name in _REJECTING]
    last = [chain.rule(len(chain.places) - 1).text() for chain in chains if isinstance(chain, XtChain) and chain.places]
    ends_alike = last == [f"-A {name} {_LAST}" for name in _REJECTING]
    return image_of(base.chains) if ends_alike and hit.text == f"-A {hit.chain} {_LAST}" else None


def _flow(packet: Packet) -> str:
    port = f" port {known_port(packet.dport)}" if known_port(packet.dport) else ""
    return f"{ip_text(packet.src)} → {ip_text(packet.dst)}{port} ({packet.proto})"


def _counted(hit: RuleHit) -> str:
    if hit.packets is None:
        return ""
    if hit.number:
        return tr("; the rule has counted {packets} packets", packets=hit.packets)
    return tr("; the policy has counted {packets} packets", packets=hit.packets)


def _remark(stop: Stop) -> str:
    if stop.at.bridged:
        return tr(
            "The packet only crosses a bridge: br_netfilter passes it to FORWARD, too (net.bridge.bridge-nf-call-iptables)."
        )
    if stop.mixed:
        own, other = ("legacy", "nft") if stop.hit.back_end == "legacy" else ("nft", "legacy")
        return tr(
            "Both back ends of iptables have rules here, and the kernel applies both: this rule belongs to "
            "iptables-{own}, not to iptables-{other}.",
            own=own,
            other=other,
        )
    if stop.who is not None:
        about = f": {stop.who.object}" if stop.who.object else ""
        if stop.who.owner in IMAGES:
            return tr("The rule comes with {owner} ({purpose}).", owner=tr(stop.who.owner), purpose=stop.who.purpose)
        return tr("{owner} writes the chain ({purpose}{about}).", owner=tr(stop.who.owner), purpose=stop.who.purpose, about=about)
    return ""


# -- the name --------------------------------------------------------------------------------------------


def _check(stop: Stop) -> str:
    hit, owner = stop.hit, stop.who.owner if stop.who is not None else ""
    if hit.gives == "source":
        return "snat-port-exhaustion"
    if stop.packet.payload is not None:
        return "calico-encap-source-not-allowed" if _NOT_IN_SET.search(hit.text) else "tunnel-port-blocked"
    if stop.icc:
        return "docker-icc-off"
    if owner in {"kube-proxy", "Docker"}:
        return _program_check(stop, owner)
    if owner in _POLICIES:
        nameless = _DISPATCH in hit.chain
        return "felix-endpoint-not-programmed" if nameless else "networkpolicy-drop"
    if hit.table == "raw" and stop.at.hook is Hook.PREROUTING and _DIRECT.search(hit.text):
        return "docker28-direct-routing-drop"
    if stop.at.bridged and hit.number and not _ENDS.search(hit.text) and not _names(stop.at, hit.text):
        return "brnf-filters-unrelated-bridge"
    if not hit.number and stop.at.hook is Hook.FORWARD and owner not in _FIREWALLS:
        return "iptables-legacy-nft-mix" if stop.mixed else "forward-policy-drop"
    filtered = stop.at.hook in {Hook.FORWARD, Hook.INPUT}
    return "host-firewall-rejects-pods" if filtered and (stop.rejects or owner in _FIREWALLS) else "netfilter-drop"


def _names(at: At, text: str) -> bool:
    """Say whether a rule names the bridge, or a port of it, that a packet crosses: then it is meant for that bridge."""
    devices = {at.into, at.out, at.physin, at.physout} - {"", None}
    return any(word in devices for word in text.replace('"', " ").split())


def _program_check(stop: Stop, owner: str) -> str:
    chain = stop.chain
    check = "docker-networks-isolated" if owner == "Docker" else "netfilter-drop"
    if owner == "Docker":
        return "netfilter-drop" if chain == ADMIN else check
    if chain == "cluster-ips-check":
        check = "cluster-ip-unallocated"
    elif stop.rejects:
        check = "service-no-endpoints"
    elif chain == "KUBE-SERVICES" or (chain == "service-endpoints-check" and not stop.outside):  # of cluster IPs
        check = "itp-local-no-endpoint"
    elif chain in _OF_EXTERNAL or "no local endpoints" in stop.hit.text:
        check = "etp-local-no-endpoint"
    elif re.match(r"KUBE-FW-|KUBE-PROXY-FIREWALL|firewall-", chain):
        check = "service-source-not-allowed"
    return check


# -- the fix --------------------------------------------------------------------------------------------


def _fixes(walk: Walk, stop: Stop) -> list[Fix]:
    """Return the fix: the command to type first, and what makes it permanent."""
    hit, owner, check = stop.hit, stop.who.owner if stop.who is not None else "", _check(stop)
    if check in {"service-no-endpoints", "service-source-not-allowed", *_LOCAL}:
        return _of_service(stop, check)
    named_fix = [one if isinstance(one, Fix) else say(one) for one in _by_name(walk, stop, check)]
    if named_fix:
        return named_fix
    missing = _NOT_IN_SET.search(hit.text)
    if missing is not None:
        return [do("ipset", "add", missing[1], ip_text(stop.packet.src))]
    if owner in _FIREWALLS:
        return _of_firewall(walk, stop, owner)
    if owner in KEPT:
        return [_exception(stop), say(tr("to keep it: {kept}", kept=tr(KEPT[owner])))]
    if owner == "kube-router" and stop.who is not None and stop.who.object:
        return _of_pod(stop, stop.who.object)
    if owner in _POLICIES:
        about = tr(", or changes {object}", object=stop.who.object) if stop.who is not None and stop.who.object else ""
        allow = do(
            "kubectl",
            "get",
            "networkpolicy",
            "-A",
            words=tr("to keep it, a policy that allows {packet}{about},", packet=_flow(stop.packet), about=about),
        )
        return [_exception(stop), allow]
    if check in {"forward-policy-drop", "iptables-legacy-nft-mix"}:
        return _of_policy(walk, stop)
    if hit.number and hit.chain == ADMIN and hit.back_end != "nft" and not _NARROW.search(hit.text):
        return _of_admin(stop)
    if _NARROW.search(hit.text) and hit.number:
        return [removal(hit), _exception(stop)._replace(words=tr("for this packet only,"), instead=True)]
    return [_exception(stop)]


_INTERNAL: Final = re.compile(r"-A (?:DOCKER-ISOLATION-STAGE-1|DOCKER-INTERNAL) ! -[sd] \S+ -[io] \S+ -j DROP")
"""The rules of a network without a way out (``docker network create --internal``)."""


def _by_name(walk: Walk, stop: Stop, check: str) -> tuple[Fix | str, ...]:
    """Return the fix of a cause that has one of its own, whoever wrote the rule."""
    match check:
        case "cluster-ip-unallocated":
            return cluster_ip_unallocated.fix(ip_text(stop.packet.dst))
        case "docker-icc-off":
            return docker_icc_off.fix(stop.icc)
        case "docker-networks-isolated":
            own = docker_networks_isolated.INTERNAL if _INTERNAL.search(stop.hit.text) else docker_networks_isolated.FIX
            return tuple(map(tr, own))
        case "felix-endpoint-not-programmed":
            again = restart_of("k8s-app=calico-node", walk.cluster.netns(stop.at.ns).node)
            return felix_endpoint_not_programmed.fix(again)
        case "snat-port-exhaustion":
            return (_of_ports(stop.hit),)
        case _:
            return ()


def _of_pod(stop: Stop, pod: str) -> list[Fix]:
    """Return the fix if a pod's policies accept nothing of this kind: change the object, as kube-router rewrites its chains."""
    namespace, _, name = pod.rpartition("/")
    kubectl, flow = ("kubectl", *(("-n", namespace) if namespace else ("-A",))), _flow(stop.packet)
    edits = [
        do(*kubectl, "edit", "networkpolicy", policy, note=tr("it selects {name}; let it allow {flow}", name=name, flow=flow))
        for policy in stop.policies
    ]
    look = do(*kubectl, "get", "networkpolicy", note=tr("one that selects {name} must allow {flow}", name=name, flow=flow))
    until = _exception(stop)._replace(words=tr("until kube-router writes its chains again,"))
    return [*(edits if namespace and edits else [look]), until]


def _exception(stop: Stop) -> Fix:
    """Return the command for a rule that accepts the packet before the one that stops it."""
    packet, hit = stop.packet, stop.hit
    if hit.back_end != "nft" and hit.family in FRAMES:
        return on_chain(hit, "-I", *_frame_words(stop), "-j", "ACCEPT")
    src, dst, port = ip_text(packet.src), ip_text(packet.dst), known_port(packet.dport)
    if hit.back_end == "nft":
        layer = "ip" if packet.family == V4 else "ip6"
        to_port = (packet.proto, "dport", str(port)) if packet.proto in _FIELDS and port else ()
        return do("nft", "insert", "rule", *chain_of(hit), layer, "saddr", src, layer, "daddr", dst, *to_port, "accept")
    at_port = ("--dport", str(port)) if port and packet.proto not in ECHO_REQUEST else ()
    return on_chain(hit, "-I", "-s", src, "-d", dst, "-p", packet.proto, *at_port, "-j", "ACCEPT")


def _frame_words(stop: Stop) -> tuple[str, ...]:
    """Return the matches of ebtables or arptables for a frame."""
    packet = stop.packet
    src, dst, port = ip_text(packet.src), ip_text(packet.dst), known_port(packet.dport)
    if stop.hit.family == "arp":
        return "-s", src, "-d", dst, "--opcode", str(packet.icmp_type)
    if packet.proto == ARP:
        return "-p", "ARP", "--arp-op", str(packet.icmp_type), "--arp-ip-src", src, "--arp-ip-dst", dst
    kind, layer = ("IPv4", "ip") if packet.family == V4 else ("IPv6", "ip6")
    at_port = (f"--{layer}-dport", str(port)) if packet.proto in _FIELDS and port else ()
    proto = "ipv6-icmp" if packet.proto == "icmpv6" else packet.proto
    return "-p", kind, f"--{layer}-src", src, f"--{layer}-dst", dst, f"--{layer}-proto", proto, *at_port


def _of_policy(walk: Walk, stop: Stop) -> list[Fix]:
    """Return the fix of a policy that drops what is sent on: the engine's own place for it, else the policy."""
    hit = stop.hit
    if hit.back_end == "nft":
        policy = f"chain {hit.family} {hit.table} {hit.chain} {{ policy accept; }}"
        return [do("nft", policy), _exception(stop)._replace(words=tr("for this packet only,"), instead=True)]
    bases = _same_tables(walk, stop)
    if _is_cut_off(bases) or _is_flushed(walk, stop):
        return [
            do("systemctl", "restart", "docker"),
            say(tr("stop flushing Docker's rules: load your own into {admin}", admin=ADMIN)),
        ]
    if any(ADMIN in base.chains for base in bases):
        net, tool = _pods(walk, stop), tool_of(hit)
        return [do(tool, "-I", ADMIN, end, net, "-j", "ACCEPT") for end in ("-s", "-d")]
    if stop.mixed:
        return [on_chain(hit, "-P", "ACCEPT")]
    return [
        on_chain(hit, "-P", "ACCEPT"),
        say(
            tr('to keep it with Docker: "ip-forward-no-drop": true in daemon.json, or net.ipv4.ip_forward=1 before Docker starts')
        ),
    ]


def _same_tables(walk: Walk, stop: Stop) -> list[Base]:
    """Return the chains of FORWARD in the back end that stops a packet: a rule in the other one changes nothing for it."""
    return [
        base for base in walk.cluster.rules(stop.at.ns).bases(Hook.FORWARD, stop.packet.family)
        if isinstance(base.chain, XtChain) and base.chain.table.back_end == stop.hit.back_end
    ]  # fmt: skip


def _of_admin(stop: Stop) -> list[Fix]:
    """Return the fix of a rule that stops everything: take it away, or let this connection pass, and its replies."""
    replies = on_chain(stop.hit, "-I", "-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED", "-j", "ACCEPT")
    return [
        removal(stop.hit)._replace(words=tr("if it is not on purpose,")),
        _exception(stop)._replace(words=tr("for this packet only,"), instead=True),
        replies._replace(words=tr("with"), note=tr("its replies pass there, too"), instead=True),
    ]


def _is_flushed(walk: Walk, stop: Stop) -> bool:
    """Say whether a rule is gone that Docker always has: for a published port, or for what leaves a bridge of its own."""
    at, packet = stop.at, stop.packet
    bases = _same_tables(walk, stop)
    if stop.hit.number or not any("DOCKER" in base.chains for base in bases):
        return False
    asked = walk.cluster.objects(PublishedPort, "port = $1 AND proto = $2", [known_port(packet.dport) or 0, packet.proto])
    owners = {walk.cluster.netns(ns).label.partition(":")[2] for ns, _ in walk.cluster.owners(packet.dst)}
    leaves = _DOCKERS.fullmatch(at.into or "") is not None and _DOCKERS.fullmatch(at.out or "") is None
    return leaves or any(row.container in owners for row in asked)


def _is_cut_off(bases: Sequence[Base]) -> bool:
    """Say whether Docker's chains exist but nothing jumps to them: a rule in them has no effect."""
    there = [base for base in bases if ADMIN in base.chains]
    jumps = (f" -j {ADMIN}", " -j DOCKER-FORWARD", " -g DOCKER")
    return bool(there) and not any(
        jump in chain.rule(at).text()
        for base in there
        for chain in base.chains.values() if isinstance(chain, XtChain)
        for at in range(len(chain.places)) for jump in jumps
    )  # fmt: skip


def _pods(walk: Walk, stop: Stop) -> str:
    """Return the network of the packet's end that is a pod, as this node routes it."""
    ends = (stop.packet.dst, stop.packet.src)
    pod = next((ip for ip in ends if any(walk.cluster.netns(ns).label for ns, _ in walk.cluster.owners(ip))), stop.packet.src)
    return net_of(walk, stop.at.ns, pod)


def net_of(walk: Walk, ns: int, address: Ip) -> str:
    """Return the network of an address by the routes of a namespace, or the address if only a default route matches."""
    family = family_of(address)
    way = walk.cluster.routing(ns, family).lookup(FlowKey(dst=address))
    row = way.entry.row if way.entry is not None else None
    if row is None or not row.dst_len or row.type != "unicast":
        return ip_text(address)
    return prefix_text(family, row.dst, row.dst_len)


def _of_firewall(walk: Walk, stop: Stop, owner: str) -> list[Fix]:
    packet, source = stop.packet, net_of(walk, stop.at.ns, stop.packet.src)
    port = known_port(packet.dport)
    at_port = ("port", str(port), "proto", packet.proto) if port else ()
    if owner == "firewalld":
        trust = do("firewall-cmd", "--permanent", "--zone=trusted", f"--add-source={source}")
        return [trust, do("firewall-cmd", "--reload", words=tr("then"))]
    if stop.at.hook is Hook.FORWARD:
        return [do("ufw", "route", "allow", "from", source, "to", ip_text(packet.dst), *at_port)]
    return [do("ufw", "allow", "from", source, "to", "any", *at_port)]


def _of_service(stop: Stop, check: str) -> list[Fix]:
    first = (comment.partition(" ")[0] for comment in comments(stop.hit.text))
    told = [stop.who.object] if stop.who is not None and stop.who.object else [word for word in first if _OBJECT.fullmatch(word)]
    namespace, _, name = told[0].partition("/") if told else ("", "", "")
    name = re.split(r"[/:]", name)[0]
    source, bits = ip_text(stop.packet.src), BITS[stop.packet.family]
    if check in _LOCAL:
        field = _LOCAL[check]
        steps = itp_local_no_endpoint.fix(namespace, name, field) if told else (itp_local_no_endpoint.nameless(field),)
    elif check == "service-source-not-allowed":
        known = service_source_not_allowed
        steps = known.fix(namespace, name, source, bits) if told else (known.nameless(source, bits),)
    else:
        steps = service_no_endpoints.fix(namespace, name) if told else (service_no_endpoints.NAMELESS,)
    return [*steps] if told else [service_no_endpoints.find(ip_text(stop.packet.dst)), *steps]


def _of_ports(hit: RuleHit) -> Fix | str:
    if hit.back_end == "nft" or not _PORTS.search(hit.text):
        return snat_port_exhaustion.MORE
    words = body(hit)
    at = words.index("--to-ports")
    return on_chain(hit, "-R", str(hit.number), *words[:at], *words[at + 2 :])
