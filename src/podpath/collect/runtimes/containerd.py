"""Containerd's own API: containers that neither Kubernetes nor Docker made (nerdctl, ctr), by its namespaces.

The numbers of services and fields are those of containerd's api/services (namespaces, containers and
tasks, v1) and api/types/task. Containers of Kubernetes are asked of the CRI, Docker's of Docker.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from podpath.collect.runtimes.grpc_api import OK, UNIMPLEMENTED, Channel
from podpath.collect.runtimes.interface import Heard, Runtime, Source, UnansweredError, Where
from podpath.collect.runtimes.protobuf import Field, Kind, Layout, Message, decode
from podpath.collect.runtimes.sockets import find_sockets
from podpath.readers.credentials import labels_kept
from podpath.state.evidence import Complete, covers
from podpath.state.runtime import Container, ContainerLabel

_NAME: Final = "containerd"
_SERVERS: Final = frozenset((_NAME, "k3s", "k3s-server", "k0s"))
_USUAL: Final = "run/containerd/containerd.sock"
_SOCKETS: Final = (
    _USUAL,
    "run/k3s/containerd/containerd.sock",
    "run/k0s/containerd.sock",
    "run/user/*/containerd/containerd.sock",
)
_OTHERS: Final = frozenset(("moby", "k8s.io"))
"""Namespaces of Docker and of Kubernetes, which know more about their containers."""

_NAMESPACES: Final[Layout] = {1: Field("items", {1: Field("name")}, many=True)}
_CONTAINERS: Final[Layout] = {
    1: Field("items", {1: Field("id"), 2: Field("labels", Kind.MAP), 3: Field("image")}, many=True)
}  # fmt: skip
_TASKS: Final[Layout] = {
    1: Field(
        "items",
        {1: Field("container"), 2: Field("id"), 3: Field("pid", Kind.NUMBER), 4: Field("state", Kind.NUMBER)},
        many=True,
    )
}
_Headers = tuple[tuple[str, str], ...]
_STATES: Final = (None, "created", "running", "exited", "paused", "paused")
_ALIVE: Final = frozenset(("created", "running", "paused"))


def sources(where: Where) -> Iterator[Source]:
    """Yield the containerds that have a socket."""
    for path in find_sockets(where, _SOCKETS, ("CONTAINERD_ADDRESS",)):
        command = "nerdctl" if path == where.root / _USUAL else f"nerdctl --address {path}"
        yield Source(f"{_NAME} ({path})", f"{command} namespace ls", partial(_read, path, where, command))


def _read(path: Path, where: Where, command: str) -> Iterator[Heard]:
    with Channel(path, where, _SERVERS) as channel:
        for each in _list(channel, "namespaces", "Namespaces", _NAMESPACES):
            namespace = each.get("name", "")
            if namespace and namespace not in _OTHERS:
                inside = (("containerd-namespace", namespace),)
                containers = _list(channel, "containers", "Containers", _CONTAINERS, inside)
                tasks = _list(channel, "tasks", "Tasks", _TASKS, inside)
                yield _heard(f"{command} --namespace {namespace} ps -a", containers, tasks)


def _list(channel: Channel, package: str, service: str, layout: Layout, headers: _Headers = ()) -> list[Message]:
    answer = channel.call(f"/containerd.services.{package}.v1.{service}/List", b"", headers)
    if answer.status == UNIMPLEMENTED:
        return []  # another runtime listens here
    if answer.status != OK:
        raise UnansweredError(f"it answers: {answer.message}")
    return list(decode(answer.body, layout).get("items", []))


def _heard(command: str, containers: list[Message], tasks: list[Message]) -> Heard:
    states = {task.get("container") or task.get("id"): task for task in tasks}
    rows: list[NamedTuple] = []
    for each in containers:
        ident, labels = each.get("id", ""), each.get("labels", {})
        task = states.get(ident, {})
        at = task.get("state", 0)
        state = _STATES[at] if at < len(_STATES) else None
        pid = task.get("pid") if state in _ALIVE else None
        name = labels.get("nerdctl/name") or ident
        rows.append(Container(ident, name, each.get("image") or None, state or "exited", pid or None, runtime=_NAME))
        rows.extend(ContainerLabel(name, label, value, ident) for label, value in labels_kept(labels))
    coverage = tuple(covers(table, part=_NAME, complete=Complete.NO) for table in (Container, ContainerLabel))
    return Heard(command, rows, coverage)


RUNTIME: Final = Runtime(_NAME, sources)
