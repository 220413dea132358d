"""``crictl inspectp`` and ``crictl inspect``: a pod with its addresses, or one of its containers (cri-tools)."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.readers.documents import count, inside, ip, text
from podpath.readers.interface import Item, Json, Reader
from podpath.readers.options import bad
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.runtime import Container, PodAddress, PodSandbox


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``crictl inspectp ID`` and ``crictl inspect ID``; each shows one of many."""
    if words[:1] != ["crictl"] or not {"inspect", "inspectp"} & set(words) or "exec" in words:
        return None
    row = PodSandbox if "inspectp" in words else Container
    return (covers(row, complete=Complete.NO),)


def _state(document: Json) -> str:
    return (text(document, "status", "state") or "").rpartition("_")[2].lower()


def _of_pod(document: Json) -> Iterator[PodSandbox | PodAddress]:
    """Yield a pod and its addresses; ValueError says what is wrong with one."""
    status = inside(document, "status")
    ident, name = text(status, "id") or "", text(status, "metadata", "name") or ""
    host = text(status, "linux", "namespaces", "options", "network") == "NODE"
    spaces = inside(document, "info", "runtimeSpec", "linux", "namespaces")
    paths = (text(one, "path") for one in spaces if text(one, "type") == "network") if isinstance(spaces, list) else ()
    yield PodSandbox(
        ident, name, text(status, "metadata", "namespace"), text(status, "metadata", "uid"), _state(document),
        count(document, "info", "pid") or None, None if host else next(iter(paths), None), host,
    )  # fmt: skip
    if host:
        return  # it has the node's addresses, which are not its own
    more = inside(status, "network", "additionalIps")
    found = [ip(status, "network", "ip"), *((ip(one, "ip") for one in more) if isinstance(more, list) else ())]
    yield from (PodAddress(ident, address) for address in found if address is not None)


def _of_container(document: Json) -> Container:
    status, ended = inside(document, "status"), _state(document) == "exited"
    return Container(
        text(status, "id") or "", text(status, "metadata", "name") or "", text(status, "image", "image"), _state(document),
        count(document, "info", "pid") or None, pod=text(document, "info", "sandboxID"),
        exit_code=count(status, "exitCode") if ended else None,
    )  # fmt: skip


def owns_json(document: Json) -> bool:
    """Say whether a document is what ``crictl inspect`` or ``inspectp`` prints."""
    state = text(document, "status", "state") or ""
    return state.startswith(("SANDBOX_", "CONTAINER_")) and text(document, "status", "metadata", "name") is not None


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Yield a pod with its addresses, or a container."""
    del words
    if not owns_json(document):
        yield 0, bad("crictl inspect", "it has no status of a pod or of a container")
        return
    try:
        if (text(document, "status", "state") or "").startswith("SANDBOX_"):
            yield from ((0, row) for row in list(_of_pod(document)))
        else:
            yield 0, _of_container(document)
    except ValueError as error:
        yield 0, bad("crictl inspect", error)


READER: Final = Reader(
    name="crictl inspectp",
    accepts=accepts,
    shape_coverage=(covers(Container, complete=Complete.NO), covers(PodSandbox, complete=Complete.NO)),
    owns_json=owns_json,
    read_json=read_json,
)
