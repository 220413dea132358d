"""Kubernetes' runtimes (containerd, CRI-O, cri-dockerd) by the Container Runtime Interface: what ``crictl inspectp`` prints.

The numbers of services and fields are those of k8s.io/cri-api, pkg/apis/runtime/v1. A pod's process and
network namespace are in the ``info`` of a verbose status, whose JSON is each runtime's own; environment
variables in it are not kept.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from shlex import quote
from typing import Any, Final, NamedTuple

import orjson

from podpath.collect.runtimes.cgroup import first_processes
from podpath.collect.runtimes.grpc_api import NOT_FOUND, OK, UNIMPLEMENTED, Answer, Channel
from podpath.collect.runtimes.interface import Heard, Runtime, Source, UnansweredError, Where
from podpath.collect.runtimes.protobuf import Field, Kind, Layout, Message, decode, encode
from podpath.collect.runtimes.sockets import find_sockets
from podpath.readers.credentials import labels_kept
from podpath.readers.documents import count, inside, ip, items, mac, text
from podpath.readers.interface import Json
from podpath.state.address import parse_ip
from podpath.state.evidence import Complete, covers
from podpath.state.host import Missing
from podpath.state.runtime import Container, ContainerLabel, PodAddress, PodSandbox

_SERVERS: Final = frozenset(("containerd", "crio", "cri-dockerd", "k3s", "k3s-server", "rke2", "k0s", "kubelet"))
_SOCKETS: Final = (
    "run/containerd/containerd.sock", "run/crio/crio.sock", "run/k3s/containerd/containerd.sock", "run/cri-dockerd.sock",
    "run/k0s/containerd.sock", "run/dockershim.sock", "var/run/dockershim.sock",
    "var/snap/microk8s/common/run/containerd.sock",
)  # fmt: skip
_VERSIONS: Final = ("runtime.v1", "runtime.v1alpha2")
"""Packages of the interface, newest first; the fields read here are the same in both."""
_ENDPOINT: Final = re.compile(r"^\s*runtime-endpoint:\s*[\"']?(unix://[^\s\"']+|/[^\s\"']+)", re.MULTILINE)

_METADATA: Final[Layout] = {1: Field("name"), 2: Field("uid"), 3: Field("namespace")}
_VERSION: Final[Layout] = {2: Field("runtime")}
_SANDBOX: Final[Layout] = {1: Field("id"), 2: Field("metadata", _METADATA), 3: Field("state", Kind.NUMBER)}
_SANDBOXES: Final[Layout] = {1: Field("items", _SANDBOX, many=True)}
_IP: Final[Layout] = {1: Field("ip")}
_NETWORK: Final[Layout] = {1: Field("ip"), 2: Field("more", _IP, many=True)}
_OPTIONS: Final[Layout] = {1: Field("network", Kind.NUMBER)}
_LINUX: Final[Layout] = {1: Field("namespaces", {2: Field("options", _OPTIONS)})}
_SANDBOX_STATUS: Final[Layout] = {
    1: Field("status", {5: Field("network", _NETWORK), 6: Field("linux", _LINUX)}), 2: Field("info", Kind.MAP)
}  # fmt: skip
_CONTAINER: Final[Layout] = {
    1: Field("id"), 2: Field("sandbox"), 3: Field("metadata", {1: Field("name")}), 4: Field("image", {1: Field("image")}),
    6: Field("state", Kind.NUMBER), 8: Field("labels", Kind.MAP),
}  # fmt: skip
_CONTAINERS: Final[Layout] = {1: Field("items", _CONTAINER, many=True)}
_CONTAINER_STATUS: Final[Layout] = {1: Field("status", {8: Field("image", {1: Field("image")})}), 2: Field("info", Kind.MAP)}

_READY: Final = 0
_RUNNING: Final = 1
_STATES: Final = ("created", "running", "exited", "unknown")
_NODE: Final = 2
"""The network namespace mode of a pod in the node's own namespace."""


class _Pod(NamedTuple):
    row: PodSandbox
    addresses: list[PodAddress]


def sources(where: Where) -> Iterator[Source]:
    """Yield the runtimes that have a socket."""
    configured = ""
    with suppress(OSError):
        configured = (where.root / "etc/crictl.yaml").read_text(encoding="utf-8", errors="replace")
    patterns = (*_SOCKETS, *(path.removeprefix("unix://").lstrip("/") for path in _ENDPOINT.findall(configured)))
    for path in find_sockets(where, patterns, ("CONTAINER_RUNTIME_ENDPOINT",)):
        command = f"crictl -r unix://{quote(str(path))}"
        yield Source(f"the CRI ({path})", f"{command} pods", partial(_read, path, where, command))


def _read(path: Path, where: Where, command: str) -> Iterator[Heard]:
    with Channel(path, where, _SERVERS) as channel:
        spoken = _version(channel)
        if spoken is not None:
            yield from _Talk(channel, path, command, *spoken).hear(partial(_processes, where))


def _version(channel: Channel) -> tuple[str, str] | None:
    """Return the interface's package and the runtime's name, or None if the socket is another API's alone."""
    for package in _VERSIONS:
        answer = channel.call(f"/{package}.RuntimeService/Version", encode({1: "0.1.0"}))
        if answer.status == OK:
            return package, decode(answer.body, _VERSION).get("runtime", "cri")
        if answer.status != UNIMPLEMENTED:
            raise UnansweredError(f"it answers: {answer.message}")
    return None


def _processes(where: Where) -> dict[str, int]:
    """Return the first processes of containers as the kernel names them: cri-dockerd does not say."""
    with suppress(OSError):
        return {owner.id: pid for owner, pid in first_processes(where.root).items() if owner.id is not None}
    return {}


class _Talk:
    """Questions to one runtime."""

    def __init__(self, channel: Channel, path: Path, command: str, package: str, runtime: str) -> None:
        self._channel = channel
        self._path = path
        self._command = command
        self._service = f"/{package}.RuntimeService/"
        self._runtime = runtime

    def hear(self, processes: Callable[[], dict[str, int]]) -> Iterator[Heard]:
        """Yield its pods, then their containers; a process that is not said is looked up."""
        pods, unknowns = self._pods()
        if any(pod.row.state == "ready" and pod.row.pid is None for pod in pods):
            known = processes()
            pods = [pod._replace(row=pod.row._replace(pid=pod.row.pid or known.get(pod.row.id))) for pod in pods]
        command = f"{self._command} inspectp $({self._command} pods -q)"
        rows = [row for pod in pods for row in (pod.row, *pod.addresses)]
        yield self._heard(command, rows, (PodSandbox, PodAddress), unknowns)
        containers, labels, unknowns = self._containers({pod.row.id: pod.row for pod in pods})
        if any(row.state == "running" and row.pid is None for row in containers):
            known = processes()
            containers = [row._replace(pid=row.pid or known.get(row.id)) for row in containers]
        command = f"{self._command} inspect $({self._command} ps -aq)"
        yield self._heard(command, [*containers, *labels], (Container, ContainerLabel), unknowns)

    def _heard(self, command: str, rows: list[Any], tables: tuple[type[NamedTuple], ...], unknowns: list[str]) -> Heard:
        complete = Complete.NO if unknowns else Complete.YES
        coverage = tuple(covers(table, part=self._runtime, complete=complete) for table in tables)
        return Heard(command, rows, coverage, tuple(Missing(reason, command) for reason in unknowns))

    def _list(self, method: str, layout: Layout) -> list[Message]:
        answer = self._channel.call(self._service + method)
        if answer.status != OK:
            raise UnansweredError(f"{self._path}: {method} answers: {answer.message}")
        return list(self._decoded(answer, layout).get("items", []))

    def _decoded(self, answer: Answer, layout: Layout) -> Message:
        try:
            return decode(answer.body, layout)
        except ValueError as error:
            raise UnansweredError(f"{self._path}: its answer is {error}") from None

    def _statuses(self, method: str, idents: list[str], layout: Layout, unknowns: list[str]) -> dict[str, Message]:
        """Return the verbose statuses by identifier; what went away since it was listed is not among them."""
        answers = self._channel.calls(self._service + method, [encode({1: ident, 2: True}) for ident in idents])
        found = {}
        for ident, answer in zip(idents, answers, strict=True):
            if answer.status == OK:
                found[ident] = self._decoded(answer, layout)
            elif answer.status != NOT_FOUND:
                unknowns.append(f"{method} of {ident}: {answer.message}")
        return found

    def _pods(self) -> tuple[list[_Pod], list[str]]:
        unknowns: list[str] = []
        listed = self._list("ListPodSandbox", _SANDBOXES)
        ready = [each.get("id", "") for each in listed if each.get("state", _READY) == _READY]
        statuses = self._statuses("PodSandboxStatus", ready, _SANDBOX_STATUS, unknowns)
        pods = []
        for each in listed:
            ident = each.get("id", "")
            if ident not in ready or ident in statuses:
                pods.append(self._pod(ident, each, statuses.get(ident, {}), unknowns))
        return pods, unknowns

    def _pod(self, ident: str, listed: Message, status: Message, unknowns: list[str]) -> _Pod:
        metadata, info = listed.get("metadata", {}), _info(status)
        ready = listed.get("state", _READY) == _READY
        options = inside(status, "status", "linux", "namespaces", "options")
        host = options.get("network", 0) == _NODE if isinstance(options, dict) else None
        row = PodSandbox(
            ident, metadata.get("name", ""), metadata.get("namespace") or None, metadata.get("uid") or None,
            "ready" if ready else "notready", count(info, "pid") or None, None if host else _netns(info), host, self._runtime,
        )  # fmt: skip
        try:
            # A pod in the node's namespace has the node's addresses, which are not its own.
            addresses = [] if host else list(_addresses(ident, inside(status, "status", "network"), info))
        except ValueError as error:
            unknowns.append(f"an address of pod {row.namespace}/{row.name}: {error}")
            addresses = []
        return _Pod(row, addresses)

    def _containers(self, pods: dict[str, PodSandbox]) -> tuple[list[Container], list[ContainerLabel], list[str]]:
        unknowns: list[str] = []
        listed = self._list("ListContainers", _CONTAINERS)
        running = [each.get("id", "") for each in listed if each.get("state", 0) == _RUNNING]
        statuses = self._statuses("ContainerStatus", running, _CONTAINER_STATUS, unknowns)
        rows: list[Container] = []
        labels: list[ContainerLabel] = []
        for each in listed:
            ident, name = each.get("id", ""), inside(each, "metadata", "name") or ""
            if ident in running and ident not in statuses:
                continue
            status, pod = statuses.get(ident, {}), pods.get(each.get("sandbox", ""))
            state = each.get("state", 0)
            image = text(status, "status", "image", "image") or text(each, "image", "image")
            netns = pod.netns if pod is not None and ident in statuses else None
            mode = None if pod is None else "host" if pod.host_network else "pod"
            row = Container(
                ident, name, image, _STATES[state] if state < len(_STATES) else None, count(_info(status), "pid") or None,
                mode, None, netns, None, self._runtime, each.get("sandbox"),
            )  # fmt: skip
            rows.append(row)
            labels.extend(ContainerLabel(name, label, value, ident) for label, value in labels_kept(each.get("labels")))
        return rows, labels, unknowns


def _info(status: Message) -> Json:
    """Return what a verbose status adds, decoded: containerd and CRI-O put all of it under one name."""
    try:
        return orjson.loads(inside(status, "info", "info") or "null")
    except orjson.JSONDecodeError:
        return None


def _netns(info: Json) -> str | None:
    """Return the path of the network namespace in the specification that the sandbox was started with."""
    for namespace in items(info, "runtimeSpec", "linux", "namespaces"):
        if namespace.get("type") == "network":
            return text(namespace, "path")
    return None


def _addresses(ident: str, network: Json, info: Json) -> Iterator[PodAddress]:
    """Yield a pod's addresses, with their interfaces where the runtime passes on what its CNI plugin said.

    Raises:
        ValueError: one is no address.
    """
    said = [text(network, "ip"), *(text(each, "ip") for each in items(network, "more"))]
    wanted = {parse_ip(each): None for each in said if each is not None}
    interfaces = inside(info, "cniResult", "Interfaces")
    for name, interface in interfaces.items() if isinstance(interfaces, dict) else ():
        # The plugins' interfaces on the host are listed, too; those in the sandbox name it.
        if text(interface, "Sandbox") is None or name == "lo":
            continue
        for each in items(interface, "IPConfigs"):
            found = ip(each, "IP")
            if found is not None:
                wanted.pop(found, None)
                yield PodAddress(ident, found, None, str(name), mac(interface, "Mac"))
    for address in wanted:
        yield PodAddress(ident, address)


RUNTIME: Final = Runtime("cri", sources)
