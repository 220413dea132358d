"""Kernel settings read from their files."""

import pytest

from podpath.readers.proc_sys import READER
from podpath.state.evidence import covers
from podpath.state.host import Sysctl
from tests.readers.helper import complaints, rows


def test_grep() -> None:
    """`grep` prints the path in front; a dot in it belongs to an interface's name."""
    text = (
        "/proc/sys/net/ipv4/conf/all/rp_filter:0\n"
        "/proc/sys/net/ipv4/conf/flannel.1/rp_filter:2\n"
        "grep: /proc/sys/net/nope: No such file or directory\n"
    )
    assert rows(READER, "grep . /proc/sys/net/ipv4/conf/*/rp_filter", text) == [
        Sysctl("net.ipv4.conf.all.rp_filter", "0"), Sysctl("net.ipv4.conf.flannel/1.rp_filter", "2"),
    ]  # fmt: skip


def test_cat() -> None:
    """`cat` prints values alone, in the order of the files that exist."""
    text = "1\ncat: /proc/sys/net/bridge/bridge-nf-call-iptables: No such file or directory\n4096\t131072\t33554432\n"
    command = "cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/bridge/bridge-nf-call-iptables /proc/sys/net/ipv4/tcp_rmem"
    assert rows(READER, command, text) == [
        Sysctl("net.ipv4.ip_forward", "1"), Sysctl("net.ipv4.tcp_rmem", "4096\t131072\t33554432"),
    ]  # fmt: skip


def test_braces() -> None:
    """What the shell makes of braces is known."""
    command = "cat /proc/sys/net/ipv4/conf/{all,eth0.1}/rp_filter"
    assert rows(READER, command, "1\n2\n") == [
        Sysctl("net.ipv4.conf.all.rp_filter", "1"), Sysctl("net.ipv4.conf.eth0/1.rp_filter", "2"),
    ]  # fmt: skip


def test_head() -> None:
    """`head` puts a title above each file."""
    text = "==> /proc/sys/net/ipv4/ip_forward <==\n1\n\n==> /proc/sys/net/core/somaxconn <==\n4096\n"
    assert rows(READER, "head /proc/sys/net/ipv4/ip_forward /proc/sys/net/core/somaxconn", text) == [
        Sysctl("net.ipv4.ip_forward", "1"), Sysctl("net.core.somaxconn", "4096"),
    ]  # fmt: skip


def test_complaints() -> None:
    """A value without a name, and a file that may not be read, are complaints."""
    text = "1\n0\ncat: /proc/sys/net/ipv4/tcp_fastopen_key: Permission denied\n"
    assert complaints(READER, "cat /proc/sys/net/ipv4/conf/*/rp_filter", text) == [
        (2, 'this looks like `/proc/sys` output but "/proc/sys/net/ipv4/tcp_fastopen_key" could not be read'),
        (0, 'this looks like `/proc/sys` output but "1" has no name'),
        (1, 'this looks like `/proc/sys` output but "0" has no name'),
    ]


def test_coverage() -> None:
    """Each file is covered; a pattern is kept, with dots."""
    assert READER.accepts(["grep", ".", "/proc/sys/net/ipv4/conf/*/rp_filter"]) == (
        covers(Sysctl, part="net.ipv4.conf.*.rp_filter"),
    )
    assert READER.accepts(["cat", "/proc/sys/net/ipv4/conf/flannel.1/rp_filter"]) == (
        covers(Sysctl, part="net.ipv4.conf.flannel/1.rp_filter"),
    )


@pytest.mark.parametrize("line", ["cat /etc/hosts", "grep 1 /proc/sys/net/ipv4/ip_forward", "cat /proc/sys/a /etc/b", "cat"])
def test_not_this_command(line: str) -> None:
    """Other files, and a search that leaves values out, are not accepted."""
    assert READER.accepts(line.split()) is None
