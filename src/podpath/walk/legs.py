"""From the paths of a walk to what is reported: legs, branches, steps with their evidence, causes as findings."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from podpath.snapshot.evidence import Witness
from podpath.state.address import ip_text
from podpath.state.evidence import Unknown
from podpath.state.finding import Confidence, Evidence, Finding, Severity, Words, weigh
from podpath.state.render import line_of
from podpath.state.step import Ended, Facts, RouteMissing, SenderTold, SentByProcess, domain_of
from podpath.state.trace import Branch, Headers, Hop, Left, Leg, TraceStep, Verdict
from podpath.walk.device_kinds import kind_of
from podpath.walk.diagnosis.cause import reason
from podpath.walk.diagnosis.contradictions import Contradictions
from podpath.walk.diagnosis.teach import teach
from podpath.walk.events import Crossing, Diagnosis, Gap, Outcome, Path, Step
from podpath.walk.namespace import UNSHOWN, Entry
from podpath.walk.netfilter import RuleHit
from podpath.walk.packet import ECHO_REQUEST, Frame, Packet, known_port
from podpath.walk.walker import Walker
from podpath.wiring.engine_networks import among
from podpath.wiring.places import entrance

_STACKED: Final = frozenset(("vlan", "macvlan", "macvtap", "ipvlan", "ipvtap", "bond", "team"))
"""Devices that take frames from the one below them in the same round of __netif_receive_skb_core(): no tracepoint shows it."""


class Legs:
    """Reports paths.

    Args:
        walker: the walk.
    """

    def __init__(self, walker: Walker) -> None:
        self.walker, self.cluster = walker, walker.cluster
        self._witness = Witness(walker.cluster.store)
        self._contradictions = Contradictions(walker.cluster.store)

    def leg(self, paths: Sequence[Path], *, explain: bool) -> Leg:
        """Return all paths in one direction as a leg, the worst first.

        Args:
            paths: the paths.
            explain: each step teaches.
        """
        if len({(path.end.verdict, path.end.error) for path in paths}) == 1:
            # Whatever it is that nobody knows: all paths end alike.
            paths = _folded(paths)
            paths = [path._replace(gaps=tuple(gap for gap in path.gaps if not gap.either)) for path in paths]
        branches = sorted((self._branch(path, explain=explain) for path in paths), key=lambda branch: -branch.verdict.rank)
        shares = [branch.probability for branch in branches if branch.verdict is branches[0].verdict]
        total = sum(share for share in shares if share is not None) if None not in shares else None
        return Leg(branches[0].verdict, total, tuple(branches))

    def _branch(self, path: Path, *, explain: bool) -> Branch:
        gaps = [*path.gaps, *([path.end.gap] if path.end.gap is not None else [])]
        gaps += dict.fromkeys(self._contradictions.gaps(self.cluster, path.steps))
        assumed = self.cluster.assumed
        open_ = [gap for gap in gaps if gap.assumption not in assumed]
        verdict = judged(path.end.verdict, open_)
        steps = tuple(self._step(step, explain=explain) for step in path.steps)
        root = self._root(path)
        cause = self.finding(root, likely=bool(open_)) if root is not None else None
        if cause is None and verdict not in {Verdict.DELIVERED, Verdict.UNKNOWN}:
            words = Words(str(verdict), reason(self.walker, path.end))
            cause = self.finding(Diagnosis(words, path.end.ns, devices=(path.end.dev,)), likely=bool(open_))
        last = self._step(self._last(path.end), explain=explain)
        own = _own_steps(path)
        return Branch(
            verdict,
            float(path.share),
            (*steps, last),
            path.end.error if verdict is path.end.verdict else "",
            path.mtu,
            cause,
            merged([tuple(gap.unknown for gap in open_)]),
            tuple(dict.fromkeys(gap.assumption for gap in gaps if gap.assumption in assumed)),
            self._left(path) if verdict is Verdict.UNKNOWN else None,
            tuple(self._hop(one, len(path.steps), own) for one in path.crossings),
        )

    def _root(self, path: Path) -> Diagnosis | None:
        if path.end.cause is None:
            return None
        from podpath.walk.diagnosis.roots.order import rooted

        return rooted(self.walker, path)

    def _hop(self, crossing: Crossing, steps: int, own: range) -> Hop:
        """Return a packet at a device as it is reported: it begins to leave with the step before, and arrives with the next.

        What a process sends in its place has ports and marks of its own, and cannot be told from what else the process sends.
        """
        netns = self.cluster.netns(crossing.ns)
        link = netns.links.get(crossing.dev)
        kind = kind_of(netns, link) if link is not None else None
        inner = crossing.packet
        while inner.payload is not None:
            content = inner.payload.content if isinstance(inner.payload, Frame) else inner.payload
            if not isinstance(content, Packet):
                break
            inner = content
        return Hop(
            netns.node,
            netns.label,
            crossing.dev,
            crossing.out,
            max(0, crossing.at - 1) if crossing.out else min(crossing.at, steps),
            self.cluster.inode(crossing.ns),
            (crossing.out or kind not in _STACKED) and crossing.at in own,
            known_port(inner.dport),
        )

    def _left(self, path: Path) -> Left | None:
        """Return where a packet leaves the captured nodes, or None if it does not."""
        end = path.end
        if not end.left or end.packet is None:
            return None
        return Left(self.cluster.netns(end.ns).node, end.dev, ip_text(end.packet.src))

    def _last(self, end: Outcome) -> Step:
        return Step(end.ns, end.dev, Ended(reason(self.walker, end)), end.packet, end.rows)

    def _facts(self, step: Step) -> Facts:
        """Return the facts of a step; a reason that follows from an outcome is that of its cause."""
        if step.about is not None and isinstance(step.facts, RouteMissing | SenderTold):
            return step.facts._replace(reason=reason(self.walker, step.about))
        return step.facts

    def _step(self, step: Step, *, explain: bool) -> TraceStep:
        netns = self.cluster.netns(step.ns)
        return TraceStep(
            netns.node,
            netns.label,
            step.dev,
            self._facts(step),
            _inner(step.packet),
            tuple(self._evidence(step.ns, held) for held in step.rows if _is_shown(held)),
            teach(domain_of(step.facts)) if explain else "",
        )

    def _evidence(self, ns: int, held: "Entry[Any] | RuleHit") -> Evidence:
        if isinstance(held, RuleHit):
            return self._of_rule(ns, held)
        if held.rowid < 0:
            netns = self.cluster.netns(ns)
            return Evidence(netns.node, netns.label, "what if", line_of(held.row))
        return self._witness.shown(ns, held.source, held.line, held.row)

    def _ns_of(self, held: "Entry[Any] | RuleHit", ns: int) -> int:
        """Return the namespace of a row that proves a cause: it may be another one than that which must be fixed."""
        if isinstance(held, RuleHit) or held.rowid < 0:
            return ns
        found = self.cluster.store.raw(f'SELECT ns FROM "{held.table}" WHERE rowid = ?', [held.rowid])
        return int(found[0][0]) if found else ns

    def _of_rule(self, ns: int, hit: RuleHit) -> Evidence:
        netns = self.cluster.netns(ns)
        shown = self._witness.at(hit.source, hit.line) if hit.source else None
        # The line itself, with its counters; a policy stands in the chain's own line.
        if shown is not None and (hit.text in shown.line or (not hit.number and _declares(hit, shown.line))):
            return shown._replace(command=hit.command)
        counter = f"[{hit.packets}] " if hit.packets is not None else ""
        file, line = (shown.file, hit.line) if shown is not None and shown.file else (None, None)
        return Evidence(netns.node, netns.label, hit.command, f"{counter}{hit.text}", file, line)

    def finding(self, cause: Diagnosis, *, likely: bool) -> Finding:
        """Return a cause as a finding, with the lines that show it.

        Args:
            cause: what ended a path.
            likely: something that could tell otherwise was not captured.
        """
        netns = self.cluster.netns(cause.ns)
        enter = entrance(self.cluster.store, cause.ns, netns.label) if netns.label else ""
        evidence = tuple(self._evidence(self._ns_of(held, cause.ns), held) for held in cause.rows if _is_shown(held))
        confidence = Confidence.LIKELY if likely or cause.likely else Confidence.PROVEN
        cells = (cell for held in cause.rows for cell in (held if isinstance(held, RuleHit) else held.row))
        found = Finding(
            cause.name,
            Severity.ERROR,
            confidence,
            netns.node,
            netns.label,
            cause.summary,
            cause.words.why,
            evidence,
            tuple(step.at(netns.node, netns.label, enter) for step in cause.words.fix),
            networks=among(self.cluster.networks.get(netns.node, {}), (*cause.devices, *cells)),
        )
        return weigh(found)


def _own_steps(path: Path) -> range:
    """Return the steps before which the packet is the sender's or the receiver's own, and not what a process sends for it."""
    relayed = [(at, step.facts.pid is None) for at, step in enumerate(path.steps) if isinstance(step.facts, SentByProcess)]
    first = max((at + 1 for at, answer in relayed if answer), default=0)
    last = min((at for at, answer in relayed if not answer), default=len(path.steps))
    return range(first, last + 1)


def _declares(hit: RuleHit, line: str) -> bool:
    """Say whether a line is where a program prints the policy of a chain."""
    return line.startswith((f":{hit.chain} ", f"Chain {hit.chain} ", f"Bridge chain: {hit.chain},")) or f"; {hit.text};" in line


def _is_shown(held: "Entry[Any] | RuleHit") -> bool:
    return isinstance(held, RuleHit) or held.rowid != UNSHOWN


def judged(verdict: Verdict, gaps: Sequence[Gap]) -> Verdict:
    """Return a verdict with regard to unknowns: unknown is never healthy, and an unknown that may divert the packet decides."""
    if any(gap.diverts for gap in gaps) or (verdict is Verdict.DELIVERED and gaps):
        return Verdict.UNKNOWN
    return verdict


def _folded(paths: Iterable[Path]) -> list[Path]:
    """Join paths that differ only by what is not known, and have the same end."""
    found: list[Path] = []
    for path in paths:
        open_ = any(gap.either for gap in path.gaps)
        at = next((at for at, other in enumerate(found) if open_ and other.end == path.end), None)
        if at is None:
            found.append(path)
        else:
            found[at] = found[at]._replace(share=found[at].share + path.share)
    return found


def places(path: Path) -> list[int]:
    """Return the namespaces that a packet went through, in order."""
    places: list[int] = []
    for ns in (*(step.ns for step in path.steps), path.end.ns):
        if not places or places[-1] != ns:
            places.append(ns)
    return places


def merged(found: Iterable[tuple[Unknown, ...]]) -> tuple[Unknown, ...]:
    """Return what is open in several groups, each once."""
    return tuple(dict.fromkeys(unknown for group in found for unknown in group))


def headers(packet: Packet) -> Headers:
    """Return what of a packet is shown."""
    port = None if packet.proto in ECHO_REQUEST else known_port(packet.dport)
    return Headers(ip_text(packet.src), ip_text(packet.dst), packet.proto, port)


def _inner(packet: Packet | Frame | None) -> Headers | None:
    content = packet.content if isinstance(packet, Frame) else packet
    return headers(content) if isinstance(content, Packet) else None
