"""Files that say how a node's network should be: the CNI's, flannel's, the resolver's, and who the node is."""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from struct import pack
from typing import Final

from podpath.collect.node.parts import CommandOutput, Part, Place, Rows
from podpath.netlink.libc import call
from podpath.state.host import Fact, Missing

_FLANNEL: Final = ("run/flannel/subnet.env",)
_CNI_FOLDERS: Final = ("etc/cni/net.d", "var/lib/rancher/k3s/agent/etc/cni/net.d", "var/lib/rancher/rke2/agent/etc/cni/net.d")
_CNI_SUFFIXES: Final = (".conflist", ".conf", ".json")
_PARTS: Final = frozenset(("plugins", "ipam", "ranges", "delegate"))
_VALUES: Final = frozenset(
    ("name", "cniVersion", "type", "bridge", "mtu", "subnet", "hairpinMode", "isGateway", "isDefaultGateway", "ipMasq")
)
"""Keys of a network configuration that are read; script.sh has them, too."""
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


def of_cni(text: str) -> str | None:
    """Return a network configuration with what podpath reads of it, and nothing else, or None if it is none.

    Plugins keep tokens, passwords and keys in it, under names that cannot be listed.
    """
    try:
        return json.dumps(_known(json.loads(text)), indent=1)
    except (ValueError, RecursionError):
        return None


def _known(value: object) -> object:
    if isinstance(value, list):
        return [_known(each) for each in value if isinstance(each, dict | list)]
    if isinstance(value, dict):
        return {key: _known(inner) for key, inner in value.items() if key in _PARTS and isinstance(inner, dict | list)} | {
            key: inner for key, inner in value.items() if key in _VALUES and not isinstance(inner, dict | list)
        }
    return None


def configuration(place: Place, root: Path = Path("/")) -> Iterator[Part]:
    """Yield the files of flannel and of the CNI; one that may not be read is missing.

    Args:
        place: the node's own namespace.
        root: directory that stands for ``/``.
    """
    files = [Path(name) for name in _FLANNEL]
    for folder in _CNI_FOLDERS:
        try:
            names = sorted(os.listdir(root / folder))
        except FileNotFoundError:
            continue
        except OSError as error:
            yield Rows(place, [Missing(f"the files of /{folder} ({error.strerror})", f"sudo ls /{quote(folder)}")])
            continue
        files += [Path(folder, name) for name in names if name.endswith(_CNI_SUFFIXES)]
    for file in files:
        try:
            with (root / file).open(encoding="utf-8", errors="replace") as opened:
                text = opened.read(_LARGEST)
            if file.suffix in _CNI_SUFFIXES:
                kept = of_cni(text)
                if kept is None:
                    yield Rows(place, [Missing(f"/{file}: it is not JSON", f"sudo cat /{quote(str(file))}")])
                    continue
                text = kept
            yield CommandOutput(place, f"cat /{quote(str(file))}", text)
        except FileNotFoundError:
            continue
        except OSError as error:
            yield Rows(place, [Missing(f"/{file} ({error.strerror})", f"sudo cat /{quote(str(file))}")])


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
    """Return a file as a process sees it, or None if there is no such file, or no regular one.

    Raises:
        OSError: it may not be read, or the kernel is older than 5.6.
    """
    try:
        descriptor = _open_inside(pid, path)
    except (FileNotFoundError, NotADirectoryError, ProcessLookupError):
        return None
    with open(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return file.read(_LARGEST).decode("utf-8", errors="replace")


def resolver(place: Place, pid: int) -> Part | None:
    """Return a process's ``/etc/resolv.conf``, or None if it has none.

    Args:
        place: its namespace.
        pid: the process.
    """
    try:
        text = read_inside(pid, "/etc/resolv.conf")
    except OSError as error:
        return Rows(
            place, [Missing(f"resolv.conf of process {pid} ({error.strerror})", f"sudo nsenter -t {pid} -m cat /etc/resolv.conf")]
        )
    return None if text is None else CommandOutput(place, "cat /etc/resolv.conf", text)
