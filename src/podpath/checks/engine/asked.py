"""What the rules of a host do to packets that every host of containers must accept, as the walk finds it.

Rules are not read here. A packet is put before the host, as a pod on it would send it, and followed as :mod:`podpath.walk`
follows any other. If a rule stops it, that is a finding of the check with the cause's name; any other stop is reported
by the checks of that table. Of a rule whose verdict is not known, the walk's own words and command are given.

The packets: from a pod to a pod of a peer and back, to another pod of its node, to what the node itself listens at, to
an address outside that nobody has (RFC 5737, RFC 3849), from one port of a bridge to another, to each service of the API
(:mod:`podpath.checks.engine.asked_services`); and from any host by a route whose next hop does not have the route's network;
queries to name servers (:mod:`podpath.checks.engine.asked_names`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final, NamedTuple

from podpath.causes.bridge import brnf_filters_unrelated_bridge
from podpath.causes.netfilter import masquerade_missing, rule_never_reached, source_ip_masqueraded
from podpath.causes.routing import route_wrong_device, route_wrong_next_hop
from podpath.checks.engine.answers import Answers, OddRoute
from podpath.checks.engine.asked_names import unanswered
from podpath.checks.engine.asked_services import AskedServices
from podpath.language import tr
from podpath.snapshot.store import Store
from podpath.state.address import V4, Ip, family_of, ip_text, parse_ip
from podpath.state.evidence import Unknown
from podpath.state.finding import Finding
from podpath.state.step import AddressTranslated, Domain, domain_of
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.devices.bridge import filtered
from podpath.walk.diagnosis import never_reached
from podpath.walk.diagnosis.cause import cause_of, diagnosed
from podpath.walk.diagnosis.roots import masquerades
from podpath.walk.diagnosis.roots.order import rooted
from podpath.walk.diagnosis.roots.sources import masquerading
from podpath.walk.events import Arrive, Carry, Complain, Diagnosis, Path, Step, Walk
from podpath.walk.host.hooks import Hook, Passed, pass_hook, unseen
from podpath.walk.host.routes import lookup
from podpath.walk.netfilter import RuleHit
from podpath.walk.packet import Packet
from podpath.walk.trace import Tracer

OUTSIDE: Final = {4: parse_ip("198.51.100.7"), 6: parse_ip("2001:db8:ffff::7")}
_NOBODY: Final = parse_ip("192.0.2.0")
PORT: Final = 8080
_PEERS: Final = 4
_PODS: Final = 64
_PORTS: Final = 8
_MOST: Final = 4000
_ROUTES: Final = 256
_MISLED: Final = frozenset((route_wrong_device.CAUSE.name, route_wrong_next_hop.CAUSE.name))
"""Causes that a route itself is, by which a packet goes astray."""
_MASKED: Final = source_ip_masqueraded.CAUSE.name
"""Reported if policies need the pods' addresses, or if other hosts keep them: a plugin may masquerade by design (ipMasq)."""
_NAMED: Final = frozenset(("networkpolicy-drop", "firewall-reload-wiped-rules", rule_never_reached.CAUSE.name))
"""Causes that keep their own names, even for bridged packets."""
_OWN: Final = frozenset(("iptables-legacy-nft-mix", "docker-icc-off"))
"""Causes that keep their own names there."""
_STOPPED: Final = frozenset((Verdict.DROPPED, Verdict.REJECTED))


class AskedPod(NamedTuple):
    """A source or destination on a host.

    Attributes:
        host: the host's own namespace.
        name: its name, or its address if nothing else is known.
        address: its address.
        dev: device by which the host reaches it.
    """

    host: int
    name: str
    address: Ip
    dev: str


class Question(NamedTuple):
    """A packet put before a host.

    Attributes:
        host: the host's own namespace.
        dev: device that it arrives on.
        packet: the packet.
        outside: it is for an external address, and must leave with a source address that others can reply to.
        peer: it is for a pod of another host, which should see the real source address.
    """

    host: int
    dev: str
    packet: Packet
    outside: bool = False
    peer: bool = False


def ask(store: Store, hosts: Sequence[int], routes: Sequence[OddRoute], names: Iterable[str]) -> Answers:
    """Put packets before hosts that have rules or odd routes, and return what they do.

    Args:
        store: the snapshot, with the tables of :mod:`podpath.checks.engine.views`.
        hosts: the namespaces of the hosts that have rules.
        routes: routes whose next hop does not have their network.
        names: checks that report causes of the walk.
    """
    wanted = frozenset(names)
    judge = _Judge(Cluster(store))
    ends = _Ends(store, judge)
    services = AskedServices(judge.walk)
    findings: dict[Finding, None] = {}
    unknowns: dict[Unknown, None] = {}
    asked = 0
    plain = False  # some host sends to its peers' pods with its own pods' addresses
    for host in hosts:
        questions = list(islice(ends.questions(host), max(_MOST - asked, 0)))
        if not questions:
            unknowns[_unasked(judge.cluster, host, spent=asked >= _MOST)] = None
        asked += len(questions)
        of_host = (*judge.bridged(host), *judge.unreached(host), *judge.unmet(host))
        findings.update(dict.fromkeys(found for found in of_host if found.check in wanted))
        for pod in {family_of(pod.address): pod for pod in ends.pods(host)}.values():
            services.ask(host, pod.dev, pod.address)
        for question in questions:
            paths = judge.follow(question)
            # Whether a rule masquerades may be unknown: then both are walked, and neither is reported.
            known = len({_masking(path, question) is None for path in paths}) < 2  # noqa: PLR2004 - it does, or it does not
            # So may be whether a rule accepts: then one path stops and another does not, and neither is reported.
            passes = any(path.end.verdict not in _STOPPED for path in paths)
            for path in paths:
                if passes and path.end.verdict in _STOPPED and any(gap.either for gap in path.gaps):
                    unknowns.update(dict.fromkeys(_open(path)))
                    continue
                reported = judge.findings(question, path, sources=known)
                findings.update(dict.fromkeys(found for found in reported if found.check in wanted))
                unknowns.update(dict.fromkeys(_open(path)))
                plain |= question.host in hosts and _keeps_source(question, path)
    told = (
        *map(judge.finding, services.differences()),
        *judge.misled(routes[:_ROUTES], ends),
        *unanswered(store, judge.tracer),
    )
    findings.update(dict.fromkeys(found for found in told if found.check in wanted))
    kept = (found for found in findings if found.check != _MASKED or plain or _has_policies(store))
    return Answers(tuple(kept), (*unknowns, *services.unknowns))


def _has_policies(store: Store) -> bool:
    """Say whether any node has rules made from policies: they depend on the addresses of pods."""
    rows = store.raw(
        'SELECT 1 FROM source WHERE "text" IS NOT NULL AND regexp_matches("text", \'-A (cali-p[io]-|KUBE-NWPLCY-|KUBE-POD-FW-)\') LIMIT 1'
    )
    return bool(rows)


def _unasked(cluster: Cluster, host: int, *, spent: bool) -> Unknown:
    why = tr("after thousands of packets on other nodes") if spent else tr("because no pod of it is known")
    command = "podpath trace --all-pairs pods pods" if spent else "ip -d address; iptables-save -c"
    return Unknown(cluster.netns(host).node, tr("what its filter rules do to packets, {why}", why=why), command, ("filtering",))


def _open(path: Path) -> Iterator[Unknown]:
    """Yield what a rule's verdict depends on, if it is unknown."""
    for gap in (*path.gaps, *((path.end.gap,) if path.end.gap is not None else ())):
        if gap.diverts and gap.either:
            yield gap.unknown._replace(blocks=("filtering",))


class _Ends:
    """Finds sources and destinations."""

    def __init__(self, store: Store, judge: "_Judge") -> None:
        self._store, self._judge = store, judge
        self._pods: dict[int, list[AskedPod]] = {}
        rows = store.raw("SELECT DISTINCT ns FROM router ORDER BY ns")
        self._routers = [ns for (ns,) in rows]

    def questions(self, host: int) -> Iterator[Question]:
        """Yield the packets that are put before a host and, for it, before its peers."""
        own = self.pods(host)
        peers = [pods for pods in islice(self._peers(host), _PEERS) if pods]
        for pod in _groups(own):
            yield Question(host, pod.dev, _packet(pod.address, OUTSIDE[family_of(pod.address)]), outside=True)
            yield from self._to_node(pod)
            yield from (
                Question(host, pod.dev, _packet(pod.address, other.address))
                for other in own if other.dev == pod.dev and _fits(pod, other) and other.dev not in self._judge.bridges(host)
            )  # fmt: skip
        for pods in peers:
            for one, other in _pairs(_groups(own), _groups(pods)):
                yield Question(host, one.dev, _packet(one.address, other.address), peer=True)
                yield Question(other.host, other.dev, _packet(other.address, one.address), peer=True)
        for one, other in _pairs(own[:_PODS], peers[0][:1] if peers else []):
            yield Question(host, one.dev, _packet(one.address, other.address), peer=True)
            yield Question(other.host, other.dev, _packet(other.address, one.address), peer=True)

    def _peers(self, host: int) -> Iterator[list[AskedPod]]:
        """Yield the pods of other hosts, beginning with the next one, so that each host is the peer of another."""
        at = self._routers.index(host) if host in self._routers else 0
        for ns in self._routers[at + 1 :] + self._routers[:at]:
            yield self.pods(ns)

    def _to_node(self, pod: AskedPod) -> Iterator[Question]:
        """Yield packets to ports on which the node listens."""
        rows = self._store.raw(
            "SELECT DISTINCT s.local_port FROM socket s WHERE s.ns = ? AND s.state = 'LISTEN' AND s.proto LIKE 'tcp%'"
            " AND (s.local IS NULL OR s.local = 0) ORDER BY 1 LIMIT ?", [pod.host, _PORTS],
        )  # fmt: skip
        netns = self._judge.cluster.netns(pod.host)
        nodes = [
            held.row.address
            for held in netns.addresses.get(self._judge.outward(pod), ())
            if held.row.family == family_of(pod.address)
        ]
        for (port,) in rows if nodes else ():
            yield Question(pod.host, pod.dev, replace(_packet(pod.address, nodes[0]), dport=port))

    def captured(self, host: int) -> list[AskedPod]:
        """Return the pods behind a host that were captured."""
        return [pod for pod in self.pods(host) if self._judge.cluster.owners(pod.address)]

    def pods(self, host: int) -> list[AskedPod]:
        """Return pods behind a host: captured ones, those that objects name, or neighbours; if there is none, a possible one."""
        if host not in self._pods:
            found: dict[Ip, str] = {}
            for query in _POD_QUERIES:
                found = {Ip(address): name for name, address in self._store.raw(query, [host])}
                if found:
                    break
            self._pods[host] = [
                AskedPod(host, name, address, dev) for address, name in found.items()
                if (dev := self._judge.device(host, address)) is not None
            ]  # fmt: skip
        return self._pods[host]


_POD_QUERIES: Final = (
    # Namespaces of containers that were captured.
    """SELECT i.name, a."address" FROM inside i JOIN "address" a ON a.ns = i.ns WHERE i.host = ? AND a.dev <> 'lo'
       AND NOT everywhere(a."address") ORDER BY i.ns, a.family, a."address" """,
    # Pods and containers that objects name.
    """SELECT p.namespace || '/' || p.name, p."address" FROM pod p JOIN node d ON d.name = p.node JOIN netns n ON n.node = d.node
       WHERE n.ns = ? AND p."address" IS NOT NULL AND NOT coalesce(p.host_network, false) ORDER BY ALL""",
    # Neighbours behind the bridges, and single addresses routed to a device.
    """WITH host AS (SELECT ?::INTEGER AS ns)
       SELECT b.dev, b."address" FROM neighbour b JOIN host h USING (ns) JOIN bridge_net n ON n.ns = b.ns AND n.dev = b.dev
       WHERE in_net(b."address", n.family, n.first, n.len) AND b.mac IS NOT NULL
       UNION SELECT r.dev, r.dst FROM route r JOIN host h USING (ns) JOIN device d ON d.ns = r.ns AND d.name = r.dev
       WHERE d.role = 'port' AND d.master IS NULL AND r.via IS NULL AND r.dst_len = full_len(r.family) AND r."table" = 'main'
       ORDER BY ALL""",
    # Nothing is known but the network: an address of it stands for all.
    """SELECT dev, CASE WHEN ip = first + 2 THEN first + 3 ELSE first + 2 END FROM bridge_net WHERE ns = ? AND alive
       AND len < full_len(family) - 1 ORDER BY ALL""",
)


def _groups(pods: Iterable[AskedPod]) -> list[AskedPod]:
    """Return one per device and family: rules seldom distinguish the others."""
    return list({(pod.dev, family_of(pod.address)): pod for pod in pods}.values())[:_PEERS]


def _pairs(ones: Iterable[AskedPod], others: Iterable[AskedPod]) -> Iterator[tuple[AskedPod, AskedPod]]:
    known = list(others)
    yield from ((one, other) for one in ones for other in known if _fits(one, other))


def _fits(one: AskedPod, other: AskedPod) -> bool:
    return family_of(one.address) == family_of(other.address) and one.address != other.address


def _packet(src: Ip, dst: Ip) -> Packet:
    """Return the first packet of a TCP connection."""
    return Packet(src, dst, "tcp", 40000, PORT, flags=frozenset(("SYN",)), length=60, dont_fragment=True)


class _Judge:
    """Follows packets, and reports what rules did to them."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.tracer = Tracer(cluster)
        self.walk = self.tracer.walker

    def device(self, host: int, address: Ip) -> str | None:
        """Return the device through which a host reaches an address of its own pods, or None if it has no such route."""
        way = lookup(self.walk, host, _packet(Ip(0), address))
        return way.hops[0].dev if way.hops and way.hops[0].via is None else None

    def outward(self, pod: AskedPod) -> str:
        """Return the device of the default route; empty if there is none."""
        way = lookup(self.walk, pod.host, _packet(Ip(0), OUTSIDE[family_of(pod.address)]))
        return (way.hops[0].dev or "") if way.hops else ""

    def bridges(self, host: int) -> frozenset[str]:
        """Return the bridges of a host: frames between two ports of one are not routed."""
        return frozenset(name for name, link in self.cluster.netns(host).links.items() if link.row.kind == "bridge")

    def follow(self, question: Question) -> tuple[Path, ...]:
        """Return all paths of a packet."""
        paths = self.walk.follow(Arrive(question.host, question.dev, question.packet, Carry()))
        return tuple(diagnosed(self.walk, path) for path in paths)

    def finding(self, cause: Diagnosis) -> Finding:
        """Return a cause as a finding."""
        return self.tracer.finding(cause, likely=cause.likely)

    def findings(self, question: Question, path: Path, *, sources: bool) -> Iterator[Finding]:
        """Yield what rules do to a packet that they should not.

        Args:
            question: the packet.
            path: one of its paths.
            sources: it is known whether a rule gives it another source.
        """
        stop = cause_of(self.walk, path.end)
        if stop is not None and path.end.verdict in _STOPPED and not _idle(stop) and stop.name != rule_never_reached.CAUSE.name:
            yield self.tracer.finding(stop, likely=any(gap.diverts for gap in path.gaps))
        for judge in (_unmasked, _masked) if sources else ():
            if judge is _masked and not self._routes(question):
                continue
            cause = judge(self.walk, question, path)
            if cause is not None:
                yield self.tracer.finding(cause, likely=judge is _unmasked or bool(path.gaps))

    def _routes(self, question: Question) -> bool:
        """Say whether the route to the destination of a packet was made for pods: it has a next hop, or leads through a tunnel.

        A host must masquerade its containers' packets that take the default route or go to the nodes' own network.
        """
        way = lookup(self.walk, question.host, question.packet)
        hop = way.hops[0] if way.hops else None
        if way.entry is None or not way.entry.row.dst_len or hop is None:
            return False
        link = self.cluster.netns(question.host).links.get(hop.dev or "")
        return hop.via is not None or (
            link is not None and link.row.kind not in {None, "veth", "bridge", "macvlan", "vlan", "bond"}
        )

    def misled(self, routes: Iterable[OddRoute], ends: "_Ends") -> Iterator[Finding]:
        """Yield the routes by which a packet of their own host does not get to the host that has their network."""
        for route in routes:
            pods = [pod.address for pod in ends.captured(route.home) if route.first <= pod.address <= route.last]
            for path in self.tracer.forward(route.host, _packet(Ip(0), pods[0] if pods else route.own)):
                cause = rooted(self.walk, path)
                if cause is not None and cause.name in _MISLED and cause.ns == route.host:
                    yield self.tracer.finding(cause, likely=any(gap.diverts for gap in path.gaps))

    def unreached(self, host: int) -> Iterator[Finding]:
        """Yield the rules that accept packets which an earlier rule drops."""
        yield from (self.tracer.finding(cause, likely=False) for cause in never_reached.causes(self.cluster, host))

    def unmet(self, host: int) -> Iterator[Finding]:
        """Yield a finding if kube-proxy's rules mark packets for masquerading and no rule masquerades them."""
        found = (masquerades.unmet(self.walk, host, family) for family in (4, 6))
        yield from (self.tracer.finding(cause, likely=False) for cause in found if cause is not None)

    def bridged(self, host: int) -> Iterator[Finding]:
        """Yield what rules for routed packets do to packets between two ports of a bridge (br_netfilter)."""
        netns = self.cluster.netns(host)
        for name in sorted(self.bridges(host)):
            ports = [link.row.name for link in netns.ports.get(name, ()) if link.row.up is not False]
            if len(ports) < 2 or not filtered(netns, name):  # noqa: PLR2004 - a frame needs two ports
                continue
            near = [held.row.address for held in netns.addresses.get(name, ()) if held.row.family == V4] or [_NOBODY]
            packet = _packet(Ip(near[0] + 7), Ip(near[0] + 8))
            for passed in self._crossed(host, name, (ports[0], ports[1]), packet):
                end = passed.end.end if isinstance(passed.end, Complain) else passed.end
                stop = cause_of(self.walk, end) if end is not None else None
                if stop is not None and stop.name not in _NAMED:
                    words = brnf_filters_unrelated_bridge.between(name, stop.words)
                    cause = stop._replace(words=words._replace(cause=stop.name) if stop.name in _OWN else words)
                    yield self.tracer.finding(cause, likely=any(gap.diverts for gap in passed.gaps))

    def _crossed(self, host: int, bridge: str, ports: tuple[str, str], packet: Packet) -> Iterator[Passed]:
        """Yield what the hooks that br_netfilter calls do to a packet between two ports."""
        walk, (into, out) = self.walk, ports
        for first in pass_hook(walk, host, Hook.PREROUTING, packet, Carry(), into=bridge, physin=into):
            if first.end is None:
                yield from pass_hook(
                    walk, host, Hook.FORWARD, first.packet, first.carry, into=bridge, out=bridge, physin=into, physout=out
                )


def _idle(cause: Diagnosis) -> bool:
    """Say whether a policy's rule has dropped nothing yet: it is then no evidence of a problem."""
    hits = [row for row in cause.rows if isinstance(row, RuleHit)]
    return cause.name == "networkpolicy-drop" and bool(hits) and hits[-1].packets == 0


def _masking(path: Path, question: Question) -> Step | None:
    """Return where a rule of the host gave a packet another source, or None if no rule did."""
    return next(
        (
            step for step in path.steps
            if step.ns == question.host and isinstance(step.facts, AddressTranslated) and isinstance(step.packet, Packet)
            and step.packet.payload is None and step.packet.src != question.packet.src
        ),
        None,
    )  # fmt: skip


def _keeps_source(question: Question, path: Path) -> bool:
    return question.peer and _left(path, question.host) and _masking(path, question) is None


def _left(path: Path, host: int) -> bool:
    """Say whether a packet passed the last hook of a host."""
    end = path.end
    domains = {domain_of(step.facts) for step in path.steps if step.ns == host}
    stopped = end.cause is not None or (end.gap is not None and end.gap.diverts and end.gap.either)
    left = not domains.isdisjoint({Domain.NEIGHBOUR, Domain.UNDERLAY, Domain.FDB})
    return end.ns != host or left or (Domain.ROUTE in domains and not stopped)


def _unmasked(walk: Walk, question: Question, path: Path) -> Diagnosis | None:
    """Return what is wrong with a packet that leaves the cluster with a source address that has no route outside."""
    packet = question.packet
    if not question.outside or not _private(packet.src) or not _left(path, question.host):
        return None
    nat = walk.cluster.rules(question.host).shows(packet.family, "nat", Hook.POSTROUTING)  # other tables translate nothing
    if (not nat and unseen(walk.cluster, question.host, packet.family)) or _masking(path, question) is not None:
        return None
    node, rule = walk.cluster.netns(question.host).node, masquerading(walk, question.host, packet.src)
    return Diagnosis(masquerade_missing.leaves_bare(node, packet.family, rule), question.host)


def _masked(walk: Walk, question: Question, path: Path) -> Diagnosis | None:
    """Return what is wrong with a packet between pods that arrives with the node's address as its source."""
    masking = _masking(path, question)
    if not question.peer or masking is None or not isinstance(masking.packet, Packet):
        return None
    node = walk.cluster.netns(question.host).node
    words = source_ip_masqueraded.between_pods(node, ip_text(masking.packet.src))
    return Diagnosis(words, question.host, masking.rows)


_PRIVATE: Final[tuple[tuple[Ip, Ip], ...]] = tuple(
    (parse_ip(first), parse_ip(last))
    for first, last in (
        ("10.0.0.0", "10.255.255.255"), ("172.16.0.0", "172.31.255.255"), ("192.168.0.0", "192.168.255.255"),
        ("100.64.0.0", "100.127.255.255"), ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    )
)  # fmt: skip
"""RFC 1918, RFC 6598, RFC 4193."""


def _private(address: Ip) -> bool:
    return any(first <= address <= last for first, last in _PRIVATE)
