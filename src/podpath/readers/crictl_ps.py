"""``crictl ps`` and ``crictl pods``: containers and pods of a runtime of Kubernetes (cri-tools)."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.columns import read_table
from podpath.readers.interface import Item, Reader
from podpath.readers.options import parse_options, spellings
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.pattern import lazy
from podpath.state.runtime import Container, PodSandbox

_OPTIONS: Final = spellings("a/all no-trunc v/verbose l/latest r/resolve-image-path")
_VALUED: Final = spellings(
    "n/last o/output s/state p/pod name image id label namespace r/runtime-endpoint i/image-endpoint t/timeout c/config"
)
_CONTAINERS: Final = lazy(
    r"CONTAINER(?: ID)?\s+IMAGE\s+CREATED\s+STATE\s+NAME\s+ATTEMPT\s+POD ID(?:\s+POD)?(?:\s+NAMESPACE)?\s*$"
)
_PODS: Final = lazy(r"POD ID\s+CREATED\s+STATE\s+NAME\s+NAMESPACE\s+ATTEMPT(?:\s+RUNTIME)?\s*$")
_ID: Final = lazy(r"[0-9a-f]{12,64}$")


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``crictl ps [-a]`` and ``crictl pods`` that print tables."""
    found = parse_options(words[1:], _OPTIONS, _VALUED) if words[:1] == ["crictl"] else None
    if found is None or found.rest not in (["ps"], ["pods"]) or found.values.get("o", "table") != "table":
        return None
    narrowed = not found.values.keys() <= {"o", "r", "i", "t", "c"} or "l" in found.flags
    row = Container if found.rest == ["ps"] else PodSandbox
    whole = not narrowed and (row is PodSandbox or "a" in found.flags)
    return (covers(row, complete=Complete.YES if whole else Complete.NO),)


def _row(row: dict[str, str]) -> Container | PodSandbox:
    """Read a row; ValueError says what is wrong with it."""
    first = next(iter(row))
    of_pods, ident = first == "POD ID", row[first]
    if not _ID.match(ident) or not row.get("NAME"):
        raise ValueError(f'"{ident}" is not the identifier of a container with a name')
    state = row.get("STATE", "").lower()
    if of_pods:
        return PodSandbox(ident, row["NAME"], row.get("NAMESPACE") or None, state="ready" if state == "ready" else "notready")
    return Container(ident, row["NAME"], row.get("IMAGE") or None, state or None, pod=row.get("POD ID") or None)


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read the tables."""
    del words
    return read_table(lines, lambda line: _CONTAINERS.match(line) or _PODS.match(line), _row, "crictl")


READER: Final = Reader(
    name="crictl ps",
    accepts=accepts,
    starts=lazy(f"{_CONTAINERS.pattern}|{_PODS.pattern}"),
    continues=lazy(r"[0-9a-f]{12,64}\s{2,}\S.*\s(?:Running|Exited|Created|Unknown|Ready|NotReady)\s{2,}\S"),
    read=read,
    shape_coverage=(covers(Container, complete=Complete.NO), covers(PodSandbox, complete=Complete.NO)),
)
