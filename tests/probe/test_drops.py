"""Counting drops."""

from podpath.probe.drops import Tally, Where
from podpath.probe.observation import Observation, Point
from podpath.state.drop import Layer
from tests.probe.packets import ip, udp


def seen(packet: bytes, reason: int = 3, netns: int = 7) -> Observation:
    """Return a drop."""
    return Observation(1, 2, 30, reason, 5, netns, 60, 0x0800, Point.DROP, bytes(14), packet)


def tally() -> Tally:
    """Return a tally with names for everything."""
    return Tally(
        lambda number: f"R{number}", lambda address: f"f{address}", lambda inode, number: Where(f"netns:{inode}", f"if{number}")
    )


def test_packets_of_one_kind_are_one_row() -> None:
    """Whatever source port they have; the most frequent kind comes first."""
    counted = tally()
    counted.add(seen(ip(4, 17, udp(1, 53, b"")), reason=4))
    for port in (1000, 1001, 1002):
        counted.add(seen(ip(4, 17, udp(port, 53, b""))))
    first, second = counted.drops()
    assert (first.reason, first.packets, second.reason, second.packets) == ("R3", 3, "R4", 1)
    assert (first.function, first.netns, first.interface) == ("f30", "netns:7", "if5")
    assert first.layers == (Layer("127.0.0.1", "127.0.0.1", "udp", None, 53),)
    assert first.rate > 0


def test_a_packet_that_was_not_asked_for_is_taken_back() -> None:
    """And a tally begins again when it is cleared."""
    counted, total = tally(), tally()
    kind = counted.add(seen(b""))
    total.count(kind)
    counted.forget(kind)
    assert list(counted.drops()) == []
    assert [drop.packets for drop in total.drops()] == [1]
    total.clear()
    assert list(total.drops()) == []
