"""The container of a process, by the names of its control groups, without asking a runtime.

Runtimes put each container into a control group named after it, in one of two ways: as a scope of systemd
(``docker-ID.scope``) or as a plain directory (``/docker/ID``). Kubernetes puts pods around them. Names as in
runc libcontainer/cgroups/systemd, kubelet's cgroup manager, conmon, and lxc.container.conf(5).
"""

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple


class Owner(NamedTuple):
    """The container that a process belongs to.

    Attributes:
        runtime: docker, podman, containerd, cri-o, lxc or systemd-nspawn, or None if the name does not tell.
        id: identifier of the container, or its name where the runtime has only names, or None if only the pod is known.
        pod_uid: identifier of the Kubernetes pod around it.
    """

    runtime: str | None
    id: str | None
    pod_uid: str | None = None


_RUNTIMES: Final = {
    "docker": "docker", "cri-containerd": "containerd", "nerdctl": "containerd", "containerd": "containerd",
    "crio": "cri-o", "libpod": "podman",
}  # fmt: skip
_ID: Final = r"[0-9a-f]{64}"
_NAMED: Final = re.compile(rf"(?:.*:)?({'|'.join(_RUNTIMES)})[-:]({_ID})(?:\.scope)?$")
_PLAIN: Final = re.compile(rf"(?:[\w.]+-)?({_ID})(?:\.scope)?$")
_UID: Final = r"[0-9a-f]{8}(?:[-_][0-9a-f]{4}){3}[-_][0-9a-f]{12}|[0-9a-f]{32}"
_POD: Final = re.compile(rf"(?:[\w-]*kubepods[\w-]*-)?pod({_UID})(?:\.slice)?$")
_LXC: Final = re.compile(r"lxc\.payload\.(.+)$")
_NSPAWN: Final = re.compile(r"systemd-nspawn@(.+)\.service$|machine-(.+)\.scope$")
_ESCAPE: Final = re.compile(r"\\x([0-9a-f]{2})")


def owner_of(cgroups: str) -> Owner | None:
    """Return whose process it is by the text of /proc/PID/cgroup (cgroups(7)), or None if no container's name is in it.

    Of containers inside containers it is the innermost.
    """
    found = [owner for line in cgroups.splitlines() if (owner := _owner_of_path(line.split(":", 2)[-1])) is not None]
    # A container may be missing from some of the hierarchies of version 1; what names most tells most.
    return max(found, key=lambda owner: sum(each is not None for each in owner), default=None)


def owner_of_process(pid: int, root: Path = Path("/")) -> Owner | None:
    """Return the container of a process, or None if it is in none, or has ended."""
    try:
        return owner_of((root / "proc" / str(pid) / "cgroup").read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return None


def first_processes(root: Path = Path("/")) -> dict[Owner, int]:
    """Return the first process of each container that has any, by looking at every process of the node.

    It is the one that is number 1 in a process namespace of its own; where the container has none of its
    own, the one with the lowest number.
    """
    found: dict[Owner, tuple[bool, int]] = {}
    for name in os.listdir(root / "proc"):  # noqa: PTH208 - a node has thousands of processes
        owner = owner_of_process(int(name), root) if name.isdecimal() else None
        if owner is not None and owner.id is not None:
            rank = (not _is_first(root / "proc" / name), int(name))
            found[owner] = min(rank, found.get(owner, rank))
    return {owner: pid for owner, (_, pid) in found.items()}


def _is_first(process: Path) -> bool:
    """Say whether a process is number 1 of a process namespace below this one (``NSpid``, proc_pid_status(5))."""
    with suppress(OSError):
        for line in (process / "status").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("NSpid:"):
                return len(line.split()) > len(("NSpid:", "outside")) and line.split()[-1] == "1"
    return False


def _owner_of_path(path: str) -> Owner | None:
    names = [name for name in path.split("/") if name]
    for at in range(len(names) - 1, -1, -1):
        name, parent = names[at], names[at - 1] if at else ""
        if (pod := _POD.match(name)) is not None:
            return Owner(None, None, _uid(pod[1]))
        owner = _container(name, parent)
        if owner is not None:
            # systemd's form of a path under cgroupfs is slice:prefix:identifier.
            around = _POD.match(parent) or _POD.match(name.partition(":")[0])
            return owner._replace(pod_uid=_uid(around[1])) if around is not None else owner
    return None


def _container(name: str, parent: str) -> Owner | None:
    """Return the container that one control group is; the monitors beside containers are none."""
    if (named := _NAMED.match(name)) is not None:
        return Owner(_RUNTIMES[named[1]], named[2])
    if "conmon" in name or name.startswith("lxc.monitor"):
        return None
    if (plain := _PLAIN.match(name)) is not None:
        return Owner(_RUNTIMES.get(parent), plain[1])
    if (lxc := _LXC.match(name)) is not None:
        return Owner("lxc", _unescape(lxc[1]))
    if parent in {"lxc", "lxc.payload"}:
        return Owner("lxc", _unescape(name))
    if (machine := _NSPAWN.match(name)) is not None and not name.startswith(("machine-qemu", "machine-lxc")):
        return Owner("systemd-nspawn", _unescape(machine[1] or machine[2]))
    return None


def _uid(text: str) -> str:
    """Return a pod's identifier; systemd's names have ``_`` for the ``-`` in it."""
    return text.replace("_", "-")


def _unescape(text: str) -> str:
    """Return a name without the escapes of systemd (systemd.unit(5))."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
