"""What netlink does not show."""

import socket

import pytest

from podpath.collect.node import proc
from podpath.readers import proc_net_snmp
from podpath.state.address import parse_ip
from podpath.state.host import Counter
from tests.netlink.space import Space


@pytest.mark.root
def test_settings_are_what_sysctl_prints(space: Space) -> None:
    """Those that this kernel has; the others have no row."""
    space.do("sysctl -qw net.ipv4.conf.all.arp_ignore=1", "sysctl -qw net.ipv6.bindv6only=1")
    rows = space.inside(lambda: list(proc.sysctls(proc.SYSCTLS)))
    assert {row.name: row.value for row in rows}["net.ipv4.conf.all.arp_ignore"] == "1"
    for row in rows:
        assert space.do(f"sysctl -n {row.name}").split() == row.value.split()
    assert list(proc.sysctls(())) == []


@pytest.mark.root
def test_counters_are_those_of_the_namespace_and_not_zero(space: Space) -> None:
    """As the reader of the same files sees them."""
    space.do("ping -c 3 -i 0.01 127.0.0.1")
    rows = space.inside(lambda: list(proc.counters()))
    lines = space.do("cat /proc/net/snmp /proc/net/netstat /proc/net/snmp6").splitlines()
    assert proc_net_snmp.READER.read is not None
    read = {row for _, row in proc_net_snmp.READER.read((), lines) if isinstance(row, Counter)}
    assert {row for row in rows if row.name == "IcmpInEchos"} == {Counter("IcmpInEchos", 3)}
    assert set(rows) == {row for row in read if row.value}


def test_sockets_are_found_without_sock_diag() -> None:
    """On kernels whose module is not loaded."""
    with (
        socket.create_server(("127.0.0.1", 0)) as four,
        socket.create_server(("::1", 0), family=socket.AF_INET6) as six,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram,
    ):
        datagram.bind(("", 0))
        tcp = {(row.family, row.local, row.local_port): row for row in proc.sockets("tcp", {})}
        udp = {(row.family, row.local, row.local_port): row.state for row in proc.sockets("udp", {})}
        assert tcp[4, parse_ip("127.0.0.1"), four.getsockname()[1]].state == "LISTEN"
        assert tcp[6, parse_ip("::1"), six.getsockname()[1]].recv_queue == 0
        assert udp[4, None, datagram.getsockname()[1]] == "UNCONN"
