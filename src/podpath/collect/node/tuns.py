"""Which processes have the tun and tap devices open, and what the user-mode network stacks among them make of addresses.

The kernel tells the namespace of a device by the descriptor itself (TUNGETDEVNETNS of drivers/net/tun.c), which pidfd_getfd(2)
copies; the process goes on unharmed. The rest stands in its command line (slirp4netns(1), pasta(1)).
"""

import errno
import fcntl
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from ipaddress import IPv4Network
from pathlib import Path
from typing import Final

from podpath.collect.node.namespaces import command_name
from podpath.netlink.libc import call
from podpath.state.address import parse_ip
from podpath.state.host import Missing
from podpath.state.tun import Tun, called

_TUNGETDEVNETNS: Final = 0x54E3
_PIDFD_GETFD: Final = 438
"""Number of the system call, the same on every architecture since Linux 5.6."""
_IFF: Final = re.compile(r"^iff:\s*(\S+)$", re.MULTILINE)
_SLIRP_NETWORK: Final = "10.0.2.0/24"
_CAP_NET_RAW: Final = 1 << 13
_LONGEST: Final = 1 << 16
_GONE: Final = frozenset((errno.ESRCH, errno.EBADF, errno.ENOENT))
"""What the kernel answers for a process or a descriptor that has ended meanwhile."""


def tuns(opened: Iterable[tuple[int, int]]) -> Iterator[tuple[int, Tun] | Missing]:
    """Yield the devices that processes have open, each with the inode of the namespace that it is in, or why that is not known.

    Args:
        opened: processes, each with a descriptor of ``/dev/net/tun``.
    """
    for pid, descriptor in opened:
        dev = _device(pid, descriptor)
        if dev is None:
            continue
        try:
            yield _netns_of(pid, descriptor), _row(dev, pid)
        except OSError as error:
            if error.errno not in _GONE:
                what = f"in which namespace {called(command_name(pid), pid)} has {dev} ({error.strerror or error})"
                yield Missing(what, f"cat /proc/{pid}/fdinfo/{descriptor}", "tun")


def _device(pid: int, descriptor: int) -> str | None:
    """Return the device that a descriptor is of, or None if it is of none, or is gone."""
    with suppress(OSError):
        found = _IFF.search(Path(f"/proc/{pid}/fdinfo/{descriptor}").read_text(encoding="utf-8", errors="replace"))
        return found[1] if found is not None else None
    return None


def _netns_of(pid: int, descriptor: int) -> int:
    """Return the inode of a device's namespace.

    Raises:
        OSError: the kernel does not tell: the process is gone or another user's, or the kernel is older than 5.6.
    """
    process = os.pidfd_open(pid)
    try:
        copy = call("syscall", _PIDFD_GETFD, process, descriptor, 0)
    finally:
        os.close(process)
    try:
        netns = fcntl.ioctl(copy, _TUNGETDEVNETNS)
    finally:
        os.close(copy)
    try:
        return os.fstat(netns).st_ino
    finally:
        os.close(netns)


def _row(dev: str, pid: int) -> Tun:
    netns = None
    with suppress(OSError):
        netns = os.stat(f"/proc/{pid}/ns/net").st_ino
    words = _words(pid)
    row = Tun(dev, command_name(pid), pid, netns, *_rights(pid))
    # pasta is a link to passt, and runs as passt.avx2 where the processor can: its first word tells.
    read = _OPTIONS.get(os.path.basename(words[0]) if words else row.program)
    return read(row, words) if read is not None else row


def _rights(pid: int) -> tuple[int | None, bool | None]:
    """Return the group of a process, and whether it may open raw sockets in our namespaces (capabilities(7), CAP_NET_RAW)."""
    with suppress(OSError, LookupError, ValueError):
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8", errors="replace").splitlines()
        said = dict(line.split(":", 1) for line in lines if ":" in line)
        ours = os.readlink(f"/proc/{pid}/ns/user") == os.readlink("/proc/self/ns/user")
        return int(said["Gid"].split()[1]), ours and bool(int(said["CapEff"], 16) & _CAP_NET_RAW)
    return None, None


def _words(pid: int) -> list[str]:
    """Return the command line of a process, of which only options that are known are read; empty if it may not be seen."""
    with suppress(OSError), Path(f"/proc/{pid}/cmdline").open("rb") as file:
        return file.read(_LONGEST).decode(errors="replace").split("\0")
    return []


def _value(words: Sequence[str], name: str) -> str | None:
    """Return the value of an option, as ``--name VALUE`` or ``--name=VALUE``; the last one counts."""
    found = None
    for at, word in enumerate(words):
        option, equals, value = word.partition("=")
        if option == name:
            found = value if equals else next(iter(words[at + 1 : at + 2]), None)
    return found


def _slirp4netns(row: Tun, words: Sequence[str]) -> Tun:
    """Read what slirp4netns does: the second address of its network is its own, the third its resolver's."""
    with suppress(ValueError, IndexError):
        network = IPv4Network(_value(words, "--cidr") or _SLIRP_NETWORK, strict=False)
        nameserver = None if "--disable-dns" in words else parse_ip(str(network[3]))
        loopback = "--disable-host-loopback" not in words if words else None
        return row._replace(gateway=parse_ip(str(network[2])), nameserver=nameserver, loopback=loopback)
    return row


def _pasta(row: Tun, words: Sequence[str]) -> Tun:
    """Read what pasta does: it has the addresses of its host, and its gateway is the host's unless an option says otherwise."""
    nameserver = None
    with suppress(ValueError):
        nameserver = parse_ip(_value(words, "--dns-forward") or "")
    return row._replace(program="pasta", nameserver=nameserver, loopback="--no-map-gw" not in words if words else None)


_OPTIONS: Final = {"slirp4netns": _slirp4netns, "pasta": _pasta}
