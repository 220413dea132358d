"""What the rules of a host do to packets that every host of containers must let pass: the walk is asked.

Rules are not read here. A packet is put before the host, as a pod on it would send it, and followed as :mod:`podpath.walk`
follows any other. What stops it by a rule is a finding of the check that has the cause's name; what stops it otherwise is told
by the checks of that table. Of a rule whose verdict is not known, the walk's own words and command are given.

The packets: from a pod to a pod of a peer and back, to another pod of its node, to what the node itself listens at, to
an address outside that nobody has (RFC 5737, RFC 3849), and from one port of a bridge to another.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Final, NamedTuple

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
from podpath.walk.events import Arrive, Carry, Cause, Complain, Path, Step
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
_MASKED: Final = "source-ip-masqueraded"
"""Told where policies need the pods' addresses, or where other hosts keep them: a plugin may masquerade by design (ipMasq)."""
_NAMED: Final = frozenset(("networkpolicy-drop", "firewall-reload-wiped-rules", never_reached.NAME))
"""Causes that are told by their own names, whatever crosses a bridge."""
_MIXED: Final = "iptables-legacy-nft-mix"
_STOPPED: Final = frozenset((Verdict.DROPPED, Verdict.REJECTED))


class Pod(NamedTuple):
    """An end on a host.

    Attributes:
        host: the host's own namespace.
        name: what it is called; its address where nothing is known but that.
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
        dev: device it comes in by.
        packet: the packet.
        outside: it is for an address outside, and must leave with an address that others can answer to.
        peer: it is for a pod of another host, which should see who really sends it.
    """

    host: int
    dev: str
    packet: Packet
    outside: bool = False
    peer: bool = False


class Answers(NamedTuple):
    """What came of all questions.

    Attributes:
        findings: what rules stop, or change.
        unknowns: what could not be told.
    """

    findings: tuple[Finding, ...]
    unknowns: tuple[Unknown, ...]


def ask(store: Store, names: Iterable[str]) -> Answers:
    """Put packets before every host that has rules, and return what they do.

    Args:
        store: the snapshot, with the tables of :mod:`podpath.checks.engine.views`.
        names: checks that report causes of the walk.
    """
    hosts = _hosts(store)
    if not hosts:
        return Answers((), ())
    wanted = frozenset(names)
    judge = _Judge(Cluster(store))
    ends = _Ends(store, judge)
    findings: dict[Finding, None] = {}
    unknowns: dict[Unknown, None] = {}
    asked = 0
    plain = False  # some host sends to its peers' pods with its own pods' addresses
    for host in hosts:
        questions = list(islice(ends.questions(host), max(_MOST - asked, 0)))
        if not questions:
            unknowns[_unasked(judge.cluster, host, spent=asked >= _MOST)] = None
        asked += len(questions)
        told = (*judge.bridged(host), *judge.unreached(host), *judge.unmet(host))
        findings.update(dict.fromkeys(found for found in told if found.check in wanted))
        for question in questions:
            for path in judge.follow(question):
                findings.update(dict.fromkeys(found for found in judge.findings(question, path) if found.check in wanted))
                unknowns.update(dict.fromkeys(_open(path)))
                plain |= question.host in hosts and _keeps_source(question, path)
    kept = (found for found in findings if found.check != _MASKED or plain or _has_policies(store))
    return Answers(tuple(kept), tuple(unknowns))


def _has_policies(store: Store) -> bool:
    """Say whether rules made of policies are anywhere: they count on the addresses of pods."""
    rows = store.raw(
        'SELECT 1 FROM source WHERE "text" IS NOT NULL AND regexp_matches("text", \'-A (cali-p[io]-|KUBE-NWPLCY-|KUBE-POD-FW-)\') LIMIT 1'
    )
    return bool(rows)


def _hosts(store: Store) -> list[int]:
    """Return the hosts that have rules; where none is opaque, nothing can be stopped."""
    return [ns for (ns,) in store.raw(
        "SELECT DISTINCT r.ns FROM ruleset r JOIN netns n USING (ns) WHERE n.kind = 'host' AND r.opaque AND r.form <> 'ipset'"
        " ORDER BY r.ns"
    )]  # fmt: skip


def _unasked(cluster: Cluster, host: int, *, spent: bool) -> Unknown:
    why = "after thousands of packets on other nodes" if spent else "as no pod of it is known"
    command = "podpath trace --all-pairs pods pods" if spent else "ip -d address; iptables-save -c"
    return Unknown(cluster.netns(host).node, f"what its filter rules do to packets, {why}", command, ("filtering",))


def _open(path: Path) -> Iterator[Unknown]:
    """Yield what a rule's verdict hangs on and nobody knows."""
    for gap in (*path.gaps, *((path.end.gap,) if path.end.gap is not None else ())):
        if gap.diverts and gap.either:
            yield gap.unknown._replace(blocks=("filtering",))


class _Ends:
    """Finds ends for questions."""

    def __init__(self, store: Store, judge: "_Judge") -> None:
        self._store, self._judge = store, judge
        self._pods: dict[int, list[Pod]] = {}
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

    def _peers(self, host: int) -> Iterator[list[Pod]]:
        """Yield the pods of other hosts, beginning with the next one: so every host is some other's peer."""
        at = self._routers.index(host) if host in self._routers else 0
        for ns in self._routers[at + 1 :] + self._routers[:at]:
            yield self.pods(ns)

    def _to_node(self, pod: Pod) -> Iterator[Question]:
        """Yield packets to what the node listens at for others."""
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

    def pods(self, host: int) -> list[Pod]:
        """Return the ends behind a host: captured ones, those that objects name, or neighbours; none of them captured, one that could be."""
        if host not in self._pods:
            found: dict[Ip, str] = {}
            for query in _POD_QUERIES:
                found = {Ip(address): name for name, address in self._store.raw(query, [host])}
                if found:
                    break
            self._pods[host] = [
                Pod(host, name, address, dev) for address, name in found.items()
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


def _groups(pods: Iterable[Pod]) -> list[Pod]:
    """Return one of those that come by the same device, of each family: the rules seldom tell them apart."""
    return list({(pod.dev, family_of(pod.address)): pod for pod in pods}.values())[:_PEERS]


def _pairs(ones: Iterable[Pod], others: Iterable[Pod]) -> Iterator[tuple[Pod, Pod]]:
    known = list(others)
    yield from ((one, other) for one in ones for other in known if _fits(one, other))


def _fits(one: Pod, other: Pod) -> bool:
    return family_of(one.address) == family_of(other.address) and one.address != other.address


def _packet(src: Ip, dst: Ip) -> Packet:
    """Return the first packet of a TCP connection."""
    return Packet(src, dst, "tcp", 40000, PORT, flags=frozenset(("SYN",)), length=60, dont_fragment=True)


class _Judge:
    """Follows packets, and says what rules made of them."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self._tracer = Tracer(cluster)

    def device(self, host: int, address: Ip) -> str | None:
        """Return the device by which a host reaches an address of its own pods; none where it has no such way."""
        way = lookup(self._tracer.walker, host, _packet(Ip(0), address))
        return way.hops[0].dev if way.hops and way.hops[0].via is None else None

    def outward(self, pod: Pod) -> str:
        """Return the device by which its host reaches what is outside; empty where it does not."""
        way = lookup(self._tracer.walker, pod.host, _packet(Ip(0), OUTSIDE[family_of(pod.address)]))
        return (way.hops[0].dev or "") if way.hops else ""

    def bridges(self, host: int) -> frozenset[str]:
        """Return the bridges of a host: what passes between two ports of one is not routed."""
        return frozenset(name for name, link in self.cluster.netns(host).links.items() if link.row.kind == "bridge")

    def follow(self, question: Question) -> tuple[Path, ...]:
        """Return all ways of a packet."""
        walker = self._tracer.walker
        paths = walker.follow(Arrive(question.host, question.dev, question.packet, Carry()))
        return tuple(diagnosed(walker, path) for path in paths)

    def findings(self, question: Question, path: Path) -> Iterator[Finding]:
        """Yield what rules do to a packet that they should not."""
        stop = cause_of(self._tracer.walker, path.end)
        if stop is not None and path.end.verdict in _STOPPED and not _idle(stop) and stop.check != never_reached.NAME:
            yield self._tracer.finding(stop, likely=any(gap.diverts for gap in path.gaps))
        for judge in (_unmasked, _masked):
            if judge is _masked and not self._routes(question):
                continue
            cause = judge(self.cluster, question, path)
            if cause is not None:
                yield self._tracer.finding(cause, likely=judge is _unmasked or bool(path.gaps))

    def _routes(self, question: Question) -> bool:
        """Say whether a host has a route to where a packet goes that somebody made for pods: by a next hop, or through a tunnel.

        By its default route, and for an address of the nodes' own network, a host must hide its containers.
        """
        way = lookup(self._tracer.walker, question.host, question.packet)
        hop = way.hops[0] if way.hops else None
        if way.entry is None or not way.entry.row.dst_len or hop is None:
            return False
        link = self.cluster.netns(question.host).links.get(hop.dev or "")
        return hop.via is not None or (
            link is not None and link.row.kind not in {None, "veth", "bridge", "macvlan", "vlan", "bond"}
        )

    def unreached(self, host: int) -> Iterator[Finding]:
        """Yield the rules that accept, and come after one that stops their packets."""
        yield from (self._tracer.finding(cause, likely=False) for cause in never_reached.causes(self.cluster, host))

    def unmet(self, host: int) -> Iterator[Finding]:
        """Yield that kube-proxy's rules mark packets for masquerading, and none masquerades them."""
        found = (masquerades.unmet(self._tracer.walker, host, family) for family in (4, 6))
        yield from (self._tracer.finding(cause, likely=False) for cause in found if cause is not None)

    def bridged(self, host: int) -> Iterator[Finding]:
        """Yield what rules for routed packets do to those that pass from one port of a bridge to another (br_netfilter)."""
        netns = self.cluster.netns(host)
        for name in sorted(self.bridges(host)):
            ports = [link.row.name for link in netns.ports.get(name, ()) if link.row.up is not False]
            if len(ports) < 2 or not filtered(netns, name):  # noqa: PLR2004 - a frame needs two ports
                continue
            near = [held.row.address for held in netns.addresses.get(name, ()) if held.row.family == V4] or [_NOBODY]
            packet = _packet(Ip(near[0] + 7), Ip(near[0] + 8))
            for passed in self._crossed(host, name, (ports[0], ports[1]), packet):
                end = passed.end.end if isinstance(passed.end, Complain) else passed.end
                stop = cause_of(self._tracer.walker, end) if end is not None else None
                if stop is not None and stop.check not in _NAMED:
                    said = f"between ports of {name}: {stop.summary}"
                    check = stop.check if stop.check in {_MIXED, "docker-icc-off"} else "brnf-filters-unrelated-bridge"
                    cause = stop._replace(check=check, summary=said)
                    yield self._tracer.finding(cause, likely=any(gap.diverts for gap in passed.gaps))

    def _crossed(self, host: int, bridge: str, ports: tuple[str, str], packet: Packet) -> Iterator[Passed]:
        """Yield what the hooks that br_netfilter calls make of a packet between two ports."""
        walk, (into, out) = self._tracer.walker, ports
        for first in pass_hook(walk, host, Hook.PREROUTING, packet, Carry(), into=bridge, physin=into):
            if first.end is None:
                yield from pass_hook(
                    walk, host, Hook.FORWARD, first.packet, first.carry, into=bridge, out=bridge, physin=into, physout=out
                )


def _idle(cause: Cause) -> bool:
    """Say whether a policy's rule has stopped nothing yet: then it is a policy, and no answer to anybody's question."""
    hits = [row for row in cause.rows if isinstance(row, RuleHit)]
    return cause.check == "networkpolicy-drop" and bool(hits) and hits[-1].packets == 0


def _masking(path: Path, question: Question) -> Step | None:
    """Return where a rule of the host gave a packet another source; none where no rule did."""
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
    """Say whether a packet came past a host's last hook."""
    end = path.end
    domains = {domain_of(step.facts) for step in path.steps if step.ns == host}
    stopped = end.cause is not None or (end.gap is not None and end.gap.diverts and end.gap.either)
    left = not domains.isdisjoint({Domain.NEIGHBOUR, Domain.UNDERLAY, Domain.FDB})
    return end.ns != host or left or (Domain.ROUTE in domains and not stopped)


def _unmasked(cluster: Cluster, question: Question, path: Path) -> Cause | None:
    """Return what is wrong with a packet that leaves the cluster with an address that nobody outside knows."""
    packet = question.packet
    if not question.outside or not _private(packet.src) or not _left(path, question.host):
        return None
    if unseen(cluster, question.host, packet.family):
        return None
    if _masking(path, question) is not None:
        return None
    node = cluster.netns(question.host).node
    said = f"what pods send outside leaves {node} with their own IPv{packet.family} address"
    why = "Outside nobody has a route to such an address, unless the network there knows the pods: no answer comes back."
    tool = "iptables" if packet.family == V4 else "ip6tables"
    rule = f"{tool} -t nat -A POSTROUTING -s PODS ! -d PODS -j MASQUERADE   (PODS: the cluster's network of pods)"
    return Cause("masquerade-missing", question.host, said, why, (), ("restart the CNI's agent, or Docker: each writes its rule",
                 rule))  # fmt: skip


def _masked(cluster: Cluster, question: Question, path: Path) -> Cause | None:
    """Return what is wrong with a packet between pods that comes with the node's address."""
    masking = _masking(path, question)
    if not question.peer or masking is None or not isinstance(masking.packet, Packet):
        return None
    node = cluster.netns(question.host).node
    said = f"what pods on {node} send to pods of other nodes comes from {ip_text(masking.packet.src)}, not from them"
    return Cause(_MASKED, question.host, said, "Policies on the other side take it for the node, and so do logs.", masking.rows,
                 ("except the pods' own networks from the rule that masquerades: `! -d` them",))  # fmt: skip


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
