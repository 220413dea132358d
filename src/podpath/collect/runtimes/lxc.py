"""LXC, LXD and Incus: by the control groups of their containers' processes, without asking anything.

``lxc-ls`` and ``lxc-info`` ask each container's monitor; the kernel knows as much: the payload of a
container is the control group ``lxc.payload.NAME``.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from typing import Final, NamedTuple

from podpath.collect.runtimes.cgroup import first_processes
from podpath.collect.runtimes.interface import Heard, Runtime, Source, Where
from podpath.state.evidence import Complete, covers
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
    """Return the names of the containers that have a configuration; empty if they may not be listed."""
    with suppress(OSError):
        return {folder.name for folder in (where.root / _HOME).iterdir() if (folder / "config").exists()}
    return set()


def _read(where: Where) -> Iterator[Heard]:
    first = {owner.id: pid for owner, pid in first_processes(where.root).items() if owner.runtime == _NAME and owner.id}
    rows: list[NamedTuple] = []
    for name in sorted({*first, *_defined(where)}):
        pid = first.get(name)
        rows.append(Container(name, name, None, "running" if pid is not None else "stopped", pid, runtime=_NAME))
    if rows:  # LXD's and Incus's stopped containers are in their databases
        yield Heard(_COMMAND, rows, (covers(Container, part=_NAME, complete=Complete.NO),))


RUNTIME: Final = Runtime(_NAME, sources)
