"""Files that say how a node's network should be: the CNI's, flannel's, the resolver's, and who the node is."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from struct import pack
from typing import Final

from podpath.collect.node.parts import Place, Text
from podpath.netlink.libc import call
from podpath.readers import resolv_conf
from podpath.readers.interface import Bad
from podpath.state.host import Fact, Resolver

_FLANNEL: Final = ("run/flannel/subnet.env",)
_CNI_FOLDERS: Final = ("etc/cni/net.d", "var/lib/rancher/k3s/agent/etc/cni/net.d", "var/lib/rancher/rke2/agent/etc/cni/net.d")
_CNI_SUFFIXES: Final = (".conflist", ".conf", ".json")
_LARGEST: Final = 1 << 20
_SYS_OPENAT2: Final = 437  # the same number on every architecture
_RESOLVE_IN_ROOT: Final = 0x10
_RESOLVE_NO_MAGICLINKS: Final = 0x02


def facts() -> Iterator[Fact]:
    """Yield who the node is, and when it was looked at."""
    system = os.uname()
    yield Fact("hostname", system.nodename)
    yield Fact("kernel", system.release)
    with suppress(OSError, UnicodeDecodeError):
        yield Fact("machine-id", Path("/etc/machine-id").read_text(encoding="ascii").strip())
    yield Fact("captured", datetime.now(UTC).isoformat(timespec="milliseconds"))


def configuration(place: Place, root: Path = Path("/")) -> Iterator[Text]:
    """Yield the files of flannel and of the CNI.

    Args:
        place: the node's own namespace.
        root: directory that stands for ``/``.
    """
    files = [Path(name) for name in _FLANNEL]
    for folder in _CNI_FOLDERS:
        try:
            names = sorted(os.listdir(root / folder))
        except OSError:
            continue
        files += [Path(folder, name) for name in names if name.endswith(_CNI_SUFFIXES)]
    for file in files:
        try:
            with (root / file).open(encoding="utf-8", errors="replace") as opened:
                yield Text(place, f"cat /{file}", opened.read(_LARGEST))
        except OSError:
            continue


def _open_inside(pid: int, path: str) -> int:
    """Open a file as a process sees it; a link in its file system cannot lead out of it (openat2(2)).

    Raises:
        OSError: there is none, or it is forbidden, or the kernel is older than 5.6.
    """
    root = os.open(os.path.join("/proc", str(pid), "root"), os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        how = pack("=QQQ", os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY, 0, _RESOLVE_IN_ROOT | _RESOLVE_NO_MAGICLINKS)
        return call("syscall", _SYS_OPENAT2, root, path.encode(), how, len(how))
    finally:
        os.close(root)


def read_inside(pid: int, path: str) -> str | None:
    """Return a file as a process sees it; None where there is no such regular file, or it may not be read."""
    try:
        descriptor = _open_inside(pid, path)
    except OSError:
        return None
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return file.read(_LARGEST).decode("utf-8", errors="replace")


def resolvers(pid: int) -> Iterator[Resolver]:
    """Yield the lines of a process's ``/etc/resolv.conf``."""
    text = read_inside(pid, "/etc/resolv.conf")
    reader = resolv_conf.READER.read
    for _, row in reader((), text.splitlines()) if text is not None and reader is not None else ():
        if not isinstance(row, Bad):
            yield row  # type: ignore[misc]
