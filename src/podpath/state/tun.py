"""Who has the other end of a tun or tap device."""

from typing import Final, NamedTuple

from podpath.state.address import Ip
from podpath.state.column import Interface, Word
from podpath.state.table import table

TUNS: Final = ("tun", "tap")
SLIRP: Final = "slirp4netns"
"""Kinds of devices whose other end is a process."""


@table(
    "tun",
    arbitrary="pid",
    key="dev program",
    same="dev pid",
    volatile="pid netns gid raw",
    listing="grep -s iff: /proc/[0-9]*/fdinfo/*",
)
class Tun(NamedTuple):
    """A process that has a tun or tap device open (``/dev/net/tun``, drivers/net/tun.c; proc_pid_fdinfo(5), ``iff:``).

    Attributes:
        dev: interface name.
        program: name of the process (proc_pid_comm(5)).
        pid: its number.
        netns: inode of the network namespace that the process is in, or None if it may not be seen.
        gid: effective group of the process: which groups may ping is a setting of its namespace (icmp(7)).
        raw: it may open raw sockets, and so ping whatever its group.
        gateway: address that the process itself has on the device's network (slirp4netns(1)), or None if it has none.
        nameserver: address at which it passes questions on to its own resolver, or None if there is none.
        loopback: its gateway leads to 127.0.0.1 of its own namespace, or None if its command line may not be seen.
    """

    dev: Interface
    program: Word
    pid: int
    netns: int | None = None
    gid: int | None = None
    raw: bool | None = None
    gateway: Ip | None = None
    nameserver: Ip | None = None
    loopback: bool | None = None


def called(program: str, pid: int) -> str:
    """Return a process as reports write it."""
    return f"{program} (process {pid})"
