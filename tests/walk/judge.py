"""Compares what the walk says with what real packets do."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from podpath.state.address import parse_ip
from podpath.state.trace import Branch, Trace, Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import Endpoint, EndpointError
from podpath.walk.trace import Ask, Tracer
from tests.walk.random_labs import Case
from tests.walk.real import Lab, Probe

_SAYS = {
    Verdict.DELIVERED: {"delivered"},
    Verdict.REFUSED: {"ECONNREFUSED"},
    Verdict.TOO_BIG: {"EMSGSIZE"},
    Verdict.DROPPED: {"timeout"},
    Verdict.LOOP: {"timeout"},
}


class Compared(NamedTuple):
    """One probe and its trace."""

    probe: Probe
    said: set[str]
    seen: str
    trace: Trace | None

    @property
    def agrees(self) -> bool:
        """Whether what was seen is what was said."""
        return self.seen in self.said

    @property
    def unknown(self) -> bool:
        """Whether the walk did not know."""
        return "unknown" in self.said


ATTEMPTS = 3
"""Labs built anew for a probe that fares otherwise than said."""


def compared(case: Case) -> list[Compared]:
    """Build a lab, trace its probes, then send them.

    Packets teach hosts and bridges where others are, and a busy machine can be late. A probe that fares otherwise than said
    is therefore sent again, alone, through labs that are built anew: where walk and kernel differ, they differ each time.
    """
    with _built(case) as lab:
        traces = said(lab, case.probes)
        seen = lab.send(case.probes)
    for at in range(len(case.probes)):
        for attempt in range(1, ATTEMPTS + 1):
            if seen[at] in traces[at][0] or "unknown" in traces[at][0]:
                break
            with _built(case) as lab:
                traces[at] = said(lab, [case.probes[at]])[0]
                seen[at] = lab.send([case.probes[at]], 0.6 + 0.6 * attempt)[0]
    return [Compared(probe, traces[at][0], seen[at], traces[at][1]) for at, probe in enumerate(case.probes)]


@contextmanager
def _built(case: Case) -> Iterator[Lab]:
    with Lab() as lab:
        lab.add(*case.spaces)
        lab.run(case.lines)
        lab.run(case.damages, force=True)
        if any(line.endswith(" down") for line in case.damages):
            lab.settle()
        lab.hurry()
        lab.listen(*case.spaces)
        yield lab


def said(lab: Lab, probes: Iterable[Probe]) -> list[tuple[set[str], Trace | None]]:
    """Return the outcomes that the walk allows for each probe."""
    with lab.capture() as store:
        world = Cluster(store, assumed=("asked-address",))  # the lab's programs answer so (IP_PKTINFO)
        numbers = {name: ns for ns, name in store.raw("SELECT ns, name FROM netns")}
        tracer = Tracer(world)
        return [_said(tracer, numbers, probe) for probe in probes]


def _said(tracer: Tracer, numbers: dict[str, int], probe: Probe) -> tuple[set[str], Trace | None]:
    source = Endpoint(probe.source, numbers[probe.source])
    target = Endpoint(probe.address, None, parse_ip(probe.address))
    ask = Ask(
        source=source,
        destination=target,
        proto=probe.proto,
        port=probe.port if probe.proto != "icmp" else None,
        size=probe.size,
        dont_fragment=probe.dont_fragment,
    )
    try:
        trace = tracer.trace(ask)
    except EndpointError as error:
        return {str(error)}, None
    return outcomes(trace), trace


def outcomes(trace: Trace) -> set[str]:
    """Return what a sender may see: chance may choose any branch."""
    found: set[str] = set()
    for branch in trace.forward.branches:
        if branch.verdict is Verdict.DELIVERED and trace.reply is not None:
            found |= {_seen_back(back) for back in trace.reply.branches}
        else:
            found |= _outcome(branch)
    return found


def _outcome(branch: Branch) -> set[str]:
    if branch.verdict is Verdict.UNREACHABLE:
        return {branch.error}
    if branch.verdict is Verdict.UNKNOWN:
        return {"unknown"}
    return {branch.error} if branch.error else _SAYS[branch.verdict]


def _seen_back(branch: Branch) -> str:
    if branch.verdict is Verdict.UNKNOWN:
        return "unknown"
    return "delivered" if branch.verdict is Verdict.DELIVERED else "timeout"
