"""A flow there and back: the first packet, its answer, and what the two legs say together."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from shlex import quote
from typing import Final

from podpath.causes.addresses import duplicate_address, source_address_missing
from podpath.causes.services import answer_from_stranger
from podpath.language import tr
from podpath.state.address import V4, V4_BASE, Ip, family_of, ip_text, is_link_local
from podpath.state.finding import Confidence, Finding
from podpath.state.policing import Policed
from podpath.state.step import AddressTranslated
from podpath.state.trace import Leg, Sent, Trace, Verdict
from podpath.state.tun import TUNS
from podpath.walk.answer_sources import answer_sources
from podpath.walk.by_objects import traced as by_objects
from podpath.walk.cluster import Cluster
from podpath.walk.diagnosis.cause import diagnosed
from podpath.walk.diagnosis.policies import asked as asked_policies
from podpath.walk.diagnosis.policies import differences
from podpath.walk.diagnosis.relays import Relay, relays
from podpath.walk.diagnosis.services import compare
from podpath.walk.endpoints import Endpoint, EndpointError, addresses, endpoint
from podpath.walk.events import Diagnosis, Outcome, Path, Send, crossings, gap_of
from podpath.walk.host.routes import choose_sources, lookup, lookups, no_route
from podpath.walk.host.source_ports import none_left
from podpath.walk.legs import Legs, headers, merged
from podpath.walk.outside import arrival
from podpath.walk.outside import remark as outside
from podpath.walk.packet import ECHO_REPLY, ECHO_REQUEST, Packet, known_port
from podpath.walk.remarks import name_of, remarks
from podpath.walk.sightings import compare as compare_sightings
from podpath.walk.walker import Walker

SOURCE_PORT: Final = 40000
"""Source port if the user gives none: one of the ephemeral range, so that rules on ports can compare it."""
_LENGTHS: Final = {"icmp": 84, "icmpv6": 104, "tcp": 60, "udp": 60, "sctp": 60}
_ECHO: Final = {"icmp": 0x1234, "icmpv6": 0x1234}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is to be traced.

    Attributes:
        source: the sender.
        destination: the receiver.
        proto: icmp, tcp, udp or sctp.
        port: destination port, or None for ICMP.
        source_port: source port.
        size: bytes of the whole IP packet, or None for what a first packet usually has.
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
        """Return the same trace for other endpoints."""
        return replace(self, source=source, destination=destination)


class Tracer:
    """Traces flows through one snapshot.

    Args:
        cluster: the snapshot.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster
        self.walker = Walker(cluster)
        self._legs = Legs(self.walker)

    def finding(self, cause: Diagnosis, *, likely: bool) -> Finding:
        """Return a cause as a finding, with the lines that show it (:meth:`Legs.finding`)."""
        return self._legs.finding(cause, likely=likely)

    # -- the two legs --------------------------------------------------------------------------------

    def trace(self, ask: Ask) -> Trace:
        """Follow the first packet there, and the answer back.

        Raises:
            EndpointError: the two ends have no family in common, or the sender was not captured.
        """
        ns, dst = self._there(ask)
        packet = self._first(ask, dst)
        if ns is None and (told := by_objects(self.cluster, ask.source.name, ask.destination.name, packet)) is not None:
            return told
        sent = self._sent(ask, ns, packet)
        if self._reveals(sent, dst):
            sent = self._sent(ask, ns, packet)
        followed = (self._meant(ask, dst, diagnosed(self.walker, path)) for path in sent)
        forward = tuple(joined for path in followed for joined in self._onward(path, ask, ns, packet))
        there = self._legs.leg(forward, explain=ask.explain)
        reply, back = (
            self._back(forward, ask, ns, packet) if there.verdict in {Verdict.DELIVERED, Verdict.UNKNOWN} else ((), None)
        )
        return self._both(ask, self._sourced(ns, packet), (forward, there), (reply, back))

    def _reveals(self, sent: Iterable[Path], dst: Ip) -> bool:
        """Add the containers that a rule led a packet to, and that only the tables of their hosts show; say if there is one."""
        led = {
            step.facts.after
            for path in sent if path.end.verdict is Verdict.UNKNOWN
            for step in path.steps if isinstance(step.facts, AddressTranslated) and step.facts.end == "destination"
        }  # fmt: skip
        lost = [address for address in sorted(led - {dst}) if not self.cluster.owners(address)]
        return bool([unseen for address in lost if (unseen := self.cluster.behind_a_cable(address)) is not None])

    def _sent(self, ask: Ask, ns: int | None, packet: Packet) -> tuple[Path, ...]:
        """Return all paths of the first packet; one from outside begins where it arrives."""
        if ns is None:
            return self.walker.follow(arrival(self.walker, ask.source.name, packet))
        portless = none_left(self.cluster.netns(ns), ns, packet) if ask.source_port == SOURCE_PORT else None
        return (Path(portless),) if portless is not None else self.forward(ns, packet)

    def _meant(self, ask: Ask, dst: Ip, path: Path) -> Path:
        """Return the path of a packet for a named end; it is lost if another owner of the address gets it."""
        meant, end = ask.destination.ns, path.end
        if meant in {None, end.ns} or end.verdict is not Verdict.DELIVERED or end.packet is None or end.packet.dst != dst:
            return path
        owners = dict(self.cluster.owners(dst))
        if meant not in owners or end.ns not in owners:
            return path
        alone = all(self._is_tun(ns, owners[ns]) for ns in (meant, end.ns)) and end.ns == ask.source.ns
        there, name = name_of(self.cluster.netns(end.ns)), ask.destination.name
        words = (
            duplicate_address.behind_processes(ip_text(dst), name)
            if alone
            else duplicate_address.not_meant(ip_text(dst), there, name)
        )
        cause = Diagnosis(words, end.ns)
        return path._replace(end=replace(end, verdict=Verdict.DROPPED, reason=words.summary, cause=cause))

    def _is_tun(self, ns: int, dev: str) -> bool:
        link = self.cluster.netns(ns).links.get(dev)
        return link is not None and link.row.kind in TUNS

    def _sourced(self, ns: int | None, packet: Packet) -> Packet:
        """Return the packet as shown: with its most likely source address."""
        if packet.src != Ip(0) or ns is None:
            return packet
        likely = max(choose_sources(self.walker, ns, packet), key=lambda source: source[1], default=None)
        return packet if likely is None else replace(packet, src=likely[0])

    def _there(self, ask: Ask) -> tuple[int | None, Ip]:
        ns, target = ask.source.ns, ask.destination
        if ns is None and ask.source.address is None:
            raise EndpointError(
                tr("no captured namespace has {name}: a trace begins where the packet is sent", name=ask.source.name)
            )
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
            raise EndpointError(tr("{name} has no address that others could reach", name=target.name))
        if not fitting:
            raise EndpointError(
                tr(
                    "{name} has only {theirs}, and {sender} does not: no family in common",
                    name=target.name,
                    theirs=_families(theirs),
                    sender=ask.source.name,
                )
            )
        return ns, fitting[0]

    def _first(self, ask: Ask, dst: Ip) -> Packet:
        proto = "icmpv6" if ask.proto == "icmp" and family_of(dst) != V4 else ask.proto
        if ask.source.address is not None and family_of(ask.source.address) != family_of(dst):
            raise EndpointError(
                tr("{address} and {dst} are of different families", address=ip_text(ask.source.address), dst=ip_text(dst))
            )
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
        """Return all paths of the first packet."""
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
        """Return the paths of a packet for which there is no source address: IPv4 sends it from 0.0.0.0, IPv6 does not."""
        node = self.cluster.netns(ns).node
        cause = Diagnosis(source_address_missing.none_at_all(node), ns)
        if packet.family != V4:
            return (
                Path(
                    Outcome(Verdict.UNREACHABLE, tr("there is no source address for it"), ns, error="EADDRNOTAVAIL", cause=cause)
                ),
            )
        ways = self.walker.follow(Send(ns, replace(packet, src=Ip(V4_BASE))))
        return tuple(
            path if path.end.verdict is Verdict.UNKNOWN else path._replace(end=replace(path.end, cause=cause)) for path in ways
        )

    def _onward(self, path: Path, ask: Ask, ns: int | None, sent: Packet) -> tuple[Path, ...]:
        """Continue after a userspace proxy has taken the packet: its own connection to the container must succeed, too.

        A proxy accepts a TCP connection once its handshake is complete: where the client hears nothing, the proxy does neither.
        """
        if path.end.verdict is not Verdict.DELIVERED:
            return (path,)
        relay = next((one for one in relays(self.cluster, path.end) if one.behind is not None), None)
        if relay is None or relay.behind is None:
            return (path,)
        if sent.proto == "tcp" and not any(
            back.end.verdict in {Verdict.DELIVERED, Verdict.UNKNOWN} for back in self.answers(path, ask, ns, sent)
        ):
            return (path,)
        host, port = path.end.ns, relay.behind
        try:
            container = endpoint(self.cluster, port.container)
            # A rootless engine's proxy has a part of itself in the container, which asks from there.
            source = Endpoint(self.cluster.netns(host).node, host) if relay.is_on_host else container
            family = None if relay.is_on_host else V4  # rootlesskit asks an address of IPv4
            asked = Ask(source=source, destination=container, proto=port.proto, port=port.port, family=family)
            asker, dst = self._there(asked)
        except EndpointError:
            missing = tr(
                "whether {name} reaches {container}: its address was not captured", name=relay.name, container=port.container
            )
            gap = gap_of(host, self.cluster, missing, f"docker exec {quote(port.container)} ip -d address")
            return (path._replace(gaps=(*path.gaps, gap)),)
        asker = host if asker is None else asker
        return tuple(_joined(path, leg, relay) for leg in self._there_and_back(asked, asker, self._first(asked, dst)))

    def _there_and_back(self, ask: Ask, ns: int, packet: Packet) -> Iterator[Path]:
        """Yield the result of a packet with its reply; those that arrive are one path."""
        for there in (diagnosed(self.walker, path) for path in self.forward(ns, packet)):
            if there.end.verdict is not Verdict.DELIVERED:
                yield there
                continue
            for back in (diagnosed(self.walker, path) for path in self.answers(there, ask, ns, packet)):
                gaps, steps = (*there.gaps, *back.gaps), (*there.steps, *back.steps)
                met = crossings((there, back))
                yield back._replace(share=back.share * there.share, gaps=gaps, steps=steps, crossings=met)

    def answers(self, path: Path, ask: Ask, ns: int | None, sent: Packet) -> tuple[Path, ...]:
        """Return all paths of the answer to a packet that arrived."""
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
        """Return the path of a reply; no socket takes a reply from another address than the request's, or to another host."""
        packet = back.end.packet
        came = (packet.src, known_port(packet.sport) if asked[1] is not None else None) if packet is not None else None
        if came is None or packet is None:
            return back
        if ns is None:
            return self._recognized_outside(back, came, asked)
        if back.end.verdict is not Verdict.DELIVERED or (came == asked and back.end.ns == ns):
            return back
        node = self.cluster.netns(ns).node
        said = tr(
            "the reply comes from {came}, but {node} expects one from {asked}",
            came=_socket(came),
            node=node,
            asked=_socket(asked),
        )
        if back.end.ns != ns:
            said = tr("the reply arrives at {ns}, which sent no request", ns=name_of(self.cluster.netns(back.end.ns)))
        why = tr("NAT changed an address on the forward path, and the reply did not pass the host that could translate it back.")
        owners = {owner for owner, _ in self.cluster.owners(packet.dst)}
        if back.end.ns != ns and back.end.ns in owners and len(owners) > 1:
            there = name_of(self.cluster.netns(back.end.ns))
            words = duplicate_address.answered(ip_text(packet.dst), there)
            cause = Diagnosis(words, back.end.ns)
            return back._replace(end=replace(back.end, verdict=Verdict.DROPPED, reason=words.summary, cause=cause))
        cause = Diagnosis(answer_from_stranger.unexpected(said, why), back.end.ns)
        return back._replace(end=replace(back.end, verdict=Verdict.DROPPED, reason=said, cause=cause))

    def _recognized_outside(self, back: Path, came: tuple[Ip, int | None], asked: tuple[Ip, int | None]) -> Path:
        """Return the path of an answer that leaves for a sender who was not captured."""
        if not back.end.left or came == asked:
            return back
        said = tr("the reply leaves as {came}, but the sender expects one from {asked}", came=_socket(came), asked=_socket(asked))
        cause = Diagnosis(answer_from_stranger.unexpected(said, tr("The client drops it.")), back.end.ns)
        return back._replace(end=replace(back.end, verdict=Verdict.DROPPED, reason=said, cause=cause, gap=None, left=False))

    def _back(self, forward: Sequence[Path], ask: Ask, ns: int | None, packet: Packet) -> tuple[tuple[Path, ...], Leg | None]:
        paths = [
            back._replace(share=back.share * path.share)
            for path in forward
            if path.end.verdict is Verdict.DELIVERED
            for back in (diagnosed(self.walker, back) for back in self.answers(path, ask, ns, packet))
        ]
        return (tuple(paths), self._legs.leg(paths, explain=ask.explain)) if paths else ((), None)

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
        unknowns = merged(branch.unknowns for leg in (forward, reply) if leg is not None for branch in leg.branches)
        assumed = tuple(
            dict.fromkeys(word for leg in (forward, reply) if leg is not None for b in leg.branches for word in b.assumed)
        )
        error = forward.worst.error if forward.verdict is not Verdict.DELIVERED else ""
        cause = worst.cause if verdict is not Verdict.UNKNOWN else None
        told = tuple(remarks(self.cluster, there[0], back[0], packet.family))
        if ask.source.ns is None:
            told = (*told, outside(self.walker, ask.source.name, packet))
        seen = compare_sightings(self.cluster, ask.source.ns, packet, there[0], verdict)
        if seen.contradicted and cause is not None:
            cause = cause._replace(confidence=Confidence.LIKELY)
        policies = asked_policies(self.cluster, there[0], packet)
        return Trace(
            ask.source.name,
            ask.destination.name,
            headers(packet),
            verdict,
            error,
            cause,
            forward,
            reply,
            (*seen.remarks, *told),
            unknowns,
            assumed,
            tuple(self._compared(there[0], packet, policies, cause)),
            self._sendable(ask, packet),
            policies=policies,
        )

    def _sendable(self, ask: Ask, packet: Packet) -> Sent | None:
        """Return what a real packet must be like, or None if the sender's namespace was not captured."""
        ns = ask.source.ns
        if ns is None:
            return None
        source = ip_text(ask.source.address) if ask.source.address is not None else None
        netns = self.cluster.netns(ns)
        return Sent(netns.label, self.cluster.inode(ns), netns.node, source, ip_text(packet.dst), ask.proto, ask.port)

    def _compared(
        self, paths: Sequence[Path], packet: Packet, policies: Sequence[Policed], cause: Finding | None
    ) -> Iterator[Finding]:
        """Yield where rules and objects of the service or of policies differ, except what is already the cause."""
        for found in (*compare(self.cluster, paths, packet), *differences(self.cluster, paths, policies)):
            finding = self._legs.finding(found, likely=False)
            if cause is None or (finding.check, finding.node, finding.evidence[:1]) != (
                cause.check,
                cause.node,
                cause.evidence[:1],
            ):
                yield finding


def _joined(path: Path, leg: Path, relay: Relay) -> Path:
    """Return the path of a packet that a proxy took, by the result of the proxy's own connection."""
    joined = path._replace(share=path.share * leg.share, gaps=(*path.gaps, *leg.gaps))
    end = leg.end
    if end.verdict is Verdict.DELIVERED:
        return joined
    assert relay.behind is not None  # noqa: S101 - the caller looked
    reason = tr(
        "{name} accepts it, but does not reach {container}: {reason}",
        name=relay.name,
        container=relay.behind.container,
        reason=end.reason,
    )
    verdict, error = end.verdict, ""
    answered = end.packet is not None and end.packet.awaited
    if verdict is Verdict.REFUSED or (end.error and not answered):
        error = "ECONNRESET"  # the proxy's connection fails, and it closes the client's
    if verdict not in {Verdict.REFUSED, Verdict.UNKNOWN}:
        verdict = Verdict.DROPPED
    failed = replace(end, verdict=verdict, error=error, reason=reason)
    return joined._replace(steps=(*path.steps, *leg.steps), end=failed, crossings=crossings((path, leg)))


def _socket(place: tuple[Ip, int | None]) -> str:
    ip, port = place
    return ip_text(ip) if port is None else tr("{ip} port {port}", ip=ip_text(ip), port=port)


def _families(ips: Iterable[Ip]) -> str:
    return tr(" and ").join(f"IPv{family}" for family in sorted({family_of(ip) for ip in ips}))
