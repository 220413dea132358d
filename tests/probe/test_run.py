"""Packets that are sent and watched."""

import pytest

from podpath.probe import run
from podpath.probe.identity import Direction
from podpath.probe.observation import Point
from podpath.probe.obstacle import Obstacle, ObstacleError
from podpath.probe.run import Observed, Place, Plan, observe
from podpath.probe.sender import Target
from podpath.state.live import Rung
from tests.netlink.space import Space
from tests.probe.packets import inode, need_kernel

pytestmark = pytest.mark.root


QUICK = Plan(2, 0, 1)


class Names:
    """Names that say what they name."""

    def where(self, inode: int, number: int) -> Place:
        """Return a place."""
        return Place("n1", f"netns:{inode}", f"if{number}")


def observed(space: Space, proto: str, target: Target, plan: Plan = QUICK) -> Observed:
    """Send packets inside a namespace."""
    return observe(proto, target, space.inside, Names(), plan)


def test_packets_are_seen_out_and_in_there_and_back(space: Space) -> None:
    """In order of time, each with its number and place."""
    need_kernel()
    seen = observed(space, "icmp", Target("127.0.0.1"))
    assert seen.rung is Rung.TRACEPOINTS
    assert [result.error for result in seen.results.values()] == ["", ""]
    first = [one for one in seen.passages if one.number == 0 and one.point is not Point.DROP]
    assert [(one.point, one.direction) for one in first] == [
        (Point.OUT, Direction.FORWARD), (Point.IN, Direction.FORWARD), (Point.OUT, Direction.REPLY), (Point.IN, Direction.REPLY),
    ]  # fmt: skip
    assert {one.place for one in first} == {Place("n1", f"netns:{inode(space)}", "if1")}
    assert sorted(one.time for one in seen.passages) == [one.time for one in seen.passages]


def test_a_drop_ends_the_wait(space: Space) -> None:
    """Nobody waits ten seconds for an answer once the kernel has dropped all that was sent."""
    need_kernel()
    space.run("nft", "add table ip t; add chain ip t i { type filter hook input priority 0; policy drop; }")
    seen = observed(space, "udp", Target("127.0.0.1", 9), Plan(2, 0, 10))
    drops = [one for one in seen.passages if one.point is Point.DROP]
    assert {(one.number, one.reason) for one in drops} == {(0, "NETFILTER_DROP"), (1, "NETFILTER_DROP")}
    assert [result.error for result in seen.results.values()] == ["ETIMEDOUT"] * 2
    assert max(result.microseconds for result in seen.results.values()) < 5e6


def test_where_nothing_can_be_watched_the_socket_tells(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reasons, and what would help."""

    def refused(**_: object) -> None:
        raise ObstacleError(Obstacle.PERMISSION)

    def forbidden(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(run, "Watcher", refused)
    monkeypatch.setattr(run, "PacketSockets", forbidden)
    seen = observed(space, "tcp", Target("127.0.0.1", 9))
    assert (seen.rung, seen.passages) == (Rung.NOTHING, ())
    assert [result.error for result in seen.results.values()] == ["ECONNREFUSED"] * 2
    assert [one.rung for one in seen.lower] == [Rung.TRACEPOINTS, Rung.SOCKETS]
    assert "CAP_NET_RAW" in seen.lower[1].reason


def test_packet_sockets_are_the_second_rung(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices are seen as by tracepoints; that drops are not is part of the answer."""

    def refused(**_: object) -> None:
        raise ObstacleError(Obstacle.BTF)

    monkeypatch.setattr(run, "Watcher", refused)
    seen = observe("icmp", Target("127.0.0.1"), space.inside, Names(), QUICK, spaces={inode(space): space.inside})
    assert (seen.rung, [one.rung for one in seen.lower], seen.lost) == (Rung.SOCKETS, [Rung.TRACEPOINTS], 0)
    first = [(one.point, one.direction) for one in seen.passages if one.number == 0]
    assert first == [
        (Point.OUT, Direction.FORWARD), (Point.IN, Direction.FORWARD), (Point.OUT, Direction.REPLY), (Point.IN, Direction.REPLY),
    ]  # fmt: skip
