"""The path of a packet as SVG: its way over the map, hop by hop, there and back, and what decided each."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from podpath.language import marked, tr
from podpath.picture.blocks import Sign
from podpath.picture.canvas import Canvas, number
from podpath.picture.graphviz import Point
from podpath.picture.metrics import CODE, FINE, HEAD, SMALL, STRONG, TITLE, WORDS, fit, wrapped
from podpath.picture.model import Interface, Map, Node, Problem, Space
from podpath.picture.scene import Host, scene
from podpath.picture.svg import MARGIN, MapFrame, Placed, boxes, document, frame_of, node, place, rail_names, rails
from podpath.picture.way import Piece, Stop, Track, length, met, middle, stops
from podpath.report import steps
from podpath.report.live import column, sight_of
from podpath.report.live import sentence as seen_sentence
from podpath.report.signs import signs
from podpath.report.trace import sentence
from podpath.state.address import ip_text
from podpath.state.finding import Severity
from podpath.state.live import SeenHop, Sight
from podpath.state.step import AddressTranslated, Domain, Encapsulated, Ended, domain_of
from podpath.state.trace import Branch, Headers, Trace, TraceStep, Verdict

_ENDS: Final = marked(
    {
        Verdict.REFUSED: "refused here: nothing listens",
        Verdict.REJECTED: "rejected here",
        Verdict.TOO_BIG: "does not fit here",
        Verdict.UNREACHABLE: "ends here: no route",
        Verdict.LOOP: "loops",
        Verdict.DROPPED: "dropped here",
    }
)
_SIGNS: Final = {Verdict.DELIVERED: Sign.GOOD, Verdict.UNKNOWN: Sign.UNKNOWN}
_NARROWEST: Final = 700
_SHIFT: Final = 3
"""Pixels between the paths there and back, to either side."""
_BADGE: Final = 8.5
_PLACE: Final = 26
_STAGE: Final = 216
_SUMMARY: Final = 296
_PACKET: Final = 22
_ARROW: Final = 34
"""A part of a line that is so long has an arrow."""
_MOST_COMMANDS: Final = 3
_SIGHT: Final = 64
"""Pixels that what was seen takes at the right of a hop."""
_SEEN: Final = signs(unicode=True)
_TONES: Final = {Sight.SEEN: "good", Sight.MISSED: "error", Sight.HIDDEN: "muted"}


class DrawnLeg(NamedTuple):
    """A direction, as it is drawn.

    Attributes:
        name: there or back.
        branch: the path that is drawn.
        stops: its places.
        first: number of the first of them.
        packet: what is sent.
        seen: what was seen of its hops, or None if no packets were sent.
    """

    name: str
    branch: Branch
    stops: list[Stop]
    first: int
    packet: Headers
    seen: tuple[SeenHop, ...] | None = None


class NodeCrossing(NamedTuple):
    """A packet on its way between two nodes.

    Attributes:
        leg: there or back.
        nodes: names of the two.
        packet: the packet.
        envelopes: what it is wrapped in, the outermost last.
    """

    leg: str
    nodes: tuple[str, str]
    packet: Headers
    envelopes: tuple[str, ...]


def render(trace: Trace, graph: Map, *, dark: bool = True, styled: bool = True) -> str:
    """Return a path as SVG: one self-contained element.

    Args:
        trace: the path; of several paths the worst is drawn, the others are named.
        graph: the map that it runs over.
        dark: follow a reader who prefers dark pages.
        styled: with its style sheet.

    Raises:
        LayoutError: Graphviz is not installed, or gave no layout.
    """
    legs = legs_of(trace)
    small = _marked(met(graph, [leg.stops for leg in legs], trace.flow.destination), legs)
    hosts = scene(small, everything=True)
    frame = frame_of(small, hosts)
    frame = _wider(frame, _NARROWEST) if frame.width < _NARROWEST else frame
    canvas = Canvas()
    y = _header(canvas, trace, frame.width)
    top = rail_names(canvas, small.segments, frame, y)
    crossings = [crossing for leg in legs for crossing in crossings_of(leg)]
    placed, gaps = _stacked(hosts, crossings, top + 4, frame)
    bottom = placed[-1].y + placed[-1].height if placed else top
    rails(canvas, small, frame, top, bottom)
    for one in placed:
        node(canvas, small, one, frame, blocks=False)
    track = Track(small, placed, frame)
    lines = [(leg, track.pieces(leg.stops)) for leg in legs]
    for leg, pieces in lines:
        _line(canvas, leg, [piece for piece in pieces if not piece.over])
    for one in placed:
        boxes(canvas, one)
    for leg, pieces in lines:
        _line(canvas, leg, [piece for piece in pieces if piece.over])
        _arrows(canvas, leg, pieces)
    for at, found in gaps.items():
        _envelopes(canvas, found, at, frame)
    for leg in legs:
        _badges(canvas, leg, track)
        _end(canvas, leg, track)
    y = _hops(canvas, trace, legs, bottom + 22, frame.width)
    return document(str(canvas), frame.width, y + MARGIN, f"{sentence(trace)}", dark=dark, styled=styled)


def legs_of(trace: Trace) -> list[DrawnLeg]:
    """Return the directions of a path, as they are drawn."""
    there = stops(trace.forward.worst)
    seen = trace.live
    legs = [DrawnLeg("there", trace.forward.worst, there, 1, trace.flow, seen.forward if seen is not None else None)]
    if trace.reply is not None:
        arrived = next((step.packet for step in reversed(trace.forward.worst.steps) if step.packet is not None), trace.flow)
        back = stops(trace.reply.worst)
        seen_back = seen.reply if seen is not None else None
        legs.append(DrawnLeg("back", trace.reply.worst, back, len(there) + 1, arrived.reply, seen_back))
    return legs


def crossings_of(leg: DrawnLeg) -> Iterator[NodeCrossing]:
    """Yield the packets that go from node to node, with what they are wrapped in."""
    for _, before, after in _packets(leg):
        if before is not None:
            yield NodeCrossing(leg.name, before, after.packet, after.envelopes)


class _Carried(NamedTuple):
    packet: Headers
    envelopes: tuple[str, ...]


def _packets(leg: DrawnLeg) -> Iterator[tuple[TraceStep, tuple[str, str] | None, _Carried]]:
    """Yield each step with the two nodes that were crossed before it, and the packet after it."""
    carried = _Carried(leg.packet, ())
    node_ = leg.branch.steps[0].node if leg.branch.steps else ""
    for step in leg.branch.steps:
        crossed = (node_, step.node) if step.node != node_ else None
        node_ = step.node
        if crossed is not None:
            yield step, crossed, carried
        carried = _after(step, carried)
        yield step, None, carried


def _after(step: TraceStep, carried: _Carried) -> _Carried:
    if isinstance(step.facts, Encapsulated):
        return _Carried(carried.packet, (*carried.envelopes, steps.sentence(step.facts)))
    if domain_of(step.facts) is Domain.TUNNEL:
        return _Carried(carried.packet, carried.envelopes[:-1])
    if step.packet is not None and not carried.envelopes:
        return _Carried(step.packet, ())
    return carried


# -- the map below the path ----------------------------------------------------------------------------


def _wider(frame: MapFrame, wide: float) -> MapFrame:
    more = wide - frame.width
    return MapFrame(frame.inside + more, {key: x + more for key, x in frame.rails.items()}, wide)


def _marked(graph: Map, legs: Sequence[DrawnLeg]) -> Map:
    """Return the map with the place marked where the packet ends, and those where its addresses change."""
    notes: dict[str, list[str]] = {}
    for leg in legs:
        before = leg.packet
        for stop in leg.stops:
            for step in stop.steps:
                if step.packet is not None and isinstance(step.facts, AddressTranslated) and step.packet != before:
                    end, after = step.facts.end, ip_text(step.facts.after)
                    notes.setdefault(stop.id, []).append(
                        tr("{end} {before} becomes {after}", end=tr(end), before=ip_text(step.facts.before), after=after)
                    )
                before = step.packet or before
    last = legs[-1]
    problems: list[Problem] = []
    blamed = ""
    verdict = last.branch.verdict
    if last.stops and verdict in _ENDS:
        known = {item.id for one in graph.nodes for space in one.spaces for item in space.interfaces}
        stop = last.stops[-1]
        blamed = stop.id if stop.id in known else stop.space
        words = tr(_ENDS[verdict]) if last.name == "there" else tr("the answer: {ends}", ends=tr(_ENDS[verdict]))
        problems = [Problem(verdict, Severity.ERROR, stop.node, "", "", (blamed,), words)]
    if last.stops and verdict is Verdict.UNKNOWN:
        notes.setdefault(last.stops[-1].id, []).append(tr("? not known from here on"))

    def item_of(item: Interface) -> Interface:
        return item._replace(notes=tuple(notes.get(item.id, ())), problems=(0,) if item.id == blamed else ())

    def space_of(space: Space) -> Space:
        items = tuple(item_of(item) for item in space.interfaces)
        return space._replace(interfaces=items, problems=(0,) if space.id == blamed else ())

    def node_of(one: Node) -> Node:
        return one._replace(spaces=tuple(space_of(space) for space in one.spaces))

    return graph._replace(nodes=tuple(node_of(one) for one in graph.nodes), problems=tuple(problems))


def _stacked(
    hosts: Sequence[Host], crossings: Sequence[NodeCrossing], y: float, frame: MapFrame
) -> tuple[list[Placed], dict[float, list[NodeCrossing]]]:
    """Return the nodes one below the other, and below which of them which packets cross, by their places."""
    placed: list[Placed] = []
    gaps: dict[float, list[NodeCrossing]] = {}
    names = [host.node.name for host in hosts]
    for at, host in enumerate(hosts):
        placed.append(place(host, y, frame))
        y += placed[-1].height
        found = [one for one in crossings if min(_index(names, one.nodes[0]), _index(names, one.nodes[1])) == at]
        if found:
            gaps[y + 12] = found
        y += sum(_height(one) + 8 for one in found) + (24 if found else 14)
    return placed, gaps


def _index(names: Sequence[str], name: str) -> int:
    return names.index(name) if name in names else len(names)


def _height(crossing: NodeCrossing) -> float:
    return _PACKET + 24 * len(crossing.envelopes)


def _envelopes(canvas: Canvas, crossings: Sequence[NodeCrossing], y: float, frame: MapFrame) -> None:
    """Draw the packets that cross between two nodes, each in its envelopes, at the left of the rails."""
    right = min(frame.rails.values(), default=frame.width) - 22
    for crossing in crossings:
        text = fit(crossing.packet.text, CODE, 420)
        labels = [fit(label, STRONG, 420) for label in crossing.envelopes]
        inner = text.width + 16
        wide = max([inner, *(label.width + 34 for label in labels)]) + 12 * len(labels)
        x = right - wide
        high = _height(crossing)
        top = y
        canvas.open_group("pp-packet")
        for depth, label in enumerate(reversed(labels)):
            canvas.rect(x + 6 * depth, top, wide - 12 * depth, high - 24 * depth - 3 * depth, "envelope", 3)
            corner = x + 6 * depth + 7
            canvas.path(f"M{number(corner)} {number(top + 6)}h15v10h-15zl7.5 6l7.5 -6", "flap")
            canvas.text(corner + 21, top + 16, label, STRONG, "over")
            top += 22
        pad = 6 * len(labels)
        high_inner = _PACKET - (4 if labels else 0)
        canvas.rect(x + pad, top, wide - 2 * pad, high_inner, f"packet {crossing.leg}", 3)
        canvas.text(x + pad + 8, top + high_inner / 2 + 4.5, text, CODE)
        canvas.close_group()
        side = Point(x - 16, y + high / 2)
        _tip(canvas, side, Point(side.x, side.y - (8 if crossing.leg == "there" else -8)), tr(crossing.leg))
        y += high + 8


# -- lines ---------------------------------------------------------------------------------------------


def _shifted(points: Sequence[Point], leg: DrawnLeg) -> list[Point]:
    by = -_SHIFT if leg.name == "there" else _SHIFT
    return [Point(point.x + by, point.y + by) for point in points]


def _line(canvas: Canvas, leg: DrawnLeg, pieces: Sequence[Piece]) -> None:
    for kind in ("way edge", f"way {leg.name}"):
        for piece in pieces:
            (canvas.curve if piece.curved else canvas.line)(_shifted(piece.points, leg), kind)


def _arrows(canvas: Canvas, leg: DrawnLeg, pieces: Sequence[Piece]) -> None:
    for piece in pieces:
        if not piece.hidden and length(piece.points) >= _ARROW:
            at, before = (_shifted([point], leg)[0] for point in middle(piece))
            _tip(canvas, at, before, leg.name)


def _tip(canvas: Canvas, at: Point, before: Point, kind: str) -> None:
    """Draw an arrow's tip."""
    along = max(((at.x - before.x) ** 2 + (at.y - before.y) ** 2) ** 0.5, 0.01)
    dx, dy = (at.x - before.x) / along, (at.y - before.y) / along
    ends = [Point(at.x - 6 * dx - side * 5.5 * dy, at.y - 6 * dy + side * 5.5 * dx) for side in (1, -1)]
    canvas.line([ends[0], at, ends[1]], f"tip {kind}")


def _badges(canvas: Canvas, leg: DrawnLeg, track: Track) -> None:
    """Draw the number of each stop at its box: there at the left corner, back at the right one."""
    taken: dict[Point, int] = {}
    for at, stop in enumerate(leg.stops):
        spot = track.spot(stop, right=leg.name == "back")
        if spot is not None:
            nth = taken[spot] = taken.get(spot, -1) + 1
            _badge(canvas, Point(spot.x + nth * (20 if leg.name == "there" else -20), spot.y), leg, leg.first + at)


def _badge(canvas: Canvas, at: Point, leg: DrawnLeg, value: int) -> None:
    if leg.name == "there":
        canvas.raw(f'<circle class="badge there" cx="{number(at.x)}" cy="{number(at.y)}" r="{_BADGE}"/>')
    else:
        canvas.rect(at.x - _BADGE, at.y - _BADGE, 2 * _BADGE, 2 * _BADGE, "badge back", 3)
    canvas.words(at.x, at.y + 4, str(value), SMALL, "badge-text", "middle")


def _end(canvas: Canvas, leg: DrawnLeg, track: Track) -> None:
    """Draw the sign of how a path ends, where its line does."""
    at = track.end(leg.stops[-1]) if leg.stops else None
    if at is None:
        return
    sign = _SIGNS.get(leg.branch.verdict, Sign.ERROR)
    canvas.raw(f'<g transform="translate({number(at.x + 4)} {number(at.y)}) scale(1.7)">')
    if sign is Sign.GOOD:
        canvas.raw('<circle class="s-info" cx="0" cy="0" r="7.5"/>')
    canvas.sign(0, 0, sign)
    canvas.close_group()


# -- words ---------------------------------------------------------------------------------------------


def _header(canvas: Canvas, trace: Trace, wide: float) -> float:
    """Write what happens to the packet, why, and what to type; return the place below it."""
    y: float = MARGIN
    room = wide - 2 * MARGIN - 22
    canvas.sign(MARGIN + 7, y + 10, _SIGNS.get(trace.verdict, Sign.ERROR))
    for line in wrapped(sentence(trace), HEAD, room):
        canvas.words(MARGIN + 22, y + 15, line, HEAD)
        y += 21
    y += 4
    if trace.live is not None:
        for line in wrapped(seen_sentence(trace, trace.live), STRONG, room):
            canvas.words(MARGIN + 22, y + 11, line, STRONG)
            y += 17
    cause = trace.cause
    if cause is not None:
        for line in wrapped(f"{cause.check}: {cause.headline}", STRONG, room):
            canvas.words(MARGIN + 22, y + 11, line, STRONG, "error" if trace.verdict is not Verdict.UNKNOWN else "unknown")
            y += 17
        for fix in cause.fix_lines[:_MOST_COMMANDS]:
            y = _labelled(canvas, tr("fix"), fix, y, room)
    for unknown in trace.unknowns[:_MOST_COMMANDS]:
        y = _labelled(canvas, "not known", unknown.missing, y, room)
        y = _labelled(canvas, tr("to know"), tr("on {node}: {command}", node=unknown.node, command=unknown.command), y, room)
    for text in (*_others(trace), *trace.remarks):
        for line in wrapped(text, WORDS, room):
            canvas.words(MARGIN + 22, y + 11, line, WORDS)
            y += 16
    if trace.assumed:
        y = _labelled(canvas, "assumed", ", ".join(trace.assumed), y, room)
    return y + 8


def _labelled(canvas: Canvas, label: str, text: str, y: float, room: float) -> float:
    canvas.words(MARGIN + 22, y + 11, label, SMALL, "muted")
    for line in wrapped(text, CODE, room - 64):
        canvas.words(MARGIN + 22 + 64, y + 11, line, CODE)
        y += 16
    return y


def _share(branch: Branch) -> str:
    """Return how much of the traffic ends in which way."""
    verdict = tr(branch.verdict)
    return tr("some {verdict}", verdict=verdict) if branch.probability is None else f"{branch.probability:.0%} {verdict}"


def _others(trace: Trace) -> Iterator[str]:
    """Yield what happens on the paths that are not drawn."""
    for name, leg in (("there", trace.forward), ("back", trace.reply)):
        if leg is not None and len(leg.branches) > 1:
            told = [_share(branch) for branch in leg.branches]
            rest = ", ".join(told[1:])
            if len({branch.verdict for branch in leg.branches}) == 1:
                yield tr(
                    "{name}: the kernel chooses at random among {told} paths, all {verdict}; one of them is drawn",
                    name=name,
                    told=len(told),
                    verdict=tr(leg.verdict),
                )
                continue
            drawn = tr("the worst is drawn ({told}); the others: {rest}", told=told[0], rest=rest)
            yield tr("{name}: the kernel chooses at random among {told} paths; {drawn}", name=name, told=len(told), drawn=drawn)


def _hops(canvas: Canvas, trace: Trace, legs: Sequence[DrawnLeg], y: float, wide: float) -> float:
    """Write the hops of both directions with what decided each; return the place below them."""
    for leg in legs:
        canvas.path(f"M{MARGIN} {number(y - 8)}H{number(wide - MARGIN)}", "rule")
        canvas.words(MARGIN, y + 14, tr(leg.name), HEAD, leg.name)
        x = MARGIN + 60
        text = fit(leg.packet.text, CODE, wide - MARGIN - x - 120)
        canvas.rect(x, y, text.width + 16, 20, f"packet {leg.name}", 3)
        canvas.text(x + 8, y + 14, text, CODE)
        if leg.branch.path_mtu is not None:
            canvas.words(wide - MARGIN, y + 14, f"MTU {leg.branch.path_mtu}", SMALL, "muted", "end")
        y = _leg_hops(canvas, leg, y + 30, wide) + 14
    if trace.reply is None and trace.verdict is not Verdict.DELIVERED:
        canvas.words(MARGIN, y + 6, tr("back"), TITLE, "muted")
        said = tr("the refusal") if trace.forward.verdict is Verdict.REFUSED else "not reached"
        canvas.words(MARGIN + 60, y + 6, said, WORDS, "muted")
        y += 14
    return y


def _leg_hops(canvas: Canvas, leg: DrawnLeg, y: float, wide: float) -> float:
    carried = _Carried(leg.packet, ())
    steps = len(leg.branch.steps)
    told = 0
    for at, stop in enumerate(leg.stops):
        _badge(canvas, Point(MARGIN + _BADGE, y + 8), leg, leg.first + at)
        first = stop.steps[0]
        words = " ".join(word for word in (first.node, first.netns.partition(":")[2], first.interface) if word)
        canvas.text(MARGIN + _PLACE, y + 12, fit(words, STRONG, _STAGE - _PLACE - 12), STRONG)
        for step in stop.steps:
            told += 1
            start, before = y, carried
            carried = _after(step, carried)
            sight = sight_of(leg.branch, leg.seen, told - 1) if leg.seen is not None else None
            if leg.seen is not None and sight is not None:
                shown = column(leg.branch, leg.seen, told - 1, _SEEN).text
                canvas.words(wide - MARGIN, y + 12, " ".join(shown.split()), SMALL, _TONES[sight], "end")
            y = _step(canvas, leg, step, y, wide - (_SIGHT if sight is not None else 0), last=told == steps)
            if carried.packet != before.packet and told != steps:
                text = fit(carried.packet.text, CODE, wide - MARGIN - MARGIN - _SUMMARY - 16)
                canvas.rect(MARGIN + _SUMMARY, y, text.width + 16, 20, f"packet {leg.name}", 3)
                canvas.text(MARGIN + _SUMMARY + 8, y + 14, text, CODE)
                y += 24
            if carried.envelopes and before.envelopes:
                canvas.line([Point(MARGIN + _STAGE - 10, start), Point(MARGIN + _STAGE - 10, y)], "line tunnel")
        y += 6
    return y


def _step(canvas: Canvas, leg: DrawnLeg, step: TraceStep, y: float, wide: float, *, last: bool) -> float:
    sign = _SIGNS.get(leg.branch.verdict, Sign.ERROR) if last else None
    stage = "" if isinstance(step.facts, Ended) and sign is not None else tr(steps.label(step.facts))
    said = steps.sentence(step.facts)
    if sign is not None:
        canvas.sign(MARGIN + _STAGE + 8, y + 8, sign)
    canvas.text(MARGIN + _STAGE, y + 12, fit(stage, SMALL, _SUMMARY - _STAGE - 8), SMALL, "muted")
    x = MARGIN + _SUMMARY
    tone = "" if sign is None else {Sign.GOOD: "good", Sign.UNKNOWN: "unknown"}.get(sign, "error")
    font = WORDS if sign is None else STRONG
    for line in wrapped(said, font, wide - MARGIN - x):
        canvas.words(x, y + 12, line, font, tone)
        y += 16
    shown = step.evidence[0].line if step.evidence else ""
    if shown and shown not in said:
        text = fit(shown, FINE, wide - MARGIN - x)
        canvas.text(x, y + 11, text, FINE, "muted")
        y += 15
    return y
