"""The walker: follows a packet from stage to stage. It knows no plugin, no device and no table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from podpath.language import tr
from podpath.state.failures.routing import RoutingLoop
from podpath.state.trace import Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.events import (
    Arrive,
    Complain,
    Crossing,
    Event,
    Forward,
    Leave,
    Local,
    Outcome,
    Path,
    Receive,
    Send,
    Stage,
    Stopped,
    Transition,
    Transmit,
    crossings,
    times,
    unknown,
)
from podpath.walk.hop_limit import hop_limits, last_round
from podpath.walk.packet import Packet
from podpath.walk.stages import arrive, complain, forward, leave, local, receive, send, transmit

STAGES: Final[dict[type[Any], Stage]] = {
    Send: send.stage,
    Leave: leave.stage,
    Transmit: transmit.stage,
    Receive: receive.stage,
    Arrive: arrive.stage,
    Forward: forward.stage,
    Local: local.stage,
    Complain: complain.stage,
}
"""What each event asks of the kernel."""
_MOST_BRANCHES: Final = 4096
"""Maximum number of branches that are followed for one packet: the outcome of the rest is unknown, and has its share."""


@dataclass(slots=True)
class _Seen:
    """Where a path has been.

    Attributes:
        at: hop limits by place and frame.
        round: why it goes round, or None while it does not.
        branches: what is left of the branches that are followed of the packet, wherever they forked off.
    """

    at: dict[tuple[Any, ...], tuple[int, ...]] = field(default_factory=dict)
    round: Stopped | None = None
    branches: Iterator[int] = field(default_factory=lambda: iter(range(_MOST_BRANCHES)))

    def copy(self) -> "_Seen | None":
        """Return one for a path that forks off here, or None if there were too many."""
        return None if next(self.branches, None) is None else _Seen(dict(self.at), self.round, self.branches)


class Walker:
    """Follows packets through a snapshot.

    Args:
        cluster: the snapshot.
    """

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def follow(self, event: Event) -> tuple[Path, ...]:
        """Return all paths that chance may choose; of the copies of a flooded frame, the one that was accepted."""
        return self._from(event, _Seen(), everywhere=False)

    def follow_all(self, event: Event) -> tuple[Path, ...]:
        """Return the paths of all copies of a frame, also of unwanted ones."""
        return self._from(event, _Seen(), everywhere=True)

    def _from(self, event: Event, seen: _Seen, *, everywhere: bool) -> tuple[Path, ...]:
        """Follow one way as long as it does not fork."""
        way = Transition(event)
        while True:
            circle = _circle(event, seen)
            if isinstance(circle, Outcome):
                return (_ended(way, circle),)
            event = circle or event
            if isinstance(event, Transmit | Receive) and isinstance(event.frame.content, Packet):
                crossing = Crossing(event.ns, event.dev, isinstance(event, Transmit), len(way.steps), event.frame.content)
                way = way._replace(crossings=(*way.crossings, crossing))
            transitions = STAGES[type(event)](self, event)
            if len(transitions) > 1:
                forks = [
                    transition._replace(to=_told(transition.to, event)) if isinstance(transition.to, Outcome) else transition
                    for transition in transitions
                ]
                return self._fork(way, forks, seen, everywhere=everywhere)
            (transition,) = transitions
            way = _joined(way, transition)
            if isinstance(transition.to, Outcome):
                return (_ended(way, _told(transition.to, event)),)
            event = transition.to

    def _fork(self, way: Transition, transitions: Sequence[Transition], seen: _Seen, *, everywhere: bool) -> tuple[Path, ...]:
        groups = [
            self._branch(_joined(way, transition), transition.to, seen, everywhere=everywhere) for transition in transitions
        ]
        if transitions[0].copy and not everywhere:
            return min(groups, key=_wanted)
        return tuple(path for group in groups for path in group)

    def _branch(self, way: Transition, to: Event | Outcome, seen: _Seen, *, everywhere: bool) -> tuple[Path, ...]:
        if isinstance(to, Outcome):
            return (_ended(way, to),)
        own = seen.copy()
        if own is None:
            missing = tr(
                "what happens to it beyond the {most_branches:,} branches that are followed", most_branches=_MOST_BRANCHES
            )
            return (_ended(way, unknown(to.ns, self.cluster, missing, "ip route show table all; iptables-save -c")),)
        return tuple(_prefixed(way, path) for path in self._from(to, own, everywhere=everywhere))


def _wanted(group: tuple[Path, ...]) -> tuple[bool, int]:
    """Order copies of a frame: accepted ones first, and of these the best outcome."""
    return all(path.end.aside for path in group), max(path.end.verdict.rank for path in group)


def _joined(way: Transition, transition: Transition) -> Transition:
    mtus = [mtu for mtu in (way.mtu, transition.mtu) if mtu is not None]
    return Transition(
        transition.to,
        (*way.steps, *transition.steps),
        times(way.share, transition.share),
        transition.copy,
        (*way.gaps, *transition.gaps),
        min(mtus, default=None),
        way.crossings,
    )


def _prefixed(way: Transition, path: Path) -> Path:
    mtus = [mtu for mtu in (way.mtu, path.mtu) if mtu is not None]
    return Path(
        path.end,
        (*way.steps, *path.steps),
        times(way.share, path.share),
        (*way.gaps, *path.gaps),
        min(mtus, default=None),
        crossings((way, path)),
    )


def _told(end: Outcome, event: Event) -> Outcome:
    """Return an end that something is wrong with, and what it ended: who looks for the root of it asks that."""
    if end.cause is None or end.packet is not None:
        return end
    held = event.frame.content if isinstance(event, Transmit | Receive) else event.packet
    return replace(end, packet=held, carry=event.carry) if isinstance(held, Packet) else end


def _ended(way: Transition, end: Outcome) -> Path:
    return Path(end, way.steps, way.share, way.gaps, way.mtu, way.crossings)


def _circle(event: Event, seen: _Seen) -> Outcome | Event | None:
    """Return what follows where a path comes back to where it was: of routers if the hop limit shrank, else of bridges."""
    if isinstance(event, Complain) and event.kind == "ttl" and seen.round is not None:
        end = replace(event.end, verdict=Verdict.LOOP, reason="", cause=seen.round)
        return replace(event, end=end)
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
    limits = hop_limits(frame)
    before = seen.at.get(key)
    seen.at.setdefault(key, limits)
    if before is None or seen.round is not None:
        return None
    if before == limits:
        return Outcome(
            Verdict.LOOP,
            tr("the frame comes back to {dev}: the bridges form a loop", dev=event.dev),
            event.ns,
            event.dev,
            aside=True,
        )
    # All rounds are alike: the last one is walked, and shows which router finds the hop limit used up.
    seen.round = Stopped(RoutingLoop(event.dev), event.ns)
    return replace(event, frame=last_round(frame, before))
