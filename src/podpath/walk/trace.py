"""A flow there and back: the first packet, its answer, and what the two legs say together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from shlex import quote
from typing import Any, Final

from podpath.snapshot.evidence import Witness
from podpath.state.address import V4, V4_BASE, Ip, family_of, ip_text, is_link_local
from podpath.state.evidence import Unknown
from podpath.state.finding import Confidence, Evidence, Finding, Severity, weigh
from podpath.state.render import line_of
from podpath.state.step import Ended, domain_of
from podpath.state.trace import Branch, Left, Leg, Trace, TraceStep, Verdict
from podpath.walk.answer_sources import STRANGER, answer_sources
from podpath.walk.cluster import Cluster
from podpath.walk.diagnosis.cause import diagnosed
from podpath.walk.diagnosis.contradictions import Contradictions
from podpath.walk.diagnosis.relays import Relay, relayed, relays
from podpath.walk.diagnosis.roots import rooted
from podpath.walk.diagnosis.services import compare
from podpath.walk.diagnosis.standing import standing
from podpath.walk.diagnosis.teach import teach
from podpath.walk.endpoints import Endpoint, EndpointError, addresses, endpoint
from podpath.walk.events import Cause, Gap, Outcome, Path, Send, Step, gap_of
from podpath.walk.host.routes import choose_sources, lookup, lookups, no_route
from podpath.walk.host.source_ports import none_left
from podpath.walk.namespace import UNSHOWN, Entry, Namespace
from podpath.walk.netfilter import RuleHit
from podpath.walk.outside import arrival
from podpath.walk.outside import remark as outside
from podpath.walk.packet import ECHO_REPLY, ECHO_REQUEST, Frame, Packet, known_port
from podpath.walk.unseen import remark
from podpath.walk.walker import Walker

SOURCE_PORT: Final = 40000
"""Port of the sender where none is asked for: one of the ephemeral range, so that rules on ports have something to compare."""
_LENGTHS: Final = {"icmp": 84, "icmpv6": 104, "tcp": 60, "udp": 60, "sctp": 60}
_ECHO: Final = {"icmp": 0x1234, "icmpv6": 0x1234}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is to be traced.

    Attributes:
        source: the sender.
        destination: the receiver.
        proto: icmp, tcp, udp or sctp.
        port: destination port; none for ICMP.
        source_port: source port.
        size: bytes of the whole IP packet; none for what a first packet usually has.
        dont_fragment: routers must not cut it.
        explain: each step teaches.
        family: 4 or 6 where a name leaves it open; none prefers IPv4.
    """

    source: Endpoint
    destination: Endpoint
    proto: str = "icmp"
    port: int | None = None
    source_port: int = SOURCE_PORT
    size: int | None = None
    dont_fragment: bool = False
    explain: bool = False
    family: int | None = None

    def between(self, source: Endpoint, destination: Endpoint) -> "Ask":
        """Return the same question for other ends."""
        return replace(self, source=source, destination=destination)


class Tracer:
    """Traces flows through one snapshot.

    Args:
        cluster: the snapshot.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.walker = Walker(cluster)
        self._witness = Witness(cluster.store)
        self._contradictions = Contradictions(cluster.store)

    # -- the two legs --------------------------------------------------------------------------------

    def trace(self, ask: Ask) -> Trace:
        """Follow the first packet there, and the answer back.

        Raises:
            EndpointError: the two ends have no family in common, or the sender was not captured.
        """
        ns, dst = self._there(ask)
        packet = self._first(ask, dst)
        sent = self._sent(ask, ns, packet)
        forward = tuple(joined for path in sent for joined in self._onward(diagnosed(self.walker, path)))
        there = self._leg(forward, ask)
        reply, back = (
            self._back(forward, ask, ns, packet) if there.verdict in {Verdict.DELIVERED, Verdict.UNKNOWN} else ((), None)
        )
        return self._both(ask, self._sourced(ns, packet), (forward, there), (reply, back))

    def _sent(self, ask: Ask, ns: int | None, packet: Packet) -> tuple[Path, ...]:
        """Return all ways of the first packet; one from outside is met where it arrives."""
        if ns is None:
            return self.walker.follow(arrival(self.walker, ask.source.name, packet))
        portless = none_left(self.cluster.netns(ns), ns, packet) if ask.source_port == SOURCE_PORT else None
        return (Path(portless),) if portless is not None else self.forward(ns, packet)

    def _sourced(self, ns: int | None, packet: Packet) -> Packet:
        """Return the packet as it is shown: with the source that it most likely gets."""
        if packet.src != Ip(0) or ns is None:
            return packet
        likely = max(choose_sources(self.walker, ns, packet), key=lambda source: source[1], default=None)
        return packet if likely is None else replace(packet, src=likely[0])

    def _there(self, ask: Ask) -> tuple[int | None, Ip]:
        ns, target = ask.source.ns, ask.destination
        if ns is None and ask.source.address is None:
            raise EndpointError(f"{ask.source.name} is in no captured namespace: a trace begins where the packet is sent")
        if target.address is not None and target.second is None:
            return ns, target.address
        own = addresses(self.cluster.netns(ns)) if ns is not None else []
        ours = {family_of(ip) for ip in ([ask.source.address] if ask.source.address else own)}
        if target.address is not None and target.second is not None:
            theirs = [target.address, target.second]
        else:
            assert target.ns is not None  # noqa: S101 - a name always means a namespace
            theirs = addresses(self.cluster.netns(target.ns))
        wanted = {ask.family} if ask.family else ours
        fitting = [ip for ip in theirs if family_of(ip) in wanted]
        if not theirs:
            raise EndpointError(f"{target.name} has no address that others could reach")
        if not fitting:
            raise EndpointError(f"{target.name} has {_families(theirs)} only, and {ask.source.name} has not: no family in common")
        return ns, fitting[0]

    def _first(self, ask: Ask, dst: Ip) -> Packet:
        proto = "icmpv6" if ask.proto == "icmp" and family_of(dst) != V4 else ask.proto
        if ask.source.address is not None and family_of(ask.source.address) != family_of(dst):
            raise EndpointError(f"{ip_text(ask.source.address)} and {ip_text(dst)} are of different families")
        length = ask.size or _LENGTHS.get(proto, 60)
        if proto in ECHO_REQUEST:
            blank = Packet(
                Ip(0), dst, proto, _ECHO[proto], None, ECHO_REQUEST[proto], 0, length=length, dont_fragment=ask.dont_fragment
            )
        else:
            flags = frozenset(("SYN",)) if proto == "tcp" else frozenset[str]()
            blank = Packet(
                Ip(0),
                dst,
                proto,
                ask.source_port,
                ask.port,
                flags=flags,
                length=length,
                dont_fragment=ask.dont_fragment or proto == "tcp",
            )
        return replace(blank, src=ask.source.address) if ask.source.address is not None else blank

    def forward(self, ns: int, packet: Packet) -> tuple[Path, ...]:
        """Return all ways of the first packet."""
        if packet.src != Ip(0):
            return self.walker.follow(Send(ns, packet))
        sources = choose_sources(self.walker, ns, packet)
        if not sources:
            way = lookup(self.walker, ns, packet)
            if way.unknown or way.error is None:
                return self._sourceless(ns, packet)
            return (Path(no_route(self.walker, ns, packet, way)),)
        return tuple(
            path._replace(share=path.share * share * chance, gaps=(*path.gaps, *gaps))
            for src, share in sources
            for late, chance, gaps in lookups(self.walker, ns, replace(packet, src=src))
            for path in self.walker.follow(Send(ns, replace(packet, src=src), late=late))
        )

    def _sourceless(self, ns: int, packet: Packet) -> tuple[Path, ...]:
        """Return the ways of a packet for which there is no source address: IPv4 sends it from 0.0.0.0, IPv6 does not."""
        node = self.cluster.netns(ns).node
        cause = Cause("source-address-missing", ns, f"{node} has no address to send from", "Nobody could answer it.", ())
        if packet.family != V4:
            return (
                Path(Outcome(Verdict.UNREACHABLE, "there is no source address for it", ns, error="EADDRNOTAVAIL", cause=cause)),
            )
        ways = self.walker.follow(Send(ns, replace(packet, src=Ip(V4_BASE))))
        return tuple(
            path if path.end.verdict is Verdict.UNKNOWN else path._replace(end=replace(path.end, cause=cause)) for path in ways
        )

    def _onward(self, path: Path) -> tuple[Path, ...]:
        """Walk on where docker-proxy has taken the packet: its own connection to the container must come about, too."""
        if path.end.verdict is not Verdict.DELIVERED:
            return (path,)
        relay = next((one for one in relays(self.cluster, path.end) if one.is_on_host and one.behind is not None), None)
        if relay is None or relay.behind is None:
            return (path,)
        host, port = path.end.ns, relay.behind
        try:
            asked = Ask(
                source=Endpoint(self.cluster.netns(host).node, host), destination=endpoint(self.cluster, port.container),
                proto=port.proto, port=port.port,
            )  # fmt: skip
            _, dst = self._there(asked)
        except EndpointError:
            missing = f"whether {relay.name} reaches {port.container}, which was not captured"
            gap = gap_of(host, self.cluster, missing, f"docker exec {quote(port.container)} ip -d address")
            return (path._replace(gaps=(*path.gaps, gap)),)
        return tuple(_joined(path, leg, relay) for leg in self._there_and_back(asked, host, self._first(asked, dst)))

    def _there_and_back(self, ask: Ask, ns: int, packet: Packet) -> Iterator[Path]:
        """Yield how a packet and its answer fare together; those that arrive are one path."""
        for there in (diagnosed(self.walker, path) for path in self.forward(ns, packet)):
            if there.end.verdict is not Verdict.DELIVERED:
                yield there
                continue
            for back in (diagnosed(self.walker, path) for path in self.answers(there, ask, ns, packet)):
                gaps, steps = (*there.gaps, *back.gaps), (*there.steps, *back.steps)
                yield back._replace(share=back.share * there.share, gaps=gaps, steps=steps)

    def answers(self, path: Path, ask: Ask, ns: int | None, sent: Packet) -> tuple[Path, ...]:
        """Return all ways of the answer to a packet that arrived."""
        packet = path.end.packet
        assert packet is not None  # noqa: S101 - what arrived is a packet
        answer = replace(
            packet,
            src=packet.dst,
            dst=packet.src,
            sport=packet.dport,
            dport=packet.sport,
            ttl=64,
            mark=0,
            awaited=True,
            length=ask.size or packet.length,
        )
        if packet.proto in ECHO_REQUEST:
            # The kernel lets routers cut its own answers (icmp_sk_init).
            answer = replace(answer, icmp_type=ECHO_REPLY[packet.proto], sport=packet.sport, dport=None, dont_fragment=False)
        elif packet.proto == "tcp":
            answer = replace(answer, flags=frozenset(("SYN", "ACK")))
        asked = (sent.dst, known_port(sent.dport)) if sent.proto not in ECHO_REQUEST else (sent.dst, None)
        # An address of a link has a meaning on the link it came by only (icmpv6_echo_reply, tcp_v6_conn_request).
        oif = path.end.dev if is_link_local(answer.dst) else None
        return tuple(
            source.named(self._recognized(back, ns, asked), answer.src)._replace(
                share=back.share * source.share, gaps=(*back.gaps, *source.gaps)
            )
            for source in answer_sources(self.walker, path.end, answer)
            for back in self.walker.follow(Send(path.end.ns, replace(answer, src=source.address), path.end.carry, oif))
        )

    def _recognized(self, back: Path, ns: int | None, asked: tuple[Ip, int | None]) -> Path:
        """Return the way of an answer; one that comes from another address than was asked, or to another host, is nobody's."""
        packet = back.end.packet
        came = (packet.src, known_port(packet.sport) if asked[1] is not None else None) if packet is not None else None
        if came is None or packet is None:
            return back
        if ns is None:
            return self._recognized_outside(back, came, asked)
        if back.end.verdict is not Verdict.DELIVERED or (came == asked and back.end.ns == ns):
            return back
        node = self.cluster.netns(ns).node
        said = f"the answer comes from {_socket(came)}, and {node} waits for one from {_socket(asked)}"
        if back.end.ns != ns:
            said = f"the answer arrives at {_name(self.cluster.netns(back.end.ns))}, which did not ask"
        why = "An address was changed on the way there, and the answer did not come back by where that could be undone."
        owners = {owner for owner, _ in self.cluster.owners(packet.dst)}
        if back.end.ns != ns and back.end.ns in owners and len(owners) > 1:
            there = _name(self.cluster.netns(back.end.ns))
            said = f"{ip_text(packet.dst)}, from where it was asked, is also an address of {there}, which gets the answer"
            cause = Cause("duplicate-address", back.end.ns, said, "It has asked nothing, and throws the answer away.")
            return back._replace(end=replace(back.end, verdict=Verdict.DROPPED, reason=said, cause=cause))
        cause = Cause(STRANGER, back.end.ns, said, why)
        return back._replace(end=replace(back.end, verdict=Verdict.DROPPED, reason=said, cause=cause))

    def _recognized_outside(self, back: Path, came: tuple[Ip, int | None], asked: tuple[Ip, int | None]) -> Path:
        """Return the way of an answer that leaves for a sender who was not captured."""
        if not back.end.left or came == asked:
            return back
        said = f"the answer leaves as {_socket(came)}, and the sender waits for one from {_socket(asked)}"
        cause = Cause(STRANGER, back.end.ns, said, "Who asked throws it away.")
        return back._replace(end=replace(back.end, verdict=Verdict.DROPPED, reason=said, cause=cause, gap=None, left=False))

    def _back(self, forward: Sequence[Path], ask: Ask, ns: int | None, packet: Packet) -> tuple[tuple[Path, ...], Leg | None]:
        paths = [
            back._replace(share=back.share * path.share)
            for path in forward
            if path.end.verdict is Verdict.DELIVERED
            for back in (diagnosed(self.walker, back) for back in self.answers(path, ask, ns, packet))
        ]
        return (tuple(paths), self._leg(paths, ask)) if paths else ((), None)

    def _both(
        self, ask: Ask, packet: Packet, there: tuple[Sequence[Path], Leg], back: tuple[Sequence[Path], Leg | None]
    ) -> Trace:
        forward, reply = there[1], back[1]
        verdict, worst = forward.verdict, forward.worst
        if (
            reply is not None
            and forward.verdict in {Verdict.DELIVERED, Verdict.UNKNOWN}
            and reply.verdict is not Verdict.DELIVERED
        ):
            if forward.verdict is Verdict.DELIVERED or reply.verdict is not Verdict.UNKNOWN:
                verdict, worst = reply.verdict, reply.worst
            if forward.verdict is Verdict.UNKNOWN and any(gap.diverts for path in there[0] for gap in path.gaps):
                verdict = Verdict.UNKNOWN
        if forward.verdict is Verdict.DELIVERED and verdict in {Verdict.UNREACHABLE, Verdict.TOO_BIG, Verdict.REFUSED}:
            verdict = Verdict.DROPPED  # the answering host hears of it; the one that asked does not
        unknowns = _merged(branch.unknowns for leg in (forward, reply) if leg is not None for branch in leg.branches)
        assumed = tuple(
            dict.fromkeys(word for leg in (forward, reply) if leg is not None for b in leg.branches for word in b.assumed)
        )
        error = forward.worst.error if forward.verdict is not Verdict.DELIVERED else ""
        cause = worst.cause if verdict is not Verdict.UNKNOWN else None
        remarks = (*self._remarks(there[0], back[0]), *self._back_ends(there[0], packet.family), *self._unseen(there[0]))
        if ask.source.ns is None:
            remarks = (*remarks, outside(self.walker, ask.source.name, packet))
        return Trace(
            ask.source.name,
            ask.destination.name,
            describe(packet),
            verdict,
            error,
            cause,
            forward,
            reply,
            remarks,
            unknowns,
            assumed,
            tuple(self._compared(there[0], packet, cause)),
        )

    def _compared(self, paths: Sequence[Path], packet: Packet, cause: Finding | None) -> Iterator[Finding]:
        """Yield where rules and objects of the service that was asked differ, but what is the cause anyway."""
        for found in compare(self.cluster, paths, packet):
            finding = self.finding(found, likely=False)
            if cause is None or (finding.check, finding.node, finding.evidence[:1]) != (
                cause.check,
                cause.node,
                cause.evidence[:1],
            ):
                yield finding

    # -- from paths to words -------------------------------------------------------------------------

    def _leg(self, paths: Sequence[Path], ask: Ask) -> Leg:
        if len({(path.end.verdict, path.end.error) for path in paths}) == 1:
            # Whatever it is that nobody knows: all ways end alike.
            paths = _folded(paths)
            paths = [path._replace(gaps=tuple(gap for gap in path.gaps if not gap.either)) for path in paths]
        branches = sorted((self._branch(path, ask) for path in paths), key=lambda branch: -branch.verdict.rank)
        shares = [branch.probability for branch in branches if branch.verdict is branches[0].verdict]
        total = sum(share for share in shares if share is not None) if None not in shares else None
        return Leg(branches[0].verdict, total, tuple(branches))

    def _branch(self, path: Path, ask: Ask) -> Branch:
        gaps = [*path.gaps, *([path.end.gap] if path.end.gap is not None else [])]
        gaps += dict.fromkeys(self._contradictions.gaps(self.cluster, path.steps))
        assumed = self.cluster.assumed
        open_ = [gap for gap in gaps if gap.assumption not in assumed]
        verdict = judged(path.end.verdict, open_)
        steps = tuple(self._step(step, ask) for step in path.steps)
        root = rooted(self.walker, path)
        cause = self.finding(root, likely=bool(open_)) if root is not None else None
        if cause is None and verdict not in {Verdict.DELIVERED, Verdict.UNKNOWN}:
            cause = self.finding(Cause(str(verdict), path.end.ns, path.end.reason), likely=bool(open_))
        last = self._step(_last(path.end), ask)
        return Branch(
            verdict,
            float(path.share),
            (*steps, last),
            path.end.error if verdict is path.end.verdict else "",
            path.mtu,
            cause,
            _merged([tuple(gap.unknown for gap in open_)]),
            tuple(dict.fromkeys(gap.assumption for gap in gaps if gap.assumption in assumed)),
            self._left(path) if verdict is Verdict.UNKNOWN else None,
        )

    def _left(self, path: Path) -> Left | None:
        """Return where a packet leaves the captured nodes; none where it does not."""
        end = path.end
        if not end.left or end.packet is None:
            return None
        return Left(self.cluster.netns(end.ns).node, end.dev, ip_text(end.packet.src))

    def _step(self, step: Step, ask: Ask) -> TraceStep:
        netns = self.cluster.netns(step.ns)
        return TraceStep(
            netns.node,
            netns.label,
            step.dev,
            step.facts,
            describe(step.packet) if step.packet else "",
            tuple(self._evidence(step.ns, held) for held in step.rows if _is_shown(held)),
            teach(domain_of(step.facts)) if ask.explain else "",
        )

    def _evidence(self, ns: int, held: "Entry[Any] | RuleHit") -> Evidence:
        if isinstance(held, RuleHit):
            return self._of_rule(ns, held)
        if held.rowid < 0:
            netns = self.cluster.netns(ns)
            return Evidence(netns.node, netns.label, "what if", line_of(held.row))
        return self._witness.shown(ns, held.source, held.line, held.row)

    def _of_rule(self, ns: int, hit: RuleHit) -> Evidence:
        netns = self.cluster.netns(ns)
        shown = self._witness.at(hit.source, hit.line) if hit.source else None
        # The line itself, with its counters; a policy stands in the chain's own line.
        if shown is not None and (hit.text in shown.line or (not hit.number and _declares(hit, shown.line))):
            return shown._replace(command=hit.command)
        counter = f"[{hit.packets}] " if hit.packets is not None else ""
        file, line = (shown.file, hit.line) if shown is not None and shown.file else (None, None)
        return Evidence(netns.node, netns.label, hit.command, f"{counter}{hit.text}", file, line)

    def finding(self, cause: Cause, *, likely: bool) -> Finding:
        """Return a cause as a finding, with the lines that show it.

        Args:
            cause: what ended a way.
            likely: something that could tell otherwise was not seen.
        """
        netns = self.cluster.netns(cause.ns)
        kind, _, name = netns.label.partition(":")
        on = f"on {quote(netns.node)}, in {kind} {quote(name)}: " if netns.label else f"on {quote(netns.node)}: "
        evidence = tuple(self._evidence(cause.ns, held) for held in cause.rows if _is_shown(held))
        confidence = Confidence.LIKELY if likely or cause.likely else Confidence.PROVEN
        found = Finding(
            cause.check,
            Severity.ERROR,
            confidence,
            netns.node,
            netns.label,
            cause.summary,
            cause.why,
            evidence,
            tuple(f"{on}{line}" for line in cause.fix),
        )
        return weigh(found)

    def _remarks(self, forward: Iterable[Path], reply: Iterable[Path]) -> Iterator[str]:
        """Yield what is worth knowing although it works: an end that asks on, an answer that takes another way."""
        there, back = next(iter(forward), None), next(iter(reply), None)
        if there is not None and there.end.verdict is Verdict.DELIVERED:
            yield from standing(self.cluster, there.end)
        if there is not None:
            yield from relayed(self.cluster, there.end)
        if there is None or back is None:
            return
        out, home = _places(there), _places(back)
        if out != home[::-1]:
            names = [_name(self.cluster.netns(ns)) for ns in home]
            yield f"the answer takes another way than the packet: {' → '.join(names)}"

    def _unseen(self, paths: Iterable[Path]) -> Iterator[str]:
        """Yield what is assumed of the ends that were not captured."""
        met = dict.fromkeys(ns for path in paths for ns in _places(path))
        ends = [unseen for ns in met if (unseen := self.cluster.unseen(ns)) is not None]
        if ends:
            yield remark(ends)

    def _back_ends(self, paths: Iterable[Path], family: int) -> Iterator[str]:
        """Yield where both kinds of iptables have rules: each shows its own half, and the kernel asks both."""
        for ns in dict.fromkeys(ns for path in paths for ns in _places(path)):
            counts = self.cluster.rules(ns).counts(family)
            if {"legacy", "iptables-nft"} <= counts.keys():
                tool = "iptables" if family == V4 else "ip6tables"
                yield (
                    f"both back ends of {tool} have rules on {_name(self.cluster.netns(ns))}: {counts['legacy']} of {tool}-legacy"
                    f" and {counts['iptables-nft']} of {tool}-nft; the kernel asks both, and each tool shows its own"
                )


def _joined(path: Path, leg: Path, relay: Relay) -> Path:
    """Return the way of a packet that a proxy took, as the proxy's own connection fares."""
    joined = path._replace(share=path.share * leg.share, gaps=(*path.gaps, *leg.gaps))
    end = leg.end
    if end.verdict is Verdict.DELIVERED:
        return joined
    assert relay.behind is not None  # noqa: S101 - the caller looked
    reason = f"{relay.name} takes it, and does not reach {relay.behind.container}: {end.reason}"
    verdict, error = end.verdict, ""
    if verdict is Verdict.REFUSED:
        error = "ECONNRESET"
    elif verdict is not Verdict.UNKNOWN:
        verdict = Verdict.DROPPED
    return joined._replace(steps=(*path.steps, *leg.steps), end=replace(end, verdict=verdict, error=error, reason=reason))


def _declares(hit: RuleHit, line: str) -> bool:
    """Say whether a line is where a program prints the policy of a chain."""
    return line.startswith((f":{hit.chain} ", f"Chain {hit.chain} ", f"Bridge chain: {hit.chain},")) or f"; {hit.text};" in line


def _name(netns: Namespace) -> str:
    return netns.label.partition(":")[2] or netns.node


def _socket(place: tuple[Ip, int | None]) -> str:
    ip, port = place
    return ip_text(ip) if port is None else f"{ip_text(ip)} port {port}"


def _is_shown(held: "Entry[Any] | RuleHit") -> bool:
    return isinstance(held, RuleHit) or held.rowid != UNSHOWN


def judged(verdict: Verdict, gaps: Sequence[Gap]) -> Verdict:
    """Return a verdict in the light of what is not known: nothing unknown is ever health, and what may divert decides all."""
    if any(gap.diverts for gap in gaps) or (verdict is Verdict.DELIVERED and gaps):
        return Verdict.UNKNOWN
    return verdict


def _folded(paths: Iterable[Path]) -> list[Path]:
    """Join paths that differ only by what nobody knows, and come to the very same end."""
    found: list[Path] = []
    for path in paths:
        open_ = any(gap.either for gap in path.gaps)
        at = next((at for at, other in enumerate(found) if open_ and other.end == path.end), None)
        if at is None:
            found.append(path)
        else:
            found[at] = found[at]._replace(share=found[at].share + path.share)
    return found


def _last(end: Outcome) -> Step:
    return Step(end.ns, end.dev, Ended(end.reason), end.packet, end.rows)


def _places(path: Path) -> list[int]:
    """Return the namespaces that a packet went through, in order."""
    places: list[int] = []
    for step in (*path.steps, _last(path.end)):
        if not places or places[-1] != step.ns:
            places.append(step.ns)
    return places


def _merged(found: Iterable[tuple[Unknown, ...]]) -> tuple[Unknown, ...]:
    return tuple(dict.fromkeys(unknown for group in found for unknown in group))


def _families(ips: Iterable[Ip]) -> str:
    return " and ".join(f"IPv{family}" for family in sorted({family_of(ip) for ip in ips}))


def describe(packet: Packet | Frame) -> str:
    """Return a packet in a few words."""
    if isinstance(packet, Frame):
        return describe(packet.content) if isinstance(packet.content, Packet) else "question"
    ports = packet.proto not in ECHO_REQUEST and known_port(packet.dport) is not None
    dst = f"[{ip_text(packet.dst)}]" if ports and packet.family != V4 else ip_text(packet.dst)
    to = f"{dst}:{packet.dport}" if ports else ip_text(packet.dst)
    return f"{ip_text(packet.src)} → {to} {packet.proto}"
