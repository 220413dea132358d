"""The same lab with its hosts' tables alone: what a trace says then never contradicts what it says of all that was captured."""

from collections.abc import Iterable, Iterator

from podpath.snapshot.store import Store
from podpath.state.address import Ip, family_of, ip_text, parse_ip
from podpath.state.table import tables
from podpath.state.trace import Trace, Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import EndpointError, endpoint
from podpath.walk.trace import Ask, Tracer
from tests.walk.clusters import Compared

_INSIDE = frozenset(
    (
        "neighbour-wrong-mac",
        "address-missing",
        "duplicate-pod-ip",
        "target-not-listening",
        "echo-ignored",
        "ipv6-dad-failed",
        "source-address-missing",
    )
)
"""Causes that are the container's own, beside those that a trace finds in its namespace: which MAC and addresses it has."""


def contradictions(store: Store, found: Iterable[Compared]) -> Iterator[str]:
    """Yield where a trace between two pods says another thing once the pods themselves are taken out of a snapshot.

    Args:
        store: the snapshot; the namespaces of pods are gone from it afterwards.
        found: packets, and their traces through the whole snapshot.
    """
    rows = store.raw(
        'SELECT d.name || \'/\' || s.name, a."address" FROM "address" a JOIN netns s USING (ns) JOIN node d USING (node)'
        " WHERE s.kind <> 'host' AND a.dev <> 'lo' AND a.scope = 'global' ORDER BY ALL"
    )
    own = {(name, family_of(Ip(address))): Ip(address) for name, address in rows}
    pods = set(own.values())
    _take_pods_away(store)
    tracer = Tracer(Cluster(store, assumed=("asked-address",)))
    for one in found:
        target = parse_ip(one.cell.address)
        source = own.get((one.cell.source, family_of(target)))
        if source is None or target not in pods or one.trace is None:
            continue
        said = _trace(tracer, one, source, target)
        if said is not None and not _agree(one.trace, said):
            cause = said.cause.summary if said.cause is not None else ""
            whole = one.trace.cause.summary if one.trace.cause is not None else ""
            asked = f"{one.cell.source} -> {one.cell.address} {one.cell.probe}"
            yield f"{asked}: {one.trace.verdict} ({whole}), by the hosts alone {said.verdict} ({cause})"


def _take_pods_away(store: Store) -> None:
    store.flush()
    gone = "SELECT ns FROM netns WHERE kind <> 'host'"
    for name in tables():
        store.connection.execute(f'DELETE FROM "{name}" WHERE ns IN ({gone})')
    store.connection.execute("DELETE FROM netns WHERE kind <> 'host'")


def _trace(tracer: Tracer, one: Compared, source: Ip, target: Ip) -> Trace | None:
    proto = one.cell.probe.partition(" ")[0]
    try:
        ends = [endpoint(tracer.cluster, ip_text(ip)) for ip in (source, target)]
    except EndpointError:
        return None
    if ends[0].ns is None:
        return None
    return tracer.trace(Ask(source=ends[0], destination=ends[1], proto=proto, port=None if proto == "icmp" else 80))


def _agree(whole: Trace, alone: Trace) -> bool:
    """Say whether two answers are one, as far as the second can know: of the pods themselves it assumes the best."""
    if alone.verdict is Verdict.UNKNOWN or whole.verdict is Verdict.UNKNOWN:
        return True
    if alone.verdict is Verdict.DELIVERED:
        cause = whole.cause
        return cause is None or bool(cause.netns) or cause.check in _INSIDE
    return whole.verdict is not Verdict.DELIVERED
