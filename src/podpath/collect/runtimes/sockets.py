"""Sockets of runtimes: where they are, who listens, and how to talk without waiting forever.

Connecting may start a runtime: where systemd holds the listening socket (systemd.socket(5)) and the
service does not run, the first connection starts it. podpath starts nothing, so it looks
who holds the socket before it connects (see docs/decisions).
"""

import os
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from podpath.collect.runtimes.interface import NotStartedError, UnansweredError, Where

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

_UNIX: Final = "unix://"
_LISTENS: Final = 0x10000
"""The flag of a listening socket in /proc/net/unix (``__SO_ACCEPTCON`` in linux/net.h)."""
_UNIX_COLUMNS: Final = 8
_ADDRESS: Final = 108
_MOST_LINKS: Final = 8


class DeadlineSocket(socket.socket):
    """A socket whose every call ends at one moment, however slowly the other side drips.

    ``settimeout`` alone limits each call, not their sum.
    """

    deadline = 0.0

    def _arm(self) -> None:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(left)

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Receive, as ``socket.recv``."""
        self._arm()
        return super().recv(bufsize, flags)

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        """Receive, as ``socket.recv_into``."""
        self._arm()
        return super().recv_into(buffer, nbytes, flags)

    def sendall(self, data: "ReadableBuffer", flags: int = 0) -> None:
        """Send, as ``socket.sendall``."""
        self._arm()
        super().sendall(data, flags)


def find_sockets(where: Where, patterns: tuple[str, ...], variables: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield the sockets that are there, each once.

    Args:
        where: root and environment.
        patterns: paths below the root, with ``*`` for any name.
        variables: environment variables that may hold the socket as ``unix:///path``.

    A path that may not be looked at is yielded, too: whether something is there is then not known.
    """
    seen: set[object] = set()
    named = [where.environ.get(variable, "") for variable in variables]
    paths = [where.root / name.removeprefix(_UNIX).lstrip("/") for name in named if name.startswith((_UNIX, "/"))]
    runtime_dir = where.environ.get("XDG_RUNTIME_DIR", "").lstrip("/")
    for pattern in patterns:
        paths.extend(sorted(where.root.glob(pattern)) if "*" in pattern else [where.root / pattern])
        if runtime_dir and pattern.startswith("run/user/*/"):
            paths.append(where.root / runtime_dir / pattern.removeprefix("run/user/*/"))
    for path in paths:
        identity: object
        try:
            found = path.stat()
            identity = (found.st_dev, found.st_ino)
            there = stat.S_ISSOCK(found.st_mode)
        except PermissionError:
            identity, there = path, True
        except OSError:
            continue
        if there and identity not in seen:
            seen.add(identity)
            yield path


def connect(path: Path, where: Where, servers: frozenset[str]) -> DeadlineSocket:
    """Return a connection to a socket.

    Args:
        path: the socket.
        where: root and deadline.
        servers: names of the processes that serve it.

    Raises:
        FileNotFoundError: it is not there any more.
        PermissionError: it is forbidden to this user.
        NotStartedError: systemd would start it.
        UnansweredError: nobody listens, or its queue is full.
    """
    if waits_for_systemd(path, where, servers):
        raise NotStartedError(f"{path}: it is not running (connecting would start it, and podpath starts nothing)")
    connection = DeadlineSocket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.deadline = where.deadline
    try:
        connection.settimeout(max(0.001, where.deadline - time.monotonic()))
        with _short(path) as name:
            connection.connect(name)
    except OSError as error:
        connection.close()
        raise _plain(path, error) from None
    return connection


def _plain(path: Path, error: OSError) -> Exception:
    """Return what to raise for a connection that failed."""
    match error:
        case FileNotFoundError() | PermissionError():
            return type(error)(error.errno, error.strerror, str(path))
        case ConnectionRefusedError():
            return UnansweredError(f"{path}: it is not running (nothing listens)")
        case BlockingIOError() | TimeoutError():
            return UnansweredError(f"{path}: it does not answer (its queue is full)")
        case _:
            return UnansweredError(f"{path}: {error.strerror or error}")


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """Give a path that fits into a socket address (108 bytes, unix(7)): through its open directory."""
    if len(os.fsencode(path)) < _ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def waits_for_systemd(path: Path, where: Where, servers: frozenset[str]) -> bool:
    """Say whether only systemd listens on a socket, so that connecting would start the service.

    Where the holders cannot be seen (an ordinary user), a node run by systemd without a process of
    the server's name counts as one where connecting would start it.
    """
    inodes = _listening(path, where)
    if not inodes:
        return False
    held_by_systemd = seen_server = False
    for process in _processes(where):
        name = _comm(process)
        seen_server |= name in servers
        if inodes.isdisjoint(_open_files(process)):
            continue
        if name != "systemd":
            return False
        held_by_systemd = True
    return held_by_systemd or (_comm(where.root / "proc" / "1") == "systemd" and not seen_server)


def followed(path: Path, where: Where) -> Path:
    """Return what a symbolic link leads to below the root; a path that is none is returned as it is."""
    for _ in range(_MOST_LINKS):
        try:
            target = os.readlink(path)  # noqa: PTH115 - Path.resolve would leave a root that is a link itself
        except OSError:
            break
        path = where.root / target.lstrip("/") if target.startswith("/") else Path(os.path.normpath(path.parent / target))
    return path


def _listening(path: Path, where: Where) -> set[str]:
    """Return the listening sockets with this path, as /proc/PID/fd shows them; empty in another network namespace.

    /proc/net is the namespace of the main thread, and that one may be elsewhere just now.
    """
    found, names = set(), set()
    for spelling in (path, followed(path, where)):  # podman-docker links Docker's socket to podman's
        inside = f"/{spelling.relative_to(where.root)}" if spelling.is_relative_to(where.root) else str(spelling)
        names |= {inside, f"/var{inside}"}
    with suppress(OSError):
        for line in (where.root / "proc/thread-self/net/unix").read_text(encoding="utf-8", errors="replace").splitlines()[1:]:
            words = line.split(maxsplit=7)
            if len(words) == _UNIX_COLUMNS and words[7] in names and int(words[3], 16) & _LISTENS:
                found.add(f"socket:[{words[6]}]")
    return found


def _processes(where: Where) -> Iterator[Path]:
    with suppress(OSError):
        for name in os.listdir(where.root / "proc"):  # noqa: PTH208 - a node has thousands, and most are no use
            if name.isdigit():
                yield where.root / "proc" / name


def _comm(process: Path) -> str:
    try:
        return (process / "comm").read_text(encoding="utf-8", errors="replace").rstrip("\n")
    except OSError:
        return ""


def _open_files(process: Path) -> Iterator[str]:
    """Yield what the open files of a process are; nothing where that is forbidden or it has ended."""
    with suppress(OSError), os.scandir(process / "fd") as entries:
        for entry in entries:
            with suppress(OSError):
                yield os.readlink(entry.path)  # noqa: PTH115 - thousands of times
