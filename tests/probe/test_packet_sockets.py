"""Packet sockets."""

import pytest

from podpath.probe.flow import Flow
from podpath.probe.identity import Direction, identify
from podpath.probe.observation import Point
from podpath.probe.packet_sockets import PacketSockets, filter_of
from tests.netlink.space import Space
from tests.probe.packets import each, echo, inode, ip, segment, send, udp, wrapped

pytestmark = pytest.mark.root
MARK = b"podpth"
ICMP = Flow(proto="icmp", mark=MARK)
TCP = Flow(proto="tcp", sequence=0x50000000)
UDP = Flow(proto="udp", mark=MARK, ports=(41001,), served=(9,))
PACKETS = {"icmp": lambda family: echo(family, MARK + b"\0\3"), "tcp": lambda family: ip(family, 6, segment(0x50000300)),
           "udp": lambda family: ip(family, 17, udp(41001, 9, MARK + b"\0\3"))}  # fmt: skip


@pytest.mark.parametrize("flow", [ICMP, TCP, UDP], ids=lambda flow: flow.proto)
def test_a_marked_packet_is_seen_in_every_tunnel_and_family(space: Space, flow: Flow) -> None:
    """Out of the device and into it; what an ICMP error quotes of IPv6 may lie behind what is kept."""
    packets = [wrapped(how, outside, PACKETS[flow.proto](inside)) for how, outside, inside in each()]
    with PacketSockets(flow, {inode(space): space.inside}) as sockets:
        space.inside(lambda: send(packets))
        seen = [(one, who) for one in sockets.observations(0.05) if (who := identify(one, flow)) is not None]
        assert sockets.count_lost() == 0
    forward = [one for one, who in seen if who.direction is Direction.FORWARD and who.number == 3]
    assert sum(one.point is Point.OUT for one in forward) == sum(one.point is Point.IN for one in forward) == len(packets) - 2
    assert {(one.netns, one.ifindex) for one in forward} == {(inode(space), 1)}
    times = [one.time for one in forward]
    assert times == sorted(times)
    assert times[0] > 10**18


@pytest.mark.parametrize(
    ("flow", "packet"),
    [
        (ICMP, echo(4, b"podpt?")),
        (ICMP, ip(4, 6, segment(5))),
        (TCP, ip(6, 6, segment(0x4FFFFFFF, 0x60000000))),
        (TCP, echo(6, MARK).replace(b"\x3a\x40", b"\x3b\x40")),
        (UDP, ip(4, 17, udp(5000, 5001, b"12345678"))),
    ],
)
def test_what_is_not_the_probes_is_kept_away(space: Space, flow: Flow, packet: bytes) -> None:
    """By the filter: nothing of it is read at all."""
    with PacketSockets(flow, {inode(space): space.inside}) as sockets:
        space.inside(lambda: send([packet]))
        assert [one for one in sockets.observations(0.02) if one.packet[:20] == packet[:20]] == []


def test_the_filter_is_short() -> None:
    """The kernel takes at most 4,096 instructions, and jumps of 255."""
    assert all(len(filter_of(flow)) < 80 for flow in (ICMP, TCP, UDP))
