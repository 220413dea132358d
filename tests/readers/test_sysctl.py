"""`sysctl`."""

import pytest

from podpath.readers.sysctl import READER, canonical
from podpath.state.evidence import Complete, covers
from podpath.state.host import Sysctl
from tests.readers.helper import complaints, rows

ALL = """\
net.ipv4.conf.flannel/1.rp_filter = 2
net.ipv4.ip_local_reserved_ports = \n\
net.ipv4.tcp_rmem = 4096\t131072\t33554432
sysctl: reading key "net.ipv6.conf.all.stable_secret"
sysctl: error reading key 'net.ipv6.conf.lo.stable_secret': Input/output error
"""


def test_all() -> None:
    """Values are kept as printed; a secret that nobody set is no complaint."""
    assert rows(READER, "sysctl -a", ALL) == [
        Sysctl("net.ipv4.conf.flannel/1.rp_filter", "2"),
        Sysctl("net.ipv4.ip_local_reserved_ports", ""),
        Sysctl("net.ipv4.tcp_rmem", "4096\t131072\t33554432"),
    ]


def test_busybox_names() -> None:
    """The dots of an interface name, which busybox leaves as they are, are marked."""
    text = "net.ipv4.conf.eth0.100.forwarding = 1\n"
    assert rows(READER, "sysctl -a", text) == [Sysctl("net.ipv4.conf.eth0/100.forwarding", "1")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("net.ipv4.ip_forward", "net.ipv4.ip_forward"),
        ("net/ipv4/conf/eth0.100/rp_filter", "net.ipv4.conf.eth0/100.rp_filter"),
        ("net.ipv6.conf.a.b.c.mtu", "net.ipv6.conf.a/b/c.mtu"),
        ("net.ipv4.neigh.flannel/1.gc_stale_time", "net.ipv4.neigh.flannel/1.gc_stale_time"),
    ],
)
def test_canonical(name: str, expected: str) -> None:
    """Every spelling of a name becomes one."""
    assert canonical(name) == expected


def test_values_alone() -> None:
    """`-n` prints values; the names are those of the command line that exist."""
    text = "sysctl: cannot stat /proc/sys/net/bridge/bridge-nf-call-iptables: No such file or directory\n1\n0\n"
    command = "sysctl -n net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables net.ipv4.conf.all.rp_filter"
    assert rows(READER, command, text) == [
        Sysctl("net.ipv4.ip_forward", "1"), Sysctl("net.ipv4.conf.all.rp_filter", "0"),
    ]  # fmt: skip
    assert complaints(READER, "sysctl -n net.ipv4.ip_forward", "1\n0\n") == [
        (0, 'this looks like `sysctl -n` output but "1" has no name'),
        (1, 'this looks like `sysctl -n` output but "0" has no name'),
    ]


def test_absence_and_refusal() -> None:
    """A setting that does not exist is proof; one that may not be read is a complaint."""
    text = (
        "sysctl: error: 'net.bridge.bridge-nf-call-iptables' is an unknown key\n"
        "sysctl: permission denied on key 'net.ipv4.tcp_fastopen_key'\n"
    )
    assert complaints(READER, "sysctl -a", text) == [
        (1, 'this looks like `sysctl` output but "net.ipv4.tcp_fastopen_key" could not be read')
    ]


def test_coverage() -> None:
    """`-a` shows everything, a name itself, also while it is set; a file of settings shows nothing more."""
    assert READER.accepts(["sysctl", "-a"]) == (covers(Sysctl),)
    assert READER.accepts(["sysctl", "-a", "-r", "rp_filter"]) == (covers(Sysctl, complete=Complete.NO),)
    assert READER.accepts(["sysctl", "net.ipv4.ip_forward", "net.ipv4.conf.*.rp_filter"]) == (
        covers(Sysctl, part="net.ipv4.ip_forward"), covers(Sysctl, part="net.ipv4.conf.*.rp_filter"),
    )  # fmt: skip
    assert READER.accepts(["sysctl", "-w", "net.ipv4.ip_forward=1"]) == (covers(Sysctl, part="net.ipv4.ip_forward"),)
    assert READER.accepts(["sysctl", "--system"]) == ()


@pytest.mark.parametrize("line", ["sysctl looks fine", "sysctl", "sysctl -a please", "sysctl e.g."])
def test_not_a_command(line: str) -> None:
    """Prose is not accepted."""
    assert READER.accepts(line.split()) is None


def test_configuration_is_not_state() -> None:
    """A line of sysctl.conf says what should be, not what is."""
    assert READER.starts is not None
    assert READER.starts.match("net.ipv4.ip_forward = 1")
    assert READER.starts.match("see net.ipv4.ip_forward = 1") is None


def test_a_value_of_several_lines_has_its_name_before_each() -> None:
    """Linux 6.18's kernel.core_modes is one setting; a number that stands twice is two that contradict each other."""
    text = "kernel.core_modes = file\nkernel.core_modes = pipe\nnet.ipv4.ip_forward = 0\nnet.ipv4.ip_forward = 1\n"
    assert rows(READER, "sysctl -a", text) == [
        Sysctl("kernel.core_modes", "file\npipe"),
        Sysctl("net.ipv4.ip_forward", "0"),
        Sysctl("net.ipv4.ip_forward", "1"),
    ]
