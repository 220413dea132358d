"""All pairs of two sets: each pair is walked, unless a pair that is alike was walked."""

import random
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import Final, NamedTuple

from podpath.language import tr
from podpath.state.address import Ip
from podpath.state.finding import Finding
from podpath.state.trace import PairCause, PairMatrix, Trace, Verdict
from podpath.walk.alike import Likeness
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import Endpoint, EndpointError, addresses, endpoint, is_namespace_of_nothing, set_of
from podpath.walk.trace import Ask, Tracer

_SETS: Final = {"nodes": ("host",), "pods": ("pod", "container", "netns"), "containers": ("container",), "namespaces": ("netns",)}


class Member(NamedTuple):
    """One end of a set."""

    name: str
    ns: int
    address: Ip


def members(cluster: Cluster, word: str) -> list[Member]:
    """Return the ends that a word means: ``pods``, ``nodes``, ``containers``, ``namespaces``, or names with commas between.

    ``pods`` are all namespaces but those of nodes: pods, containers, and namespaces by name. ``deploy/web`` is all of its pods.

    Raises:
        EndpointError: a name means nothing, or none of the ends has an address.
    """
    if word in _SETS:
        kinds = ", ".join(f"'{kind}'" for kind in _SETS[word])
        rows = cluster.store.raw(
            "SELECT s.ns, CASE WHEN s.kind = 'host' THEN d.name ELSE coalesce(s.name, '') END, d.name,"
            " count(*) OVER (PARTITION BY coalesce(s.name, '')) FROM netns s JOIN node d USING (node)"
            f" WHERE s.kind IN ({kinds}) ORDER BY s.ns"
        )
        ends = [Endpoint(name if several == 1 or word == "nodes" else f"{node}/{name}", ns) for ns, name, node, several in rows]
    else:
        ends = [endpoint(cluster, name) for one in word.split(",") if one for name in _each(cluster, one)]
    found = []
    for end in ends:
        if end.ns is None or is_namespace_of_nothing(cluster.netns(end.ns)):
            continue
        own = [end.address] if end.address is not None else addresses(cluster.netns(end.ns))
        found += [Member(end.name, end.ns, own[0])] if own else []
    if not found:
        raise EndpointError(
            tr(
                '"{word}" matches no endpoint with an address; write pods, nodes, containers, namespaces, or names '
                "separated by commas",
                word=word,
            )
        )
    return found


def _each(cluster: Cluster, word: str) -> tuple[str, ...]:
    """Return the pods that a name means, or the name itself."""
    meant = set_of(cluster, word)
    return meant.words if meant is not None else (word,)


def all_pairs(
    cluster: Cluster, sources: Sequence[Member], targets: Sequence[Member], ask: Ask, sample: int | None = None
) -> PairMatrix:
    """Trace every pair of two sets.

    Args:
        cluster: the snapshot.
        sources: the senders.
        targets: the receivers.
        ask: what is sent; its ends do not count.
        sample: number of pairs to pick by chance; none means all. The same snapshot gives the same sample.
    """
    wanted = [(one, two) for one in sources for two in targets if one.ns != two.ns]
    if sample is not None and sample < len(wanted):
        wanted = sorted(random.Random(0).sample(wanted, sample))  # noqa: S311 - the same pairs each time
    traces, walked = _traced(cluster, wanted, {member.ns: member.address for member in (*sources, *targets)}, ask)
    return PairMatrix(
        tuple(member.name for member in sources), tuple(member.name for member in targets),
        {pair: trace.verdict for pair, trace in traces.items()}, tuple(_causes(traces)), walked,
    )  # fmt: skip


def _traced(
    cluster: Cluster, wanted: Sequence[tuple[Member, Member]], ends: dict[int, Ip], ask: Ask
) -> tuple[dict[tuple[str, str], Trace], int]:  # fmt: skip
    """Return a trace for each pair, and how many were walked: those of pairs that are alike are one."""
    tracer = Tracer(cluster)
    walked: list[tuple[Member, Member, Trace]] = []
    while True:
        classes, read = _Classes(cluster, ends), cluster.read
        known = {classes.pair(one, two): trace for one, two, trace in walked}
        traces: dict[tuple[str, str], Trace] = {}
        for one, two in wanted:
            key = classes.pair(one, two)
            if key not in known:
                known[key] = tracer.trace(ask.between(Endpoint(one.name, one.ns), Endpoint(two.name, two.ns, two.address)))
                walked.append((one, two, known[key]))
                if cluster.read != read:
                    break  # what was alike by the tables read before may differ in the new one
            traces[one.name, two.name] = known[key]
        else:
            return traces, len(walked)


class _Classes:
    """Which pairs are alike.

    Args:
        cluster: the snapshot.
        ends: addresses of all ends, by namespace.
    """

    def __init__(self, cluster: Cluster, ends: dict[int, Ip]) -> None:
        self._likeness = Likeness(cluster, ends.items())
        self._numbers: dict[Hashable, int] = {}
        self._of: dict[int, int] = {}

    def pair(self, one: Member, two: Member) -> tuple[int, int, int]:
        """Return a value that is equal for pairs that one walk can stand for."""
        if self._likeness.special(one.ns, two.address) or self._likeness.special(two.ns, one.address):
            return one.ns, two.ns, 0
        return self._end(one), self._end(two), 1

    def _end(self, end: Member) -> int:
        if end.ns not in self._of:
            signature = self._likeness.signature(end.ns, end.address)
            self._of[end.ns] = self._numbers.setdefault(signature, len(self._numbers))
        return self._of[end.ns]


def _causes(traces: dict[tuple[str, str], Trace]) -> Iterator[PairCause]:
    """Group failed pairs by cause: one fault is reported once."""
    folded: dict[Hashable, list[tuple[str, str]]] = defaultdict(list)
    for pair, trace in traces.items():
        if trace.verdict is not Verdict.DELIVERED:
            missing = tuple((one.node, one.command) for one in trace.unknowns) if trace.cause is None else ()
            folded[trace.verdict, _root(trace.cause), missing].append(pair)
    for pairs in sorted(folded.values(), key=len, reverse=True):
        trace = traces[pairs[0]]
        yield PairCause(trace.verdict, trace.cause, trace.unknowns if trace.cause is None else (), tuple(pairs))


def _root(finding: Finding | None) -> Hashable:
    return (finding.check, finding.node, finding.netns, finding.evidence or finding.summary) if finding is not None else None
