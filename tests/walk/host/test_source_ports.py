"""Source ports: how many are left, by the settings and sockets of a namespace; the lab's fault shows what connect(2) says."""

import pytest

from podpath.state.address import parse_ip
from podpath.walk.diagnosis.cause import cause_of
from podpath.walk.host.source_ports import none_left
from podpath.walk.packet import Packet
from podpath.walk.walker import Walker
from tests.walk.pasted import node, world

SERVER = parse_ip("192.168.0.2")
BUSY = "# ss -tan\nState Recv-Q Send-Q Local Address:Port Peer Address:Port\nESTAB 0 0 192.168.0.1:40001 192.168.0.2:80\n"
RANGE = "# sysctl -a\nnet.ipv4.ip_local_port_range = 40000\t40001\nnet.ipv4.ip_local_reserved_ports = {}\n"


@pytest.mark.parametrize(
    ("reserved", "proto", "port", "error"),
    [
        ("40000-40001", "tcp", 81, "EADDRNOTAVAIL"),
        ("40000,40001", "udp", 53, "EAGAIN"),
        ("40000", "tcp", 80, "EADDRNOTAVAIL"),
        ("40000", "tcp", 81, None),
        ("", "tcp", 80, None),
        ("40000-40001", "icmp", None, None),
        ("nonsense", "tcp", 80, None),
    ],
)
def test_a_port_is_left_or_not(reserved: str, proto: str, port: int | None, error: str | None) -> None:
    """What is set aside, and what goes to the same place already, is not free; a port serves for several places."""
    shown = world({"n1": node(1, RANGE.format(reserved), BUSY)})
    (ns,) = shown.hosts()
    end = none_left(shown.netns(ns), ns, Packet(parse_ip("192.168.0.1"), SERVER, proto, 40000, port))
    assert (end.error if end is not None else None) == error
    if end is not None:
        cause = cause_of(Walker(shown), end)
        assert cause is not None
        assert any("ip_local_port_range" in step.text for step in cause.words.fix)


def test_without_the_setting_nothing_is_said() -> None:
    """Silence is no evidence of a range."""
    shown = world({"n1": node(1)})
    (ns,) = shown.hosts()
    assert none_left(shown.netns(ns), ns, Packet(parse_ip("192.168.0.1"), SERVER, "tcp", 40000, 80)) is None
