"""The walker: follows a packet from stage to stage. It knows no plugin, no device and no table."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias, cast

from podpath.state.trace import Verdict
from podpath.walk.events import (
    Arrive,
    Cause,
    Complain,
    End,
    Event,
    Forward,
    Leave,
    Local,
    Path,
    Receive,
    Send,
    Stage,
    Transmit,
    Turn,
)
from podpath.walk.packet import Frame, Packet
from podpath.walk.stages import arrive, complain, forward, leave, local, receive, send, transmit
from podpath.walk.world import World

_STAGES: Final[dict[type[Any], Stage]] = {
    Send: send.stage,
    Leave: leave.stage,
    Transmit: transmit.stage,
    Receive: receive.stage,
    Arrive: arrive.stage,
    Forward: forward.stage,
    Local: local.stage,
    Complain: complain.stage,
}
_Seen: TypeAlias = dict[tuple[Any, ...], int]
_MOST_BRANCHES: Final = 4096


class Walker:
    """Follows packets through a snapshot.

    Args:
        world: the snapshot.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self._everywhere = False

    def follow(self, event: Event) -> tuple[Path, ...]:
        """Return all ways that chance may choose; of the copies of a flooded frame the one that somebody wanted."""
        return self._from(event, {}, everywhere=False)

    def follow_all(self, event: Event) -> tuple[Path, ...]:
        """Return the ways of all copies of a frame, also of those that nobody wanted."""
        return self._from(event, {}, everywhere=True)

    def _from(self, event: Event, seen: _Seen, *, everywhere: bool) -> tuple[Path, ...]:
        """Follow one way as long as it does not fork."""
        way = Turn(event)
        while True:
            circle = _circle(event, seen)
            if isinstance(circle, End):
                return (_ended(way, circle),)
            event = circle or event
            turns = _STAGES[type(event)](self, event)
            if len(turns) > 1:
                return self._fork(way, turns, seen, everywhere=everywhere)
            (turn,) = turns
            way = _joined(way, turn)
            if isinstance(turn.to, End):
                return (_ended(way, turn.to),)
            event = turn.to

    def _fork(self, way: Turn, turns: Sequence[Turn], seen: _Seen, *, everywhere: bool) -> tuple[Path, ...]:
        groups = [
            (_ended(joined, turn.to),) if isinstance(turn.to, End)
            else tuple(_prefixed(joined, path) for path in self._from(turn.to, dict(seen), everywhere=everywhere))
            for turn, joined in ((turn, _joined(way, turn)) for turn in turns)
        ]  # fmt: skip
        if turns[0].copy and not everywhere:
            return min(groups, key=_wanted)
        return tuple(path for group in groups for path in group)[:_MOST_BRANCHES]


def _wanted(group: tuple[Path, ...]) -> tuple[bool, int]:
    """Order copies of a frame: first what somebody took, and of these what fared best."""
    return all(path.end.aside for path in group), max(path.end.verdict.rank for path in group)


def _joined(way: Turn, turn: Turn) -> Turn:
    mtus = [mtu for mtu in (way.mtu, turn.mtu) if mtu is not None]
    return Turn(turn.to, (*way.marks, *turn.marks), way.share * turn.share, turn.copy, (*way.gaps, *turn.gaps),
                min(mtus, default=None))  # fmt: skip


def _prefixed(way: Turn, path: Path) -> Path:
    mtus = [mtu for mtu in (way.mtu, path.mtu) if mtu is not None]
    return Path(path.end, (*way.marks, *path.marks), way.share * path.share, (*way.gaps, *path.gaps), min(mtus, default=None))


def _ended(way: Turn, end: End) -> Path:
    return Path(end, way.marks, way.share, way.gaps, way.mtu)


def _circle(event: Event, seen: _Seen) -> End | Complain | None:
    """Return what follows where a way comes back to where it was: of routers if the hop limit shrank, else of bridges."""
    if not isinstance(event, Receive):
        return None
    frame = event.frame
    content = frame.content
    what = (
        (content.src, content.dst, content.proto, content.sport, content.dport, content.mark)
        if isinstance(content, Packet)
        else content
    )
    key = (event.ns, event.dev, frame.src, frame.dst, frame.vlan, what)
    ttl = _ttl(frame)
    before = seen.get(key)
    seen[key] = ttl if before is None else before
    if before is None:
        return None
    if before == ttl:
        return End(
            Verdict.LOOP, f"the frame comes back to {event.dev}: the bridges form a circle", event.ns, event.dev, aside=True
        )
    packet = cast("Packet", content)
    said = f"the packet comes back to {event.dev}, and goes round until its hop limit is used up"
    cause = Cause("routing-loop", event.ns, said, "Two or more routers send it to one another.")
    end = End(Verdict.LOOP, said, event.ns, event.dev, error="EHOSTUNREACH", cause=cause, packet=packet)
    return Complain(event.ns, packet, "ttl", end, event.carry, event.dev)


def _ttl(frame: Frame) -> int:
    """Return all hop limits within a frame together: a router lowers one of them."""
    total, content = 0, frame.content
    while isinstance(content, Packet):
        total += content.ttl
        inner = content.payload
        content = inner.content if isinstance(inner, Frame) else inner  # type: ignore[assignment]
    return total
