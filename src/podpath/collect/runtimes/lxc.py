"""LXC, LXD and Incus: by the control groups of their containers' processes, without asking anything.

``lxc-ls`` and ``lxc-info`` ask each container's monitor; the kernel knows as much: the payload of a
container is the control group ``lxc.payload.NAME``, and its first process is number 1 in its own
process namespace (``NSpid`` in /proc/PID/status, proc_pid_status(5)).
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from podpath.collect.runtimes.cgroup import owner_of_process
from podpath.collect.runtimes.interface import Heard, Runtime, Source, Where
from podpath.state.evidence import Complete, Coverage
from podpath.state.runtime import Container

_NAME: Final = "lxc"
_COMMAND: Final = "lxc-ls --fancy"
_HOME: Final = "var/lib/lxc"
_PAYLOADS: Final = ("lxc.payload.*", "*/lxc.payload.*", "lxc/*", "*/lxc/*")
"""Control groups of containers, in the unified hierarchy and in the older ones."""
_OTHERS: Final = ("var/lib/lxd/containers", "var/snap/lxd/common/lxd/containers", "var/lib/incus/containers")


def sources(where: Where) -> Iterator[Source]:
    """Yield this node, where anything of LXC, LXD or Incus is on it."""
    groups = where.root / "sys/fs/cgroup"
    if (
        _defined(where)
        or any((where.root / other).exists() for other in _OTHERS)
        or any(True for pattern in _PAYLOADS for _ in groups.glob(pattern))
    ):
        yield Source(_NAME, _COMMAND, partial(_read, where))


def _defined(where: Where) -> set[str]:
    """Return the names of the containers that have a configuration; none where they may not be listed."""
    with suppress(OSError):
        return {folder.name for folder in (where.root / _HOME).iterdir() if (folder / "config").exists()}
    return set()


def _read(where: Where) -> Iterator[Heard]:
    first = dict(_first_processes(where))
    rows: list[NamedTuple] = []
    for name in sorted({*first, *_defined(where)}):
        pid = first.get(name)
        rows.append(Container(name, name, None, "running" if pid is not None else "stopped", pid, runtime=_NAME))
    # LXD's and Incus's stopped containers are in their databases.
    yield Heard(_COMMAND, rows, (Coverage("container", part=_NAME, complete=Complete.NO),))


def _first_processes(where: Where) -> Iterator[tuple[str, int]]:
    """Yield the name and the first process of each running container."""
    for name in os.listdir(where.root / "proc"):  # noqa: PTH208 - a node has thousands of processes
        owner = owner_of_process(int(name), where.root) if name.isdigit() else None
        if owner is not None and owner.runtime == _NAME and owner.id is not None and _is_first(where.root / "proc" / name):
            yield owner.id, int(name)


def _is_first(process: Path) -> bool:
    """Say whether a process is number 1 of a process namespace below this one."""
    with suppress(OSError):
        for line in (process / "status").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("NSpid:"):
                return len(line.split()) > len(("NSpid:", "outside")) and line.split()[-1] == "1"
    return False


RUNTIME: Final = Runtime(_NAME, sources)
