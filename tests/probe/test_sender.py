"""Real packets from a namespace."""

import socket
import threading
from functools import partial

import pytest

from podpath.probe.flow import Flow
from podpath.probe.identity import Direction, identify
from podpath.probe.sender import Sender, Target
from podpath.probe.watcher import LARGE, Watcher
from tests.netlink.space import Space
from tests.probe.packets import need_kernel

pytestmark = pytest.mark.root
MARK = b"podpth"
ICMP, TCP, UDP = Flow(proto="icmp", mark=MARK), Flow(proto="tcp", sequence=0x10000), Flow(proto="udp", mark=MARK)


def sent(space: Space, flow: Flow, target: Target, packets: int = 2, wait: float = 2.0) -> list[str]:
    """Return what the sender got for each packet, empty for an answer."""
    sender = Sender(flow, target)

    def work() -> None:
        for number in range(packets):
            sender.prepare(number)
        for number in range(packets):
            sender.send(number)

    space.inside(work)
    sender.gather(wait)
    sender.give_up()
    sender.close()
    return [sender.results[number].error for number in range(packets)]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_each_protocol_is_answered(space: Space, address: str) -> None:
    """Echo requests by the kernel, TCP by whoever listens, UDP by whoever answers."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET

    def listening() -> tuple[socket.socket, socket.socket]:
        stream, datagrams = socket.socket(family, socket.SOCK_STREAM), socket.socket(family, socket.SOCK_DGRAM)
        stream.bind((address, 0))
        stream.listen()
        datagrams.bind((address, 0))
        return stream, datagrams

    stream, datagrams = space.inside(listening)

    def answer() -> None:
        for _ in range(2):
            data, client = datagrams.recvfrom(100)
            datagrams.sendto(data, client)

    with stream, datagrams:
        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        assert sent(space, ICMP, Target(address)) == ["", ""]
        assert sent(space, TCP, Target(address, stream.getsockname()[1])) == ["", ""]
        assert sent(space, UDP, Target(address, datagrams.getsockname()[1])) == ["", ""]
        thread.join(5)


def test_errors_are_those_of_the_socket(space: Space) -> None:
    """A closed port, no route, an address that nobody has, and one that is not ours."""
    assert sent(space, TCP, Target("127.0.0.1", 9)) == ["ECONNREFUSED"] * 2
    assert sent(space, UDP, Target("127.0.0.1", 9)) == ["ECONNREFUSED"] * 2
    assert sent(space, ICMP, Target("192.0.2.1")) == ["ENETUNREACH"] * 2
    assert sent(space, ICMP, Target("127.0.0.1", source="192.0.2.9")) == ["EADDRNOTAVAIL"] * 2


def test_silence_is_a_timeout(space: Space) -> None:
    """And takes no longer than it may."""
    space.do("nft 'add table ip t; add chain ip t i { type filter hook input priority 0; policy drop; }'".replace("'", '"'))
    assert sent(space, ICMP, Target("127.0.0.1"), wait=0.1) == ["ETIMEDOUT"] * 2


def test_a_whole_packet_that_does_not_fit_is_refused_at_once(space: Space) -> None:
    """One byte more than the MTU of loopback, and one that fits."""
    space.do("ip link set lo mtu 2000")
    assert sent(space, ICMP, Target("127.0.0.1", size=2001, whole=True)) == ["EMSGSIZE"] * 2
    assert sent(space, ICMP, Target("127.0.0.1", size=2000, whole=True)) == ["", ""]
    assert sent(space, ICMP, Target("127.0.0.1", size=2001)) == ["", ""]


def test_a_connection_begins_with_the_number_that_was_chosen(space: Space) -> None:
    """So that its segments are known whatever NAT makes of their addresses; the source port is that which was asked for."""
    need_kernel()
    with Watcher(flow=TCP, size=LARGE) as watcher:
        sender = Sender(TCP, Target("127.0.0.1", 9, source="127.0.0.1", source_port=45678))
        for number in (0, 1):
            space.inside(partial(sender.prepare, number))
        assert sender.waiting() == {0, 1}
        for number in (0, 1):
            space.inside(partial(sender.send, number))
        sender.gather(1)
        shown = [(one, who) for one in watcher.observations(0) if (who := identify(one, TCP)) is not None]
    seen = [who for _, who in shown]
    assert int.from_bytes(shown[0][0].packet[20:22], "big") == 45678
    assert {(who.number, who.direction) for who in seen} == {
        (n, way) for n in (0, 1) for way in (Direction.FORWARD, Direction.REPLY)
    }


def test_errors_of_a_namespace_without_ports_are_those_of_any_client(space: Space) -> None:
    """Both ports of the range are taken: connect(2) says what every program there gets."""
    space.do("sysctl -qw net.ipv4.ip_local_port_range=40000,40000".replace(",", "\\ "))
    taken = space.inside(lambda: [socket.socket(socket.AF_INET, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)])
    for one in taken:
        one.bind(("127.0.0.1", 40000))
    assert sent(space, TCP, Target("127.0.0.1", 9), 1) == ["EADDRNOTAVAIL"]
    assert sent(space, UDP, Target("127.0.0.1", 9), 1) == ["EAGAIN"]
    for one in taken:
        one.close()
