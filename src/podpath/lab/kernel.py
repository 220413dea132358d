"""System calls that a lab needs and that Python 3.11 does not offer, by ctypes: namespaces, mounts, offloads."""

import ctypes
import fcntl
import os
import socket
import struct
from enum import IntFlag
from pathlib import Path
from typing import Final

_libc = ctypes.CDLL(None, use_errno=True)


class Namespace(IntFlag):
    """Kinds of namespaces, with the numbers of clone(2) (include/uapi/linux/sched.h)."""

    MOUNT = 0x00020000
    CGROUP = 0x02000000
    UTS = 0x04000000
    IPC = 0x08000000
    USER = 0x10000000
    PID = 0x20000000
    NET = 0x40000000


class Mount(IntFlag):
    """Flags of mount(2) and umount2(2) (include/uapi/linux/mount.h)."""

    NOSUID = 2
    NODEV = 4
    NOEXEC = 8
    BIND = 4096
    REC = 16384
    SLAVE = 1 << 19
    DETACH = 2


_PLAIN: Final = Mount(0)
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_NAME: Final = 15
_SIGKILL: Final = 9
_SIOCGIFFLAGS: Final = 0x8913
_SIOCSIFFLAGS: Final = 0x8914
_IFF_UP: Final = 1
_SIOCETHTOOL: Final = 0x8946
# TSO, GSO, GRO, scatter-gather and both checksums (include/uapi/linux/ethtool.h); segmentation before what it needs.
_OFFLOADS: Final = (0x1F, 0x24, 0x2C, 0x19, 0x17, 0x15)


def _check(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)


def unshare(kinds: Namespace) -> None:
    """Move this process into new namespaces (unshare(2)); a new PID namespace is for its children.

    Raises:
        OSError: the kernel or its administrator does not allow it.
    """
    _check(_libc.unshare(int(kinds)), "unshare")


def setns(fd: int, kinds: Namespace) -> None:
    """Move this process into the namespaces of an open namespace file or pidfd (setns(2); pidfds since Linux 5.8).

    Raises:
        OSError: it is gone, or the caller may not enter.
    """
    _check(_libc.setns(fd, int(kinds)), "setns")


def mount(source: str, target: str, kind: str | None, flags: Mount = _PLAIN, data: str | None = None) -> None:
    """Mount a file system (mount(2)).

    Raises:
        OSError: the kernel refuses.
    """
    words = [word.encode() if word is not None else None for word in (source, target, kind, data)]
    _check(_libc.mount(words[0], words[1], words[2], ctypes.c_ulong(int(flags)), words[3]), target)


def unmount(target: str) -> None:
    """Take a mount away from the tree, even while it is used (umount2(2), MNT_DETACH).

    Raises:
        OSError: nothing is mounted there, or the mount is locked to its parent.
    """
    _check(_libc.umount2(target.encode(), int(Mount.DETACH)), target)


def set_host_name(name: str) -> None:
    """Set the host name of this UTS namespace.

    Raises:
        OSError: not allowed.
    """
    word = name.encode()
    _check(_libc.sethostname(word, len(word)), name)


def die_with_parent() -> None:
    """Ask the kernel to end this process when the thread that forked it ends (PR_SET_PDEATHSIG)."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0), "prctl")


def set_process_name(name: str) -> None:
    """Set the name that `ss -p` and `ps` show; the kernel keeps 15 bytes."""
    _check(_libc.prctl(_PR_SET_NAME, name.encode(), 0, 0, 0), "prctl")


def set_up(interface: str) -> None:
    """Set an interface of this network namespace up.

    Raises:
        OSError: there is no such interface.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14x", interface.encode(), 0)
        (_, flags) = struct.unpack("16sH14x", fcntl.ioctl(any_socket, _SIOCGIFFLAGS, request))
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14x", interface.encode(), flags | _IFF_UP))


def offloads_off() -> None:
    """Turn segmentation and checksum offloads off on every interface of this network namespace.

    With them a TCP stream crosses a veth pair in packets of up to 64 kB that no MTU check sees, so that a lab would
    show none of the MTU faults of a real network.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for _, name in socket.if_nameindex():
            for command in _OFFLOADS:
                value = ctypes.create_string_buffer(struct.pack("II", command, 0))
                request = struct.pack("16sP16x", name.encode(), ctypes.addressof(value))
                try:
                    fcntl.ioctl(any_socket, _SIOCETHTOOL, request)
                except OSError:
                    continue  # a device without this switch (lo, an old bridge) has nothing to turn off


def write_setting(name: str, value: str) -> None:
    """Write a sysctl of the namespaces of this process, by its path below /proc/sys.

    Raises:
        OSError: the kernel has no such setting, or it belongs to another namespace.
    """
    Path("/proc/sys", name).write_text(value, encoding="ascii")
