"""The programs, as the kernel runs them on real packets."""

import pytest

from podpath.probe.flow import Flow
from podpath.probe.observation import Point
from tests.netlink.space import Space
from tests.probe.packets import each, echo, ip, need_kernel, observed, segment, udp, wrapped

MARK = b"podpth"
ICMP = Flow(proto="icmp", mark=MARK)
TCP = Flow(proto="tcp", sequence=0xFFFFFFF0)
UDP = Flow(proto="udp", mark=MARK, ports=(41001,))

pytestmark = [pytest.mark.root]


@pytest.fixture(autouse=True)
def _kernel() -> None:
    need_kernel()


@pytest.mark.parametrize("flow", [ICMP, TCP, UDP], ids=lambda flow: flow.proto)
def test_a_marked_packet_is_seen_in_every_tunnel_and_family(space: Space, flow: Flow) -> None:
    """VXLAN, Geneve with options, IP in IP, GRE with and without a key, ICMP errors; one watch, each packet of its own length."""
    combinations = list(each())
    packets = [wrapped(how, outside, _marked(flow, inside)) for how, outside, inside in combinations]
    padded = [_lengthened(packet, number) for number, packet in enumerate(packets)]
    seen = observed(space, flow, padded)
    lengths = {(one.point, one.packet[-1:] and _number(one.packet)) for one in seen}
    missing = [
        (point.name, *combination)
        for point in (Point.OUT, Point.IN)
        for number, combination in enumerate(combinations)
        if (point, number) not in lengths
    ]
    assert missing == []


def _marked(flow: Flow, family: int) -> bytes:
    match flow.proto:
        case "icmp":
            return echo(family, MARK)
        case "tcp":
            return ip(family, 6, segment(5, 3))
        case _:
            return ip(family, 17, udp(41001, 9, MARK + b"\0\1"))


def _lengthened(packet: bytes, number: int) -> bytes:
    """Return a packet that is known by its traffic class."""
    if packet[0] >> 4 == 4:
        return bytes((packet[0], number)) + packet[2:]
    return (6 << 28 | number << 20).to_bytes(4, "big") + packet[4:]


def _number(packet: bytes) -> int:
    return packet[1] if packet[0] >> 4 == 4 else int.from_bytes(packet[:4], "big") >> 20 & 0xFF


@pytest.mark.parametrize(
    ("flow", "packet"),
    [
        (ICMP, echo(4, b"podpt?")),
        (ICMP, ip(4, 17, udp(1, 2, MARK))),
        (ICMP, echo(4, MARK)[:20].replace(b"\0\x07\0\0", b"\0\x07\0\x10") + echo(4, MARK)[20:]),
        (TCP, ip(4, 6, segment(0x7FFFFFF0, 0x7FFFFFF0))),
        (TCP, ip(6, 6, segment(0xFFFFFFEF, 0xFFFFFFEF))),
        (UDP, ip(4, 17, udp(41001, 9, b"12345678"))),
        (UDP, ip(4, 17, udp(5000, 4790, bytes(8) + bytes(14) + echo(4, MARK)))),
    ],
    ids=["other mark", "other protocol", "later fragment", "other sequence", "one before", "other data", "no tunnel's port"],
)
def test_what_is_not_the_probes_is_not_seen(space: Space, flow: Flow, packet: bytes) -> None:
    """A near miss in each part of the filter."""
    assert observed(space, flow, [packet]) == []


def test_the_answer_of_any_udp_server_is_seen(space: Space) -> None:
    """It does not repeat the mark, and goes to the probe's port."""
    seen = observed(space, UDP, [ip(4, 17, udp(9, 41001, b"answer"))])
    # Nothing listens on the probe's port here: the ICMP error that quotes the packet is seen, too.
    assert [one.point for one in seen] == [Point.OUT, Point.IN] * 2


def test_a_drop_has_its_reason_and_place(space: Space) -> None:
    """Nothing listens on a port: the device, the namespace, the time and the packet are those of the kernel."""
    seen = observed(space, UDP, [ip(4, 17, udp(41001, 9, MARK + b"\0\1"))], tuple(Point))
    out, arrived, dropped = (next(one for one in seen if one.point is point) for point in Point)
    assert (out.ifindex, arrived.ifindex, dropped.ifindex) == (1, 1, 1)
    assert out.time < arrived.time < dropped.time
    assert out.reason == arrived.reason == 0 != dropped.reason
    assert dropped.location
    assert not out.location
    assert out.ethertype == 0x0800
    assert dropped.packet[28:34] == MARK


def test_without_a_flow_everything_of_a_network_is_seen(space: Space) -> None:
    """Also a packet that has no device yet: the socket tells the namespace."""
    space.do("sysctl -qw net.ipv4.ip_forward=0")
    seen = observed(space, None, [echo(4, MARK), ip(4, 99, b"unknown")])
    assert {one.packet[9] for one in seen if one.ethertype == 0x0800} >= {1, 99}
