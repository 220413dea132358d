"""Many traces as one answer: pairs of which the same is true together, the worst first."""

from collections.abc import Hashable, Iterable

from podpath.state.trace import Alike, Several, Trace, Verdict

Pair = tuple[str, str]


def grouped(source: str, destination: str, traces: Iterable[tuple[Pair, Trace]], remarks: tuple[str, ...] = ()) -> Several:
    """Return pairs by what is true of them: the verdict, what stops the packet, what policies say, what is missing.

    Args:
        source: the sender, as a person named it.
        destination: the receiver, likewise.
        traces: a trace for each pair.
        remarks: what is to be said of all.
    """
    folded: dict[Hashable, list[tuple[Pair, Trace]]] = {}
    for pair, trace in traces:
        folded.setdefault(_told(trace), []).append((pair, trace))
    groups = [Alike(tuple(pair for pair, _ in each), _with(each[0][1], remarks)) for each in folded.values()]
    ordered = sorted(groups, key=lambda group: (_order(group.trace.verdict), group.pairs))
    return Several(source, destination, tuple(ordered))


def _order(verdict: Verdict) -> int:
    """Put what fails first, then what is unknown: of different flows, one that fails is known to, whatever the others do."""
    return 0 if verdict is Verdict.DELIVERED else -1 if verdict is Verdict.UNKNOWN else -1 - verdict.rank


def _told(trace: Trace) -> Hashable:
    """Return what of a trace counts: neither names nor addresses of its ends."""
    cause = trace.cause
    policies = frozenset((one.direction, one.permit, one.ground, one.policies, one.needed) for one in trace.policies)
    missing = frozenset((one.node, one.command) for one in trace.unknowns) if cause is None else frozenset()
    found = (cause.check, cause.node, cause.netns if cause.netns in {"", "host"} else "pod") if cause is not None else None
    return trace.verdict, trace.error, found, policies, missing


def _with(trace: Trace, remarks: tuple[str, ...]) -> Trace:
    return trace._replace(remarks=(*remarks, *trace.remarks)) if remarks else trace
