"""Prediction and observation, side by side: where they agree, where they part, and what that means."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from podpath.probe.identity import Direction
from podpath.probe.observation import Point
from podpath.probe.run import Observed, Passage, Ports
from podpath.probe.sender import Result
from podpath.state.drop import Meaning
from podpath.state.live import Agreement, Fate, Live, Rung, SeenDrop, SeenHop, Sight
from podpath.state.step import Encapsulated, UnderlayCrossed
from podpath.state.trace import Branch, Hop, Leg, Trace, Verdict

_SILENCE: Final = "ETIMEDOUT"
_ERRORS: Final = {Verdict.REFUSED: "ECONNREFUSED", Verdict.TOO_BIG: "EMSGSIZE"}
"""What a sender gets where the branch names no error; in all other cases nothing."""
_FLOODED: Final = "OTHERHOST"
_UNSPECIFIC: Final = frozenset(("", "NOT_SPECIFIED"))
MeaningOf = Callable[[str], Meaning]


class _Way(NamedTuple):
    """One direction of one packet, as it was predicted and seen.

    Attributes:
        branch: the predicted path that fits best.
        hops: what was seen at each of its hops.
        drop: the drop that ended the packet, or None if none was seen.
        began: time of its first observation; 0 where there is none.
        unwatched: numbers of hops where nobody looked, or not everything that passed was recorded.
    """

    branch: Branch
    hops: tuple[SeenHop, ...]
    drop: Passage | None
    began: int
    unwatched: frozenset[int]

    @property
    def missed(self) -> int | None:
        """Number of the first hop at which the packet should have been seen and was not, or None."""
        return next((at for at, hop in enumerate(self.hops) if hop.sight is Sight.MISSED), None)

    @property
    def last(self) -> int | None:
        """Number of the last hop at which the packet was seen, or None."""
        return next((at for at in range(len(self.hops) - 1, -1, -1) if self.hops[at].sight is Sight.SEEN), None)

    @property
    def arrived(self) -> bool:
        """The packet was seen at the end of a path that delivers it, or at the last device before it that shows packets."""
        shown = [at for at, hop in enumerate(self.branch.hops) if hop.observable]
        there = bool(shown) and self.last == shown[-1] and self.branch.hops[shown[-1]].node == self.branch.hops[-1].node
        return self.branch.verdict is Verdict.DELIVERED and self.missed is None and self.drop is None and there


class _Judged(NamedTuple):
    agreement: Agreement
    backwards: bool
    hop: int | None
    drop: Passage | None


def assess(trace: Trace, observed: Observed, meaning_of: MeaningOf) -> Live:
    """Return what prediction and observation say together.

    Args:
        trace: the prediction.
        observed: what was seen, and what the sender got.
        meaning_of: what a reason of the kernel means, and which causes belong to it.
    """
    watched = observed.rung is not Rung.NOTHING
    views = [_view(trace, observed, number, watched=watched) for number in sorted(observed.results)]
    there, back, result = views[0]
    judged = _judged(trace, there, back, result, meaning_of, watched=watched)
    if judged.agreement is Agreement.DISAGREED and judged.drop is not None and meaning_of(judged.drop.reason).unshown:
        judged = judged._replace(agreement=Agreement.UNSHOWN)
    alike = sum(_signature(view) == _signature(views[0]) for view in views)
    return Live(
        observed.rung,
        judged.agreement,
        _fate(there, result),
        len(views),
        sum(not one.error for _, _, one in views),
        alike,
        "" if result.error == _SILENCE else result.error,
        None if result.error == _SILENCE else result.microseconds,
        there.hops,
        back.hops if back is not None else (),
        judged.backwards,
        judged.hop,
        _drop(judged.drop, back if judged.backwards and back is not None else there, meaning_of),
        observed.lower,
        observed.lost,
    )


def chosen(trace: Trace, observed: Observed) -> Trace:
    """Return the trace with the paths first that the kernel took, where chance had the choice."""
    there, back, _ = _view(trace, observed, min(observed.results), watched=True)
    reply = trace.reply
    if reply is not None and back is not None:
        reply = _first(reply, back.branch)
    return trace._replace(forward=_first(trace.forward, there.branch), reply=reply)


def located(trace: Trace, inodes: Mapping[tuple[str, str], int]) -> Trace:
    """Return a trace with the numbers of its namespaces, as the nodes themselves say them by node and label."""

    def leg_of(leg: Leg) -> Leg:
        return leg._replace(branches=tuple(branch_of(branch) for branch in leg.branches))

    def branch_of(branch: Branch) -> Branch:
        hops = tuple(hop._replace(inode=inodes.get((hop.node, hop.netns))) for hop in branch.hops)
        return branch._replace(hops=hops)

    return trace._replace(forward=leg_of(trace.forward), reply=leg_of(trace.reply) if trace.reply is not None else None)


def _first(leg: Leg, branch: Branch) -> Leg:
    return leg._replace(branches=(branch, *(one for one in leg.branches if one is not branch)))


def _view(trace: Trace, observed: Observed, number: int, *, watched: bool) -> tuple[_Way, _Way | None, Result]:
    mine = [one for one in observed.passages if one.number in {number, None}]
    result = observed.results[number]
    is_udp = trace.sent is not None and trace.sent.proto == "udp"

    def hidden(hop: Hop) -> bool:
        if (hop.inode, hop.interface, Point.OUT if hop.out else Point.IN) in observed.unmoved:
            return False
        # What was not recorded may have been the one that is missing.
        out_of_sight = (
            observed.lost > 0 or hop.node in observed.blind or (observed.spaces is not None and hop.inode not in observed.spaces)
        )
        return not watched or out_of_sight or not hop.observable or hop.inode is None

    def hidden_back(hop: Hop) -> bool:
        # An answer of UDP is known by its port alone, unless it repeats the mark.
        return hidden(hop) or (is_udp and hop.dport is None)

    there = _way(trace.forward, mine, Direction.FORWARD, hidden, result)
    back = _way(trace.reply, mine, Direction.REPLY, hidden_back, result) if trace.reply is not None else None
    if back is not None and back.began and there.drop is not None and there.drop.time > back.began:
        # What is dropped after the answer began is no request: a reset, or what comes after it.
        there = there._replace(drop=None)
    if back is not None and _failed_to_answer(there, back):
        there, back = there._replace(drop=None), back._replace(drop=there.drop)
    if not result.error:
        # An answer says that nothing was lost; copies of a packet are dropped all the same.
        return there._replace(drop=None), back._replace(drop=None) if back is not None else None, result
    return there, back, result


def _failed_to_answer(there: _Way, back: _Way) -> bool:
    """Say whether the kernel dropped a request that had arrived, because the answer that it should send has no route.

    `icmpv6_rcv` of net/ipv6/icmp.c frees the request without a reason if `icmpv6_echo_reply` sends nothing.
    """
    drop, end, answer = there.drop, there.branch.steps[-1], back.branch.steps[-1]
    return (
        drop is not None
        and drop.reason in _UNSPECIFIC
        and (there.branch.verdict, there.missed, back.began) == (Verdict.DELIVERED, None, 0)
        and back.branch.verdict not in {Verdict.DELIVERED, Verdict.UNKNOWN}
        and (drop.place.node, drop.place.netns) == (end.node, end.netns) == (answer.node, answer.netns)
    )


def _way(leg: Leg, passages: Sequence[Passage], direction: Direction, hidden: Callable[[Hop], bool], result: Result) -> _Way:
    """Return the predicted path that fits best, and what was seen of it.

    Paths may have their hops in common and differ in what the sender hears: chance chooses the way of an ICMP error, too.
    """
    mine = [one for one in passages if one.direction is direction]
    began = min((one.time for one in mine), default=0)
    ways = [_seen(branch, mine, began, hidden) for branch in leg.branches]

    def fit(way: _Way) -> tuple[int, bool, bool]:
        heard = _heard(way.branch) if direction is Direction.FORWARD else None
        return sum(hop.sight is Sight.SEEN for hop in way.hops), way.missed is None, heard == result.error

    return max(ways, key=fit)


def _heard(branch: Branch) -> str | None:
    """Return the error that the sender gets of a packet that fails, or None if that follows from more than this path."""
    if branch.verdict in {Verdict.DELIVERED, Verdict.UNKNOWN}:
        return None
    return branch.error or _ERRORS.get(branch.verdict, _SILENCE)


def ports(trace: Trace) -> Ports:
    """Return the destination ports that a trace predicts, and those of its tunnels."""
    there, back = (
        tuple(dict.fromkeys(hop.dport for branch in leg.branches for hop in branch.hops if hop.dport is not None)) if leg else ()
        for leg in (trace.forward, trace.reply)
    )
    legs = [trace.forward, *([trace.reply] if trace.reply is not None else [])]
    steps = (step.facts for leg in legs for branch in leg.branches for step in branch.steps)
    tunnels = {facts.port for facts in steps if isinstance(facts, Encapsulated) and facts.kind == "vxlan" and facts.port}
    return Ports(there, back, tuple(sorted(tunnels)))


def _seen(branch: Branch, passages: Sequence[Passage], began: int, hidden: Callable[[Hop], bool]) -> _Way:
    times = {
        (one.place.node, one.inode, one.place.interface, one.point): one.time
        for one in reversed(passages)
        if one.point is not Point.DROP
    }
    hops, latest, unwatched = [], 0.0, set()
    for at, hop in enumerate(branch.hops):
        time = times.get((hop.node, hop.inode or 0, hop.interface, Point.OUT if hop.out else Point.IN))
        ends_here = at == len(branch.hops) - 1 and branch.verdict is not Verdict.DELIVERED
        if time is not None:
            # No packet arrives before it was sent, whatever the clocks of two nodes say.
            latest = max(latest, (time - began) / 1000)
            hops.append(SeenHop(Sight.SEEN, latest))
        elif ends_here or hidden(hop):
            hops.append(SeenHop(Sight.HIDDEN))
            if hop.observable and hidden(hop):
                unwatched.add(at)
        else:
            hops.append(SeenHop(Sight.MISSED))
    return _Way(branch, tuple(hops), _ending_drop(branch, passages), began, frozenset(unwatched))


def _ending_drop(branch: Branch, passages: Sequence[Passage]) -> Passage | None:
    """Return the drop that ended a packet.

    Copies that a bridge has flooded are dropped as another host's by devices that the packet was not predicted to arrive on.
    """
    on_path, end = {hop.inode for hop in branch.hops}, branch.steps[-1]
    arrives = {(hop.inode, hop.interface) for hop in branch.hops if not hop.out}
    drops = [
        one
        for one in passages
        if one.point is Point.DROP and (one.reason != _FLOODED or (one.inode, one.place.interface) in arrives)
    ]
    predicted = [one for one in drops if (one.place.node, one.place.netns) == (end.node, end.netns)]
    near = [one for one in drops if one.inode in on_path]
    return next(reversed(predicted or near or drops), None)


def _fate(there: _Way, result: Result) -> Fate:
    if not result.error:
        return Fate.ANSWERED
    if result.error != _SILENCE:
        return Fate.ERROR
    return Fate.ARRIVED if there.arrived else Fate.SILENT


def _expected(there: _Way, back: _Way | None) -> str | None:
    """Return the error that the sender should get, empty for an answer, or None if that is not known."""
    for way in (there, back):
        if way is None or way.branch.verdict is Verdict.UNKNOWN:
            return None
        if way.branch.verdict is not Verdict.DELIVERED:
            return _heard(way.branch) if way is there else _SILENCE
    return ""


def _judged(trace: Trace, there: _Way, back: _Way | None, result: Result, meaning_of: MeaningOf, *, watched: bool) -> _Judged:
    expected = _expected(there, back)
    fits = expected is not None and result.error == expected
    if not watched:
        seen = Agreement.AGREED if fits else Agreement.SEEN if expected is None else Agreement.UNSEEN
        return _Judged(seen, backwards=False, hop=None, drop=None)
    arrived = _is_delivered(there, back, result)
    if there.branch.verdict is Verdict.UNKNOWN and not arrived:
        return _Judged(Agreement.SEEN, backwards=False, hop=there.last, drop=there.drop)
    if there.missed is not None:
        return _parted(there, backwards=False)
    if there.branch.verdict not in {Verdict.DELIVERED, Verdict.UNKNOWN}:
        return _failed(there, fits=fits, result=result, meaning_of=meaning_of, backwards=False)
    if there.drop is not None and not arrived:
        return _Judged(Agreement.DISAGREED, backwards=False, hop=there.last, drop=there.drop)
    if back is None or back.branch.verdict is Verdict.UNKNOWN or there.branch.verdict is Verdict.UNKNOWN:
        way = back or there
        return _Judged(Agreement.SEEN, backwards=back is not None, hop=way.last, drop=way.drop)
    return _returned(trace, there, back, result, fits=fits, meaning_of=meaning_of)


def _is_delivered(there: _Way, back: _Way | None, result: Result) -> bool:
    """Say whether the packet reached its destination: an answer came, or was on its way."""
    return not result.error or (back is not None and back.began > 0 and there.drop is None)


def _returned(trace: Trace, there: _Way, back: _Way, result: Result, *, fits: bool, meaning_of: MeaningOf) -> _Judged:
    """Judge the return path of a packet that has arrived, as far as anybody looked."""
    if back.began == 0 and result.error == _SILENCE and trace.sent is not None and trace.sent.proto == "udp":
        # A server of UDP need not answer.
        agreement = Agreement.AGREED if there.arrived else Agreement.UNSEEN
        return _Judged(agreement, backwards=False, hop=None if there.arrived else there.last, drop=None)
    if back.missed is not None:
        return _parted(back, backwards=True)
    if back.branch.verdict is not Verdict.DELIVERED:
        return _failed(back, fits=fits, result=result, meaning_of=meaning_of, backwards=True)
    if not fits and result.error == _SILENCE and back.drop is None and (there.unwatched or back.unwatched):
        return _Judged(Agreement.UNSEEN, backwards=True, hop=back.last, drop=None)
    agreement = Agreement.AGREED if fits else Agreement.DISAGREED
    return _Judged(agreement, backwards=True, hop=back.last, drop=back.drop)


def _parted(way: _Way, *, backwards: bool) -> _Judged:
    """Judge a packet that was not seen where it should have been: lost between two nodes, or within one.

    Where nobody looked on the way between two nodes, nobody knows.
    """
    missed, hops = way.missed or 0, way.branch.hops
    before = next((at for at in range(missed - 1, -1, -1) if way.hops[at].sight is Sight.SEEN), None)
    elsewhere = way.drop is None or way.drop.inode not in {hop.inode for hop in hops}
    unwatched = not way.unwatched.isdisjoint(range(0 if before is None else before, missed))
    crossed = missed > 0 and _between(way.branch, hops[before or 0], hops[missed])
    if elsewhere and crossed and (unwatched or before is not None):
        return _Judged(Agreement.UNSEEN if unwatched else Agreement.NETWORK, backwards, missed, None)
    return _Judged(Agreement.DISAGREED, backwards, missed, way.drop)


def _between(branch: Branch, before: Hop, after: Hop) -> bool:
    """Say whether the network between nodes carries a packet from one hop to the next."""
    steps = branch.steps[before.step : after.step + 1]
    return before.node != after.node or any(isinstance(step.facts, UnderlayCrossed) for step in steps)


def _failed(way: _Way, *, fits: bool, result: Result, meaning_of: MeaningOf, backwards: bool) -> _Judged:
    """Judge a packet that was predicted to fail, and was seen wherever it was predicted to be until then."""
    drop, end, hop = way.drop, way.branch.steps[-1], way.last
    if drop is not None:
        same_place = (drop.place.node, drop.place.netns) == (end.node, end.netns)
        agreed = same_place and _is_known(drop, way.branch, meaning_of) and (fits or result.error == _SILENCE)
        return _Judged(Agreement.AGREED if agreed else Agreement.DISAGREED, backwards, hop, drop)
    if not fits and result.error == _SILENCE and way.unwatched:
        return _Judged(Agreement.UNSEEN, backwards, hop, None)
    return _Judged(Agreement.AGREED if fits else Agreement.DISAGREED, backwards, hop, None)


def _is_known(drop: Passage, branch: Branch, meaning_of: MeaningOf) -> bool:
    """Say whether the kernel's reason is one that belongs to the cause.

    Where the kernel names none, it contradicts none; and a cause in another namespace has brought the packet to where it was
    dropped, for whatever reason.
    """
    cause = branch.cause
    if drop.reason in _UNSPECIFIC or cause is None or cause.check == str(branch.verdict):
        return True
    here = (cause.node, cause.netns) == (drop.place.node, drop.place.netns)
    return not here or cause.check in meaning_of(drop.reason).causes


def _drop(passage: Passage | None, way: _Way, meaning_of: MeaningOf) -> SeenDrop | None:
    if passage is None:
        return None
    since = (passage.time - way.began) / 1000 if way.began else None
    meaning = meaning_of(passage.reason)
    return SeenDrop(*passage.place, passage.reason, passage.function, meaning.title, meaning.causes, since)


def _signature(view: tuple[_Way, _Way | None, Result]) -> tuple[object, ...]:
    """Return what packets have in common that took one path to one end."""
    there, back, result = view
    ways: Iterable[_Way] = (there, back) if back is not None else (there,)
    return (result.error, *(part for way in ways for part in _of(way)))


def _of(way: _Way) -> Iterator[object]:
    yield tuple(hop.sight for hop in way.hops)
    yield (way.drop.place, way.drop.reason) if way.drop is not None else None
