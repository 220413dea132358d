"""What a person observed, compared with the walk: an observation is never overruled, and the state may be older.

A sighting is of one moment, the tables are of another. If they disagree, it is unknown which of them to repeat.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from podpath.language import marked, tr
from podpath.snapshot.evidence import Witness
from podpath.state.address import Ip, ip_text
from podpath.state.evidence import Degree
from podpath.state.finding import Evidence
from podpath.state.sighting import RouteAnswer, Sighting
from podpath.state.step import RouteMissing, RouteTaken
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.events import Path
from podpath.walk.namespace import Entry
from podpath.walk.packet import ECHO_REQUEST, Packet, known_port

_FITS = {
    "answered": frozenset((Verdict.DELIVERED,)),
    "refused": frozenset((Verdict.REFUSED, Verdict.REJECTED)),
    "unreachable": frozenset((Verdict.UNREACHABLE, Verdict.REJECTED, Verdict.DROPPED, Verdict.LOOP)),
    "silent": frozenset(Verdict) - {Verdict.DELIVERED, Verdict.REFUSED},
}
"""Verdicts that agree with what was seen: who hears nothing may have missed an error that was sent."""
_WORDS = marked(
    {
        "answered": "was answered",
        "refused": "was refused",
        "unreachable": "got the error that nothing leads there",
        "silent": "got no answer",
    }
)
_OLDER = marked("the state was taken at another time, or is wrong")


class ComparedSightings(NamedTuple):
    """What observations say of a trace.

    Attributes:
        remarks: each in a sentence.
        contradicted: one, whose place is not in doubt, says something else.
    """

    remarks: tuple[str, ...]
    contradicted: bool


def compare(cluster: Cluster, ns: int | None, packet: Packet, paths: Sequence[Path], verdict: Verdict) -> ComparedSightings:
    """Compare what was seen of a flow with its walk.

    Args:
        cluster: the snapshot.
        ns: namespace of the sender, or None if it was not captured.
        packet: the first packet.
        paths: its ways there.
        verdict: of the whole trace.
    """
    if not cluster.holds(Sighting, RouteAnswer):
        return ComparedSightings((), contradicted=False)
    witness = Witness(cluster.store)
    told = [*_tried(cluster, witness, ns, packet, verdict), *_passing(cluster, witness, packet, paths)]
    told += _answers(cluster, witness, packet, paths)
    contradicted = any(differs and shown.place is not Degree.ASSUMED for _, shown, differs in told)
    return ComparedSightings(tuple(dict.fromkeys(text for text, _, _ in told)), contradicted)


_Told = tuple[str, Evidence, bool]


def _tried(cluster: Cluster, witness: Witness, ns: int | None, packet: Packet, verdict: Verdict) -> Iterator[_Told]:
    """Yield what programs of the sender saw: the last result of each kind, as it is nearest in time to the rest."""
    last = {
        held.row.tool: held
        for held in (cluster.netns(ns).all(Sighting) if ns is not None else ())
        if held.row.seen in _WORDS and _is_of(held.row, packet)
    }
    for held in last.values():
        shown = _shown(witness, ns, held)
        seen = tr("the {tool} in {shown} {words}", tool=held.row.tool, shown=_at(shown), words=tr(_WORDS[held.row.seen]))
        if verdict is Verdict.UNKNOWN:
            yield tr("{seen}; the walk cannot tell", seen=seen), shown, False
        elif verdict in _FITS[held.row.seen]:
            yield tr("{seen}, as the walk says", seen=seen), shown, False
        else:
            yield tr("{seen}; the walk says {verdict}: {older}", seen=seen, verdict=verdict, older=tr(_OLDER)), shown, True


def _is_of(row: Sighting, packet: Packet) -> bool:
    """Say whether a sighting is of a packet's flow."""
    echo = packet.proto in ECHO_REQUEST
    proto = "icmp" if echo else packet.proto
    port = None if echo else known_port(packet.dport)
    sources = {None, packet.src} if int(packet.src) else {None, row.src}
    return row.dst == packet.dst and row.proto == proto and row.src in sources and row.port in {None, port}


def _passing(cluster: Cluster, witness: Witness, packet: Packet, paths: Sequence[Path]) -> Iterator[_Told]:
    """Yield places where tcpdump saw the packet and to which the walk does not lead."""
    asked = "SELECT DISTINCT ns FROM sighting WHERE tool = 'tcpdump' AND dst = ?::UHUGEINT ORDER BY ns"
    met = {ns for path in paths for ns in (*(step.ns for step in path.steps), path.end.ns)}
    for (ns,) in cluster.store.raw(asked, [str(int(packet.dst))]):
        for held in cluster.netns(ns).all(Sighting):
            if held.row.tool != "tcpdump" or held.row.src is None or not _is_of(held.row, packet) or ns in met:
                continue
            shown = _shown(witness, ns, held)
            where = tr(
                "on {dev} of {place}",
                dev=held.row.dev or tr("a device"),
                place=cluster.netns(ns).label.partition(":")[2] or cluster.netns(ns).node,
            )
            yield (
                tr(
                    "the tcpdump in {shown} saw the packet {where}, where the walk does not lead: {older}",
                    shown=_at(shown),
                    where=where,
                    older=tr(_OLDER),
                ),
                shown,
                True,
            )


def _answers(cluster: Cluster, witness: Witness, packet: Packet, paths: Sequence[Path]) -> Iterator[_Told]:
    """Yield places where the kernel answered `ip route get` with another route than the walk took."""
    taken = [(step.ns, step.facts) for path in paths for step in path.steps if isinstance(step.facts, RouteTaken | RouteMissing)]
    # A route that a policy rule chose depends on more than the destination, and `ip route get` was asked for that alone.
    taken = [(ns, facts) for ns, facts in taken if isinstance(facts, RouteMissing) or facts.rule is None]
    for ns in dict.fromkeys(ns for ns, _ in taken):
        answers = {held.row.dst: held for held in cluster.netns(ns).all(RouteAnswer) if held.row.src in {None, packet.src}}
        ways = {(_way(facts), facts.destination) for there, facts in taken if there == ns}
        for dst, held in answers.items():
            walked = sorted(way for way, asked in ways if asked == dst)
            said = _said(held.row)
            if walked and said not in walked:
                shown = _shown(witness, ns, held)
                heads = tr("the kernel's answer for {dst} in {shown} is {said}", dst=ip_text(dst), shown=_at(shown), said=said)
                yield (
                    tr(
                        "{heads}; the walk takes {walked}: {older}", heads=heads, walked=tr(" or ").join(walked), older=tr(_OLDER)
                    ),
                    shown,
                    True,
                )


def _way(facts: RouteTaken | RouteMissing) -> str:
    if isinstance(facts, RouteMissing):
        return tr("no route")
    return tr("the host itself") if facts.local else _hop(facts.via, facts.dev)


def _said(row: RouteAnswer) -> str:
    return tr("no route") if row.refused else tr("the host itself") if row.local else _hop(row.via, row.dev)


def _hop(via: Ip | None, dev: str | None) -> str:
    return f"dev {dev}" if via is None else f"via {ip_text(via)} dev {dev}"


def _shown(witness: Witness, ns: int | None, held: Entry[Sighting] | Entry[RouteAnswer]) -> Evidence:
    return witness.shown(ns or 0, held.source, held.line, held.row)


def _at(shown: Evidence) -> str:
    """Return the place of a sighting in its file, and whether its namespace is in doubt."""
    doubt = tr(" (whose place is assumed)") if shown.place is Degree.ASSUMED else ""
    return f"{shown.file}:{shown.file_line}{doubt}"
