"""What a namespace is called: by its pod, its container, ip-netns(8), or a process in it."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from podpath.collect.node.namespaces import Found, Namespace
from podpath.collect.node.parts import Place
from podpath.state.runtime import Container, PodSandbox


class _Claim(NamedTuple):
    """A name that a runtime gives to a namespace; the smallest rank wins."""

    rank: int
    kind: str
    name: str
    inode: int


def _inode_of_process(pid: int | None, by_pid: dict[int, int]) -> int | None:
    if not pid:
        return None
    if pid in by_pid:
        return by_pid[pid]
    try:  # started after the look through /proc
        return Path(f"/proc/{pid}/ns/net").stat().st_ino
    except OSError:
        return None


class Names:
    """Names for the namespaces of a node.

    Args:
        found: the namespaces.
        rows: what the runtimes say.
        host: the node's own namespace.
    """

    def __init__(self, found: Found, rows: Iterable[NamedTuple], host: int) -> None:
        self._host = host
        self._by_pid = {pid: space.inode for space in found.namespaces.values() for pid in space.pids}
        self._by_mount = {path: space.inode for space in found.namespaces.values() for _, path in space.mounts}
        self._claims: dict[int, _Claim] = {}
        self._taken: dict[tuple[str, str], int] = {}
        for claim in sorted(self._claims_of(list(rows))):
            self._claims.setdefault(claim.inode, claim)

    def _claims_of(self, rows: list[NamedTuple]) -> Iterator[_Claim]:
        for row in rows:
            if isinstance(row, PodSandbox):
                inode = self._inode(row.pid, row.netns)
                if inode is not None and inode != self._host:
                    yield _Claim(0, "pod", f"{row.namespace}/{row.name}" if row.namespace else row.name, inode)
            elif isinstance(row, Container):
                inode = self._inode(row.pid, row.sandbox)
                joins = (row.network_mode or "").startswith("container:") or row.pod is not None
                if inode is not None and inode != self._host:
                    yield _Claim(2 if joins else 1, "container", row.name, inode)

    def _inode(self, pid: int | None, path: str | None) -> int | None:
        inode = _inode_of_process(pid, self._by_pid)
        return inode if inode is not None or path is None else self._by_mount.get(os.path.normpath(path))

    def place(self, space: Namespace) -> Place:
        """Return what a namespace is called; numbers distinguish two with the same name."""
        kind, name = self._kind_and_name(space)
        holder = self._taken.setdefault((kind, name), space.inode)
        return Place(kind, name if holder == space.inode else f"{name} ({space.inode})", space.inode)

    def _kind_and_name(self, space: Namespace) -> tuple[str, str]:
        if space.inode == self._host:
            return "host", ""
        claim = self._claims.get(space.inode)
        if claim is not None:
            return claim.kind, claim.name
        named = space.netns_name()
        if named is not None:
            return "netns", named
        if space.pids:
            return "pid", str(space.pids[0])
        return "file", space.mounts[0][1] if space.mounts else space.descriptors[0]
