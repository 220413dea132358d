"""Events of the Kubernetes API, as tables: ``kubectl get events``, ``kubectl events``, and the end of ``kubectl describe``.

Those that say why a pod has no network are read; the others say nothing that podpath uses. An event is kept for an hour.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.agent_words import refused
from podpath.readers.interface import Item, Reader
from podpath.readers.kubectl import parse_words
from podpath.readers.repeated import counted
from podpath.state.agent_log import AgentMessage
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy

_NAMES: Final = frozenset(("events", "event", "ev", "events.events.k8s.io"))
_AGE: Final = r"(?:<unknown>|<invalid>|\d+[ydhms][\dydhms]*(?: \(x\d+ over \S+\))?)"
_HEADER: Final = lazy(r"(?:NAMESPACE\s+)?(?:LAST SEEN|FIRSTSEEN|LASTSEEN)\s.*\bTYPE\s+REASON\b")
_ROW: Final = lazy(
    rf"(?:(?P<namespace>[a-z0-9][a-z0-9-]*)\s+)?(?:{_AGE}\s+){{1,2}}(?:\d+\s+)?(?P<type>Normal|Warning)\s+(?P<reason>[A-Z]\w*)\s+"
    r"(?P<kind>[a-zA-Z.]+)/(?P<name>[a-z0-9][a-z0-9.-]*)(?:\s+(?P<message>\S.*))?$"
)
_SOURCE: Final = lazy(r"(?:^|\s)kubelet, (?P<host>[a-z0-9][\w.-]*)\s")
_NOTHING: Final = lazy(r"No (?:resources|events) found(?: in \S+ namespace)?\.?\s*$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``kubectl get events`` and ``kubectl events`` that print tables; of old ones nothing is kept."""
    return (covers(AgentMessage, complete=Complete.NO),) if _namespace(words) is not None else None


def _namespace(words: Sequence[str]) -> str | None:
    """Return the namespace that a command names, an empty text if it names none, or None if it does not list events."""
    found = parse_words(words)
    if found is None or found.values.get("o", "") not in {"", "wide"}:
        return None
    listed = found.rest[:1] == ["events"] or (found.rest[:1] == ["get"] and len(found.rest) > 1 and found.rest[1] in _NAMES)
    return None if not listed else "" if "A" in found.flags else found.values.get("n", "")


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Yield each complaint once, with the number of lines that say the same."""
    return counted(_complaints(_namespace(words) if words else None, lines))


def _complaints(asked: str | None, lines: Sequence[str]) -> Iterator[tuple[int, AgentMessage]]:
    for index, line in enumerate(lines):
        match = _ROW.match(line)
        said = refused(match["message"]) if match is not None and match["type"] == "Warning" and match["message"] else None
        if match is None or said is None or match["kind"].lower() != "pod":
            continue
        source = _SOURCE.search(match["message"])
        host = source["host"] if source is not None else None
        yield index, said._replace(namespace=match["namespace"] or asked or None, pod=match["name"], host=host)


READER: Final = Reader(
    name="kubectl get events",
    accepts=accepts,
    starts=_HEADER,
    continues=lazy(f"{_ROW.pattern}|{_NOTHING.pattern}"),
    read=read,
    shape_coverage=(covers(AgentMessage, complete=Complete.NO),),
)
