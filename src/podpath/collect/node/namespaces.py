"""Which network namespaces this node has, who holds each, and a descriptor to enter it by (namespaces(7)).

A namespace lives as long as a process is in it, a file is mounted from it, or a descriptor of it is open.
Each of the three is looked at, in every mount namespace that a process of ours shows.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from podpath.state.host import NetnsHolder

_LINK: Final = re.compile(r"net:\[(\d+)\]$")
_SOCKET: Final = re.compile(r"socket:\[(\d+)\]$")
# proc_pid_mountinfo(5): id, parent, device, root, mount point, …, "-", type.
_MOUNT: Final = re.compile(r"^\d+ \d+ \d+:\d+ net:\[(\d+)\] (\S+) .*- nsfs ")
_OCTAL: Final = re.compile(r"\\([0-7]{3})")
_NAMED: Final = re.compile(r"^(?:/var)?/run/netns/(.+)$")
_TUN: Final = "/dev/net/tun"
_HOLDERS_KEPT: Final = 8


@dataclass
class Namespace:
    """A network namespace.

    Attributes:
        inode: its number.
        pids: processes in it, the oldest first.
        mounts: where it is mounted, as (process whose mounts show it, path).
        descriptors: open descriptors of it, as ``/proc/PID/fd/N``.
    """

    inode: int
    pids: list[int] = field(default_factory=list)
    mounts: list[tuple[int, str]] = field(default_factory=list)
    descriptors: list[str] = field(default_factory=list)

    def paths(self) -> Iterator[str]:
        """Yield what leads to it: processes first, they say most."""
        yield from (f"/proc/{pid}/ns/net" for pid in self.pids)
        yield from (f"/proc/{pid}/root{path}" for pid, path in self.mounts)
        yield from self.descriptors

    def open(self) -> int | None:
        """Return a descriptor of it, or None if it has vanished, or nothing leads to it (a mount below another mount).

        Raises:
            PermissionError: what leads to it is forbidden.
        """
        forbidden: PermissionError | None = None
        for path in self.paths():
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except PermissionError as error:
                forbidden = error
                continue
            except OSError:
                continue
            if os.fstat(descriptor).st_ino == self.inode:
                return descriptor
            os.close(descriptor)
        if forbidden is not None:
            raise forbidden
        return None

    def netns_name(self) -> str | None:
        """Return the name that ip-netns(8) gives it on this host."""
        return next((match[1] for _, path in self.mounts if (match := _NAMED.match(path))), None)

    def holders(self) -> Iterator[NetnsHolder]:
        """Yield what keeps it alive; of many processes the first few."""
        for pid in self.pids[:_HOLDERS_KEPT]:
            yield NetnsHolder("process", command_name(pid), pid)
        for pid, path in self.mounts[:_HOLDERS_KEPT]:
            yield NetnsHolder("mount", path, pid)
        for path in self.descriptors[:_HOLDERS_KEPT]:
            pid = int(path.split("/")[2])
            yield NetnsHolder("descriptor", path, pid)


@dataclass
class Found:
    """What a look through ``/proc`` found.

    Attributes:
        namespaces: by inode.
        sockets: process and descriptor that hold a socket, by the socket's inode.
        tuns: processes, each with a descriptor of ``/dev/net/tun``.
        hidden: processes whose namespace may not be seen.
    """

    namespaces: dict[int, Namespace] = field(default_factory=dict)
    sockets: dict[int, tuple[int, int]] = field(default_factory=dict)
    tuns: list[tuple[int, int]] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)

    def _namespace(self, inode: str) -> Namespace:
        return self.namespaces.setdefault(int(inode), Namespace(int(inode)))

    def process(self, pid: int) -> int | None:
        """Note a process's namespace and its open descriptors; return its mount namespace, None if it is gone."""
        folder = f"/proc/{pid}"
        try:
            match = _LINK.match(os.readlink(f"{folder}/ns/net"))
            mounts = os.readlink(f"{folder}/ns/mnt")
        except PermissionError:
            self.hidden.append(pid)
            return None
        except OSError:
            return None
        if match is not None:
            self._namespace(match[1]).pids.append(pid)
        try:
            descriptors = os.listdir(f"{folder}/fd")
        except OSError:
            descriptors = []
        for number in descriptors:
            self._descriptor(pid, number)
        return int(mounts[5:-1])

    def _descriptor(self, pid: int, number: str) -> None:
        path = f"/proc/{pid}/fd/{number}"
        try:
            target = os.readlink(path)
        except OSError:
            return
        if target.startswith("socket:"):
            if (match := _SOCKET.match(target)) is not None:
                self.sockets.setdefault(int(match[1]), (pid, int(number)))
        elif target == _TUN:
            self.tuns.append((pid, int(number)))
        elif (match := _LINK.match(target)) is not None and pid != os.getpid():
            self._namespace(match[1]).descriptors.append(path)

    def owners(self) -> dict[int, str]:
        """Return the process of each socket, in the words of ss(8), by the socket's inode."""
        names: dict[int, str] = {}
        return {
            inode: f'users:(("{names.setdefault(pid, command_name(pid))}",pid={pid},fd={descriptor}))'
            for inode, (pid, descriptor) in self.sockets.items()
        }

    def mounts(self, pid: int) -> None:
        """Note the namespaces that are mounted where a process sees them."""
        try:
            text = Path(f"/proc/{pid}/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return
        if " nsfs " not in text:
            return
        for line in text.splitlines():
            if (match := _MOUNT.match(line)) is not None:
                path = _OCTAL.sub(lambda octal: chr(int(octal[1], 8)), match[2])
                self._namespace(match[1]).mounts.append((pid, path))


def command_name(pid: int) -> str:
    """Return the name of a process's program (``/proc/PID/comm``); empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def processes() -> list[int]:
    """Return the numbers of all processes, in order."""
    return sorted(int(name) for name in os.listdir("/proc") if name.isdecimal())


def find_namespaces(pids: Iterable[int] | None = None) -> Found:
    """Look for every network namespace of this node.

    Args:
        pids: processes to look at; none means all.
    """
    found = Found()
    seen_mounts: dict[int, int] = {}
    for pid in processes() if pids is None else pids:
        mounts = found.process(pid)
        if mounts is not None:
            seen_mounts.setdefault(mounts, pid)
    for pid in seen_mounts.values() or (os.getpid(),):
        found.mounts(pid)
    return found


def host_inode(found: Found) -> int:
    """Return the namespace that is the node's own: that of process 1, or ours where that may not be seen.

    Raises:
        OSError: there is no ``/proc``.
    """
    first = next((space.inode for space in found.namespaces.values() if 1 in space.pids), None)
    return first if first is not None else Path("/proc/thread-self/ns/net").stat().st_ino
