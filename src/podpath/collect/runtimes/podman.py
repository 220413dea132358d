"""Podman: by its own API where it runs, else by the files that it leaves.

Podman has no daemon. Its API is a service that systemd starts for the first client and ends again, and its
command writes locks and a database when it only lists. So podpath asks a service that runs already, and else reads
what storage and the runtime left: names, images, processes and namespaces, but neither addresses nor ports
(see docs/decisions).
"""

import errno
import os
import re
import stat
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import orjson

from podpath.collect.runtimes.docker import PODMAN, Inspected, heard, inspect_each, running_first
from podpath.collect.runtimes.http_api import Api
from podpath.collect.runtimes.interface import Heard, NotStartedError, Runtime, Source, UnansweredError, Where
from podpath.collect.runtimes.sockets import find_sockets
from podpath.readers.documents import container_name, count, inside, items, text
from podpath.readers.interface import Json
from podpath.state.evidence import Complete, covers
from podpath.state.host import Missing
from podpath.state.runtime import Container, ContainerAddress, ContainerLabel, ContainerNetwork, PodSandbox, PublishedPort

_NAME: Final = "podman"
_SERVERS: Final = frozenset((_NAME,))
_USUAL: Final = "run/podman/podman.sock"
_SOCKETS: Final = (_USUAL, "run/user/*/podman/podman.sock")
_UID: Final = 2
_HOME: Final = 5
"""Columns of /etc/passwd."""
_LARGEST: Final = 16 << 20
_POD: Final = re.compile(r"(?:libpod_pod_|libpod_parent/)([0-9a-f]{64})")
"""A pod in the path of its containers' control group, as systemd and as cgroupfs have it."""
_TABLES: Final = (Container, ContainerAddress, ContainerLabel, PublishedPort)


class _Home(NamedTuple):
    """Where the containers of one user are.

    Attributes:
        user: who; empty for root.
        uid: the same, as a number.
        storage: what lasts.
        run: what lasts until the next boot.
        socket: where its service listens.
    """

    user: str
    uid: int
    storage: Path
    run: Path
    socket: Path


def sources(where: Where) -> Iterator[Source]:
    """Yield the users that have a service's socket or a storage of containers."""
    # People who have podman in Docker's place say so in Docker's variable.
    variables = ("CONTAINER_HOST", *(["DOCKER_HOST"] if _NAME in where.environ.get("DOCKER_HOST", "") else []))
    sockets = list(find_sockets(where, _SOCKETS, variables))
    for home in _homes(where):
        socket = next((path for path in sockets if path == home.socket), None)
        if socket is not None or _is_there(home.storage):
            command = f"sudo -u {home.user} podman" if home.user else _NAME
            yield Source(f"{_NAME} ({socket or home.storage})", f"{command} ps -a", partial(_read, home, socket, where, command))
            sockets = [path for path in sockets if path != socket]
    for path in sockets:
        command = f"{_NAME} --url unix://{path}"
        yield Source(f"{_NAME} ({path})", f"{command} ps -a", partial(_ask, path, where, command))


def _homes(where: Where) -> Iterator[_Home]:
    """Yield root, and the users that have a directory below /run/user."""
    # containers-storage.conf(5); what a user sets for himself is not looked for.
    storage, run = _configured(where.root / "etc/containers/storage.conf", "graphroot", "runroot")
    storage, run = storage or "var/lib/containers/storage", run or "run/containers/storage"
    yield _Home("", _user_of(where.root), where.root / storage, where.root / run, where.root / _USUAL)
    users = {}
    with suppress(OSError):
        for line in (where.root / "etc/passwd").read_text(encoding="utf-8", errors="replace").splitlines():
            words = line.split(":")
            if len(words) > _HOME and words[_HOME] not in {"", "/"}:
                users[words[_UID]] = (words[0], where.root / words[_HOME].lstrip("/"))
    for folder in sorted(where.root.glob("run/user/*")):
        if folder.name.isdecimal() and folder.name in users and folder.name != "0":
            user, home = users[folder.name]
            yield _Home(
                user,
                _user_of(where.root, int(folder.name)),
                home / ".local/share/containers/storage",
                folder / "containers",
                folder / "podman/podman.sock",
            )


def _user_of(root: Path, user: int = 0) -> int:
    """Return whose files those of a user are; where a directory stands for ``/``, those of its owner."""
    if root == Path("/"):
        return user
    with suppress(OSError):
        return root.stat().st_uid
    return user


def _configured(path: Path, *names: str) -> list[str | None]:
    """Return settings of storage, without the leading stroke, or None if the file does not set them."""
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return [None for _ in names]
    return [found.lstrip("/") if (found := text(settings, "storage", name)) is not None else None for name in names]


def _is_there(path: Path) -> bool:
    """Say whether something is there, or may be: a path without permission may be there."""
    try:
        return path.exists()
    except PermissionError:
        return True


def _read(home: _Home, socket: Path | None, where: Where, command: str) -> Iterator[Heard]:
    """Yield what the service reports, or what its files show if it does not answer."""
    failed: UnansweredError | None = None
    if socket is not None:
        try:
            yield from _ask(socket, where, command)
        except NotStartedError:
            pass  # as podman is most of the time: its files say whether there is anything to ask it
        except UnansweredError as error:
            failed = error
        else:
            return
    found = list(_look(home, where, command, "its service does not run" if failed is None else str(failed)))
    if failed is not None and not found:
        raise failed
    yield from found


def _ask(path: Path, where: Where, command: str) -> Iterator[Heard]:
    with Api(path, where, _SERVERS) as api:
        version = api.header("/_ping", PODMAN)
        if version is None:
            raise UnansweredError(f"{path}: it is not podman")
        base = f"/v{version}/libpod"
        found = inspect_each(api, base + "/containers/{}/json", running_first(api.list(f"{base}/containers/json?all=true")))
        yield heard(f"{command} inspect $({command} ps -aq)", _NAME, found, _TABLES)
        yield _pods(f"{command} pod inspect $({command} pod ps -q)", api.list(f"{base}/pods/json"), found)
        networks = Inspected(api.list(f"{base}/networks/json"))
        yield heard(f"{command} network inspect $({command} network ls -q)", _NAME, networks, (ContainerNetwork,))


def _pods(command: str, listed: list[Json], containers: Inspected) -> Heard:
    """Return the pods; process and namespace are those of the container that holds them."""
    by_id = {text(each, "Id"): each for each in containers.documents}
    rows = []
    for pod in listed:
        infra = by_id.get(text(pod, "InfraId"))
        pid = count(infra, "State", "Pid") or None
        netns = text(infra, "NetworkSettings", "SandboxKey") if pid is not None else None
        state = "ready" if text(pod, "Status") in {"Running", "Degraded"} else "notready"
        mode = text(infra, "HostConfig", "NetworkMode")
        host = None if mode is None else mode == "host"
        rows.append(PodSandbox(text(pod, "Id") or "", text(pod, "Name") or "", None, None, state, pid, netns, host, _NAME))
    complete = Complete.YES if containers.cut_off is None else Complete.NO
    return Heard(command, rows, (covers(PodSandbox, part=_NAME, complete=complete),))


def _look(home: _Home, where: Where, command: str, reason: str) -> Iterator[Heard]:
    """Yield what the files of a user's containers show.

    Raises:
        PermissionError: they are forbidden to this user.
        UnansweredError: a file cannot be read.
    """
    rows = [row for folder in _folders(home.storage) for row in _containers(folder, home, where)]
    if rows:
        lost = f"addresses, ports, labels and pods of podman's containers: {reason}"
        missing = Missing(lost, f"{command} inspect $({command} ps -aq)")
        yield Heard(f"{command} ps -a", rows, (covers(Container, part=_NAME, complete=Complete.NO),), (missing,))


def _folders(storage: Path) -> list[Path]:
    """Return the directories of containers, one for each storage driver that was ever used."""
    try:
        return sorted(folder for folder in storage.iterdir() if folder.name.endswith("-containers"))
    except FileNotFoundError:
        return []


def _containers(folder: Path, home: _Home, where: Where) -> Iterator[Container]:
    try:
        listed = _document(folder / "containers.json", home.uid)
    except FileNotFoundError:
        return
    for each in listed if isinstance(listed, list) else ():
        ident = text(each, "id")
        if ident is not None and "/" not in ident:
            # What has no such file was made by CRI-O or buildah, which share the storage, or is gone.
            with suppress(FileNotFoundError):
                specification = _document(folder / ident / "userdata/config.json", home.uid)
                if text(specification, "annotations", "io.container.manager") == "libpod":
                    yield _container(ident, each, specification, home.run / folder.name / ident / "userdata", home.uid, where)


def _read_own(path: Path, owner: int) -> bytes:
    """Return a file that a user's podman left: regular, his own, and not larger than any that podman writes.

    He may have put anything in its place, and this may run as root.

    Raises:
        OSError: it cannot be read.
        UnansweredError: it is not what podman leaves.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:
            raise UnansweredError(f"{path}: not a regular file") from None
        raise
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_uid != owner:
            raise UnansweredError(f"{path}: not a regular file of user {owner}")
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST:
        raise UnansweredError(f"{path}: larger than {_LARGEST >> 20} MB")
    return content


def _document(path: Path, owner: int) -> Json:
    try:
        return orjson.loads(_read_own(path, owner))
    except orjson.JSONDecodeError as error:
        raise UnansweredError(f"{path}: no JSON ({error})") from None


def _container(ident: str, stored: Json, specification: Json, run: Path, owner: int, where: Where) -> Container:
    try:
        metadata = orjson.loads(text(stored, "metadata") or "null")
    except orjson.JSONDecodeError:
        metadata = None
    network = next((each for each in items(specification, "linux", "namespaces") if each.get("type") == "network"), None)
    pid = _running(run, owner, where)
    pod = _POD.search(text(specification, "linux", "cgroupsPath") or "")
    names = inside(stored, "names")
    called = text(metadata, "name") or (str(names[0]) if isinstance(names, list) and names else ident)
    name = container_name(called) or ident
    return Container(
        ident, name, text(metadata, "image-name"), "running" if pid is not None else "exited", pid,
        "host" if network is None else None, None, text(network, "path") if pid is not None else None,
        None, _NAME, pod[1] if pod is not None else None,
    )  # fmt: skip


def _running(run: Path, owner: int, where: Where) -> int | None:
    """Return a container's first process, or None if it has ended.

    The file outlives the process, whose number may be another's by now: it is the child of its conmon.
    """
    try:
        pid, monitor = (int(_read_own(run / name, owner)) for name in ("pidfile", "conmon.pid"))
        status = (where.root / "proc" / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (OSError, ValueError, UnansweredError):
        return None
    # The name, in parentheses, may hold anything; state and parent follow it (proc_pid_stat(5)).
    return pid if status.rpartition(")")[2].split()[1:2] == [str(monitor)] else None


RUNTIME: Final = Runtime(_NAME, sources)
