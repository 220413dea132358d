"""Whether a name server that a captured host or container has answers who is to ask it, as the walk finds it.

A query is followed from each captured host and container to each of its name servers that is another one captured.
"""

from collections.abc import Iterator
from typing import Final

from podpath.causes.host import nameserver_dead
from podpath.checks.engine.answers import ASKED_NAMES
from podpath.language import tr
from podpath.snapshot.store import Store
from podpath.state.address import Ip, ip_text
from podpath.state.finding import Finding, Severity
from podpath.state.trace import Trace, Verdict
from podpath.walk.endpoints import Endpoint, EndpointError
from podpath.walk.remarks import name_of
from podpath.walk.trace import Ask, Tracer

_MOST: Final = 64
_DOMAIN: Final = 53
_OPEN: Final = frozenset((Verdict.DELIVERED, Verdict.UNKNOWN))


def unanswered(store: Store, tracer: Tracer) -> Iterator[Finding]:
    """Yield the name servers that do not get a query, or whose answer is lost."""
    found: dict[tuple[Ip, str, bool], list[tuple[int, int, Finding]]] = {}
    for asker, owner, address, others in store.raw(ASKED_NAMES, [_MOST]):
        trace = _trace(tracer, asker, Ip(address))
        if trace is not None and trace.verdict not in _OPEN and trace.cause is not None:
            found.setdefault((Ip(address), trace.cause.summary, others), []).append((asker, owner, trace.cause))
    for (server, then, others), askers in found.items():
        first, owner, cause = askers[0]
        here, there = tracer.cluster.netns(first), tracer.cluster.netns(owner)
        more = tr(" and of {askers} more", askers=len(askers) - 1) if len(askers) > 1 else ""
        words = nameserver_dead.unreached(f"{name_of(here)}{more}", ip_text(server), there.node, then, others=others)
        nodes = {tracer.cluster.netns(asker).node for asker, _, _ in askers} | {there.node}
        severity = Severity.WARNING if others else Severity.ERROR
        related = tuple(sorted(nodes - {cause.node}))
        yield cause._replace(check=words.cause, severity=severity, summary=words.summary, why=words.why, related=related)


def _trace(tracer: Tracer, asker: int, server: Ip) -> Trace | None:
    source = Endpoint(tracer.cluster.netns(asker).node, asker)
    try:
        return tracer.trace(Ask(source=source, destination=Endpoint(ip_text(server), None, server), proto="udp", port=_DOMAIN))
    except EndpointError:
        return None
