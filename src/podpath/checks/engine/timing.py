"""How far apart in time the captures are that a finding rests on: what changed in between looks like a contradiction."""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from podpath.language import marked, tr
from podpath.snapshot.store import Store
from podpath.state.finding import Confidence, Finding

_NEAR: Final = 5.0
"""In seconds. A cluster whose nodes are read at the same time takes less, and tables seldom change within that time."""
_UNITS: Final = marked(((86400, "{count:.0f} days"), (3600, "{count:.0f} hours"), (60, "{count:.0f} minutes")))
_OF_ONE_NODE: Final = frozenset(("contradicting-evidence",))


class _Capture(NamedTuple):
    """When a node was read, by the clock of who collected."""

    node: str
    began: float
    ended: float


def dated(store: Store, findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings; those that rest on captures taken at different times say so, and are likely at most."""
    captures: dict[str, list[_Capture]] = {}
    for row in store.raw(
        "SELECT d.name, c.began, c.ended FROM capture c JOIN netns n USING (ns) JOIN node d USING (node) WHERE c.way IS NOT NULL"
    ):
        captures.setdefault(row[0], []).append(_Capture(*row))
    for finding in findings:
        yield _dated(finding, captures) if captures else finding


def _dated(finding: Finding, captures: dict[str, list[_Capture]]) -> Finding:
    nodes = {finding.node, *finding.related, *(item.node for item in finding.evidence)}
    if len(nodes) < 2 and finding.check not in _OF_ONE_NODE:  # noqa: PLR2004 - tables of two nodes
        return finding
    taken = [capture for node in sorted(nodes) for capture in captures.get(node, ())]
    if not taken:
        return finding
    first, last = min(taken, key=lambda capture: capture.ended), max(taken, key=lambda capture: capture.began)
    apart = last.began - first.ended
    if apart <= _NEAR:
        return finding
    if first.node == last.node:
        said = tr("{node} was captured twice, {apart} apart", node=first.node, apart=_time(apart))
    else:
        said = tr("{node} was captured {apart} after {other}", node=last.node, apart=_time(apart), other=first.node)
    why = tr(
        "{why} {said}: a table that changed in between looks the same. Capture them again at the same time to be sure.",
        why=finding.why,
        said=said,
    )
    return finding._replace(why=why, confidence=Confidence.LIKELY)


def _time(seconds: float) -> str:
    for unit, template in _UNITS:
        if seconds >= 2 * unit:
            return tr(template, count=seconds / unit)
    return tr("{count:.0f} seconds", count=seconds)
