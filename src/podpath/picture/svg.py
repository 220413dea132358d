"""The map as SVG: nodes one below the other, the networks between them as rails along their right side."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from podpath.language import tr
from podpath.picture.blocks import BAR, Block, Shape, Sign, worst
from podpath.picture.canvas import Canvas, number
from podpath.picture.graphviz import Point
from podpath.picture.markup import escape
from podpath.picture.metrics import HEAD, SMALL, STRONG, TITLE, WORDS, Font, fit, width, wrapped
from podpath.picture.model import Edge, EdgeKind, Map, Segment, SegmentKind, State, Status
from podpath.picture.scene import Host, scene
from podpath.picture.style import style
from podpath.report.words import plural
from podpath.state.finding import Severity

MARGIN: Final = 16
INNER: Final = 16
_RAIL_GAP: Final = 46
_FIRST_RAIL: Final = 40
_NODE_GAP: Final = 14
_LISTED: Final = 8
"""Findings that are written out in a map; of more the number is said."""
_NARROWEST: Final = 420
_FOLDED_HEIGHT: Final = 36
_FOLDED_GAP: Final = 5
_PROBLEM_SIGNS: Final = {Severity.ERROR: Sign.ERROR, Severity.WARNING: Sign.WARNING}
_LABEL: Final = 420
"""Pixels that a part of a rail's name may take."""


class MapFrame(NamedTuple):
    """What all nodes of a picture share.

    Attributes:
        inside: width of what is in a node, in pixels.
        rails: of each segment the middle of its rail, in pixels from the left.
        width: of the picture, in pixels.
    """

    inside: float
    rails: dict[str, float]
    width: float

    @property
    def node_width(self) -> float:
        """Width of a node's box, in pixels."""
        return self.inside + 2 * INNER


class Placed(NamedTuple):
    """A node in the picture.

    Attributes:
        host: the node.
        x: left edge of what is in it, in pixels.
        y: upper edge of its box, in pixels.
        top: upper edge of what is in it, in pixels.
        height: of its box, in pixels.
    """

    host: Host
    x: float
    y: float
    top: float
    height: float


def render(graph: Map, opened: Collection[str] = (), *, everything: bool = False, dark: bool = True, styled: bool = True) -> str:
    """Return a map as SVG: one self-contained element, whose rules hold inside of it alone.

    Args:
        graph: the map.
        opened: names of nodes to open, and of networks (``node/bridge``).
        everything: open all.
        dark: follow a reader who prefers dark pages.
        styled: with its style sheet; a page of several pictures has it once (:func:`podpath.picture.style.style`).

    Raises:
        LayoutError: Graphviz is not installed, or gave no layout.
    """
    hosts = scene(graph, opened, everything=everything)
    frame = frame_of(graph, hosts)
    canvas = Canvas()
    y: float = headline(canvas, graph, MARGIN)
    y = problems(canvas, graph, y, frame.width)
    top = rail_names(canvas, graph.segments, frame, y)
    y = top + 4
    placed = []
    for host in hosts:
        placed.append(place(host, y, frame))
        y += placed[-1].height + (_NODE_GAP if host.opened else _FOLDED_GAP)
    bottom = placed[-1].y + placed[-1].height if placed else y
    rails(canvas, graph, frame, top, bottom)
    for one in placed:
        node(canvas, graph, one, frame)
    y = legend(canvas, graph, hosts, bottom + 12)
    return document(str(canvas), frame.width, y + MARGIN, summary(graph), dark=dark, styled=styled)


def document(body: str, wide: float, high: float, name: str, *, dark: bool, styled: bool) -> str:
    """Return the SVG element about a picture."""
    sheet = f"<style>{escape(style(dark=dark))}</style>\n" if styled else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pp" role="img" width="{number(wide)}" height="{number(high)}"'
        f' viewBox="0 0 {number(wide)} {number(high)}">\n<title>{escape(name)}</title>\n{sheet}'
        f'<rect class="page" width="100%" height="100%"/>\n{body}\n</svg>\n'
    )


def frame_of(graph: Map, hosts: Sequence[Host]) -> MapFrame:
    """Return what all nodes of a picture share."""
    inside = max((host.layout.width for host in hosts if host.layout is not None), default=0)
    lines = [width(_folded_line(host), SMALL) + 230 for host in hosts if not host.opened]
    order = sorted(graph.segments, key=lambda segment: segment.kind is not SegmentKind.OVERLAY)
    names = [_rail_width(segment) - _FIRST_RAIL - at * _RAIL_GAP for at, segment in enumerate(order)]
    inside = max(inside, _NARROWEST, width(summary(graph), HEAD), *lines, *names)
    first = MARGIN + inside + 2 * INNER + _FIRST_RAIL
    places = {segment.id: first + at * _RAIL_GAP for at, segment in enumerate(order)}
    right = max(places.values(), default=first - _FIRST_RAIL) + BAR / 2 + MARGIN
    return MapFrame(inside, places, right)


def place(host: Host, y: float, frame: MapFrame) -> Placed:
    """Return a node's place in the picture."""
    if host.layout is None:
        return Placed(host, MARGIN + INNER, y, y + 20, _FOLDED_HEIGHT)
    lines = len(host.node.host.problems) + len(_missing(host, frame))
    head = 34 + (16 * lines + 14 if lines else 0)
    # Where there are only devices, they stand where they do in other nodes: on the right.
    alone = all(block.shape is Shape.DEVICE for block in host.blocks)
    x = MARGIN + INNER + (frame.inside - host.layout.width if alone else 0)
    return Placed(host, x, y, y + head, head + host.layout.height + INNER)


# -- words about all of it -----------------------------------------------------------------------------


def summary(graph: Map) -> str:
    """Return the whole in a sentence."""
    spaces = sum(len(node.spaces) - 1 for node in graph.nodes)
    errors = sum(problem.severity is Severity.ERROR for problem in graph.problems)
    warnings = sum(problem.severity is Severity.WARNING for problem in graph.problems)
    found = [plural(errors, "error")] if errors else []
    found += [plural(warnings, "warning")] if warnings else []
    unknown = sum(segment.unknown for segment in graph.segments)
    said = tr(" and ").join(found) if found else tr("nothing wrong found")
    said += tr(", {unknown} of nodes unknown", unknown=plural(unknown, "pair")) if unknown else ""
    what = [plural(len(graph.nodes), "node")] + ([plural(spaces, "container")] if spaces else [])
    return f"{', '.join(what)}: {said}"


def _headline_sign(graph: Map) -> Sign:
    kinds = {problem.severity for problem in graph.problems}
    if Severity.ERROR in kinds:
        return Sign.ERROR
    if Severity.WARNING in kinds:
        return Sign.WARNING
    return Sign.UNKNOWN if any(segment.unknown for segment in graph.segments) else Sign.GOOD


def headline(canvas: Canvas, graph: Map, y: float) -> float:
    """Write the whole in a sentence; return the place below it."""
    canvas.sign(MARGIN + 7, y + 10, _headline_sign(graph))
    canvas.words(MARGIN + 22, y + 15, summary(graph), HEAD)
    return y + 30


def problems(canvas: Canvas, graph: Map, y: float, wide: float) -> float:
    """Write what is wrong, each with the number that stands beside its object; return the place below it."""
    signs = _PROBLEM_SIGNS
    told = [(at, problem) for at, problem in enumerate(graph.problems, 1) if problem.severity in signs]
    for at, problem in told[:_LISTED]:
        sign = signs[problem.severity]
        canvas.sign(MARGIN + 7, y + 7, sign)
        x = MARGIN + 32 + canvas.words(MARGIN + 22, y + 11, f"({at}) {problem.check}", STRONG, sign)
        canvas.text(x, y + 11, fit(problem.place, STRONG, wide - MARGIN - x), STRONG)
        y += 17
        for line in wrapped(problem.summary, WORDS, wide - 2 * MARGIN - 22):
            canvas.words(MARGIN + 22, y + 11, line, WORDS)
            y += 16
        y += 6
    if len(told) > _LISTED:
        canvas.words(MARGIN + 22, y + 11, tr("and {told} more", told=len(told) - _LISTED), WORDS, "muted")
        y += 18
    return y


def _rail_words(segment: Segment) -> list[tuple[str, Font, str]]:
    """Return what is written at the top of a rail, as (text, font, tone)."""
    details = list(segment.details)
    tone = "muted"
    if segment.kind is SegmentKind.OVERLAY:
        kind = (tr("overlay"), SMALL, "over")
        pairs = segment.proven + segment.broken + segment.unknown
        told = [(segment.broken, tr("broken")), (segment.unknown, tr("unknown")), (segment.proven, tr("proven"))]
        said = ", ".join(f"{count} {word}" for count, word in told if count)
        details += [f"{plural(pairs, 'pair')}: {said}"] if pairs else []
        tone = "error" if segment.broken else "unknown" if segment.unknown else "muted"
    else:
        kind = (tr("network") if segment.kind is SegmentKind.SHARED else tr("routed through"), SMALL, "muted")
    tail = [(" · ".join(details), SMALL, tone)] if details else []
    return [kind, (segment.name, TITLE, ""), *tail]


def _rail_width(segment: Segment) -> float:
    return sum(width(fit(text, font, _LABEL).shown, font) + 8 for text, font, _ in _rail_words(segment)) + 10


def rail_names(canvas: Canvas, segments: Sequence[Segment], frame: MapFrame, y: float) -> float:
    """Write the names of the rails, each at the top of its own; return the place below them."""
    for segment in sorted(segments, key=lambda one: -frame.rails[one.id]):
        parts = [(fit(words, font, _LABEL).shown, font, tone) for words, font, tone in _rail_words(segment)]
        canvas.run(frame.rails[segment.id] - 10, y + 13, parts)
        y += 20
    return y


def legend(canvas: Canvas, graph: Map, hosts: Sequence[Host], y: float) -> float:
    """Say what the signs mean that are in the picture; return the place below it."""
    used = {block.sign for host in hosts for block in host.blocks} | {chip.sign for host in hosts for block in host.blocks
                                                                     for chip in block.chips}  # fmt: skip
    used |= {mark.sign for host in hosts for block in host.blocks for mark in block.marks}
    used |= {_PROBLEM_SIGNS.get(problem.severity) for problem in graph.problems}
    if any(segment.unknown for segment in graph.segments) or any(host.stubs or host.node.missing for host in hosts):
        used.add(Sign.UNKNOWN)
    told = (
        (Sign.ERROR, tr("broken")),
        (Sign.WARNING, tr("may break")),
        (Sign.DOWN, tr("down")),
        (Sign.UNKNOWN, tr("not known (dashed)")),
    )
    x: float = MARGIN
    for sign, word in told:
        if sign in used:
            canvas.sign(x + 7, y + 7, sign)
            x += 20 + canvas.words(x + 20, y + 11, word, SMALL, "muted") + 18
    return y + 16 if x > MARGIN else y


# -- rails and nodes -----------------------------------------------------------------------------------


def rails(canvas: Canvas, graph: Map, frame: MapFrame, top: float, bottom: float) -> None:
    """Draw the networks between the nodes."""
    for segment in graph.segments:
        x = frame.rails[segment.id]
        if segment.kind is SegmentKind.OVERLAY:
            canvas.line([Point(x - 3, top - 8), Point(x - 3, bottom)], "over")
            canvas.line([Point(x + 3, top - 8), Point(x + 3, bottom)], "over")
        elif segment.kind is SegmentKind.ROUTED:
            canvas.line([Point(x, top - 8), Point(x, bottom)], "line unknown")
        else:
            canvas.rect(x - BAR / 2, top - 8, BAR, bottom - top + 8, "under", 2)


def node(canvas: Canvas, graph: Map, placed: Placed, frame: MapFrame, *, blocks: bool = True) -> None:
    """Draw a node.

    Args:
        canvas: the picture.
        graph: the map.
        placed: the node.
        frame: what all nodes share.
        blocks: with the boxes in it; else :func:`boxes` draws them, over what is drawn between.
    """
    host = placed.host
    missing = " unknown" if host.node.missing else ""
    canvas.open_group("pp-node", f"node {host.node.name}")
    canvas.rect(MARGIN, placed.y, frame.node_width, placed.height, f"node{missing}", 8)
    if host.layout is None:
        _folded(canvas, graph, placed, frame)
    else:
        _opened(canvas, graph, placed, frame, blocks=blocks)
    canvas.close_group()


def boxes(canvas: Canvas, placed: Placed) -> None:
    """Draw the boxes of a node."""
    _blocks(canvas, placed)


def _head(canvas: Canvas, graph: Map, placed: Placed, frame: MapFrame) -> None:
    node_ = placed.host.node
    x, y = MARGIN + INNER, placed.y
    canvas.text(x, y + 22, fit(node_.name, HEAD, 400), HEAD)
    y += 34
    for at in node_.host.problems:
        problem = graph.problems[at]
        sign = _PROBLEM_SIGNS.get(problem.severity, Sign.INFO)
        canvas.sign(x + 7, y + 3, sign)
        canvas.words(x + 20, y + 7, problem.label or f"{problem.check} ({at + 1})", STRONG, sign)
        y += 16
    for line, first in _missing(placed.host, frame):
        if first:
            canvas.sign(x + 7, y + 3, Sign.UNKNOWN)
        canvas.words(x + 20, y + 7, line, SMALL, Sign.UNKNOWN)
        y += 16


def _missing(host: Host, frame: MapFrame) -> list[tuple[str, bool]]:
    """Return the lines that say what was not captured of a node, and which of them begin a sentence."""
    found = []
    for unknown in host.node.missing:
        lines = wrapped(
            tr("not seen: {missing}; try: {command}", missing=unknown.missing, command=unknown.command), SMALL, frame.inside - 20
        )
        found += [(line, at == 0) for at, line in enumerate(lines)]
    return found


def _opened(canvas: Canvas, graph: Map, placed: Placed, frame: MapFrame, *, blocks: bool = True) -> None:
    host = placed.host
    assert host.layout is not None  # noqa: S101 - a folded node is drawn elsewhere
    _head(canvas, graph, placed, frame)
    for edge in host.ties:
        at = host.anchor(edge.source, right=True)
        if at is not None and edge.target in frame.rails:
            _tie(canvas, edge, Point(placed.x + at.x, placed.top + at.y), frame)
    for at_link in range(len(host.drawn)):
        _link(canvas, placed, at_link)
    for edge in host.stubs:
        _stub(canvas, placed, edge)
    if not blocks:
        return
    _blocks(canvas, placed)


def _blocks(canvas: Canvas, placed: Placed) -> None:
    host = placed.host
    assert host.layout is not None  # noqa: S101 - as above
    for block, at in zip(host.blocks, host.layout.boxes, strict=True):
        _block(canvas, block, Point(placed.x + at.x, placed.top + at.y), host.layout.height)


def _kind(edge: Edge | None) -> str:
    if edge is None:
        return "line thin"
    state = {Status.GOOD: "", Status.BROKEN: " broken", Status.UNKNOWN: " unknown"}[edge.status]
    dots = " dots thin" if edge.kind is EdgeKind.STANDS_ON and not state else ""
    return f"line{dots}{state}"


def course(placed: Placed, number_: int) -> tuple[list[Point], bool]:
    """Return where a connection of a node is drawn, and whether it is a Bézier curve.

    Args:
        placed: the node.
        number_: number of the connection.
    """
    host = placed.host
    layout = host.layout
    assert layout is not None  # noqa: S101 - a folded node has no connections
    drawn, curve = host.drawn[number_], layout.curves[number_]
    tail, head = host.blocks[drawn.link.tail], host.blocks[drawn.link.head]
    if Shape.ROUTING in (tail.shape, head.shape):
        # The routing is as high as its node, so everything meets it straight.
        ahead = tail.shape is Shape.ROUTING
        other, at = (head, layout.boxes[drawn.link.head]) if ahead else (tail, layout.boxes[drawn.link.tail])
        port = drawn.link.head_port if ahead else drawn.link.tail_port
        y = next(y for known, y in other.ports.values() if known == port)
        bar = layout.boxes[drawn.link.tail if ahead else drawn.link.head].x
        ends = (bar + BAR, at.x) if ahead else (at.x + other.box.width, bar)
        return [Point(placed.x + x, placed.top + at.y + y) for x in ends], False
    if drawn.link.weight == 0:
        one, two = layout.boxes[drawn.link.tail], layout.boxes[drawn.link.head]
        low, high = (one.y + tail.box.height, two.y) if one.y < two.y else (one.y, two.y + head.box.height)
        x = placed.x + one.x + 24
        return [Point(x, placed.top + low), Point(x, placed.top + high)], False
    return [Point(placed.x + x, placed.top + y) for x, y in curve], True


def _link(canvas: Canvas, placed: Placed, number_: int) -> None:
    edge = placed.host.drawn[number_].edge
    points, curved = course(placed, number_)
    (canvas.curve if curved else canvas.line)(points, _kind(edge))
    if edge is not None and edge.status is not Status.GOOD and points:
        middle = points[len(points) // 2] if len(points) > 2 else Point(  # noqa: PLR2004 - a straight line
            (points[0].x + points[1].x) / 2, (points[0].y + points[1].y) / 2)  # fmt: skip
        canvas.sign(*middle, Sign.ERROR if edge.status is Status.BROKEN else Sign.UNKNOWN)


def _stub(canvas: Canvas, placed: Placed, edge: Edge) -> None:
    """Draw a cable whose other end is not known."""
    host = placed.host
    block = next(block for block in host.blocks if edge.source in block.ports)
    right = block.shape is Shape.SPACE
    at = host.anchor(edge.source, right=right)
    if at is not None:
        start = Point(placed.x + at.x, placed.top + at.y)
        end = Point(start.x + (18 if right else -18), start.y)
        canvas.line([start, end], "line unknown")
        canvas.sign(end.x + (5 if right else -5), end.y, Sign.UNKNOWN)


def _tie(canvas: Canvas, edge: Edge, start: Point, frame: MapFrame) -> None:
    """Draw the path from a device to what is between the nodes; where it crosses another rail, it passes over it."""
    assert edge.target is not None  # noqa: S101 - the caller looked
    x = frame.rails[edge.target]
    edge_of_box = MARGIN + frame.node_width
    end = Point(x - (3 if edge.kind is EdgeKind.MEMBER else BAR / 2), start.y)
    if any(edge_of_box < rail < x for rail in frame.rails.values()):
        canvas.line([Point(edge_of_box + 6, start.y), Point(end.x - 6, start.y)], "halo")
    state = {Status.GOOD: "", Status.BROKEN: " broken", Status.UNKNOWN: " unknown"}[edge.status]
    if edge.kind is EdgeKind.MEMBER:
        for off in (-2.5, 2.5):
            canvas.line([Point(start.x, start.y + off), Point(end.x, start.y + off)], f"line tunnel{state}")
    else:
        canvas.line([start, end], f"line{state}")
    if edge.status is not Status.GOOD:
        canvas.sign(edge_of_box + 16, start.y, Sign.ERROR if edge.status is Status.BROKEN else Sign.UNKNOWN)


def _block(canvas: Canvas, block: Block, at: Point, high: float) -> None:
    state = f" {block.sign}" if block.sign in {Sign.ERROR, Sign.WARNING, Sign.DOWN, Sign.UNKNOWN} else ""
    wide, tall = block.box.width, block.box.height
    if block.shape is Shape.ROUTING:
        canvas.rect(at.x, at.y, BAR, high, "routing", 2)
        canvas.words(at.x + BAR / 2, at.y - 6, tr("routing"), SMALL, "muted", "middle")
        return
    canvas.open_group(f"pp-{block.shape}")
    if block.shape is Shape.RAIL:
        canvas.rect(at.x, at.y, wide, tall, "area")
        canvas.rect(at.x + wide - BAR, at.y, BAR, tall, f"bar{state}", 2)
    if block.shape in {Shape.RAIL, Shape.CHIP}:
        for chip in block.chips:
            sign = f" {chip.sign}" if chip.sign is not None else ""
            canvas.rect(at.x, at.y + chip.y, wide - (BAR if block.shape is Shape.RAIL else 0), chip.height, f"box{sign}", 4)
    else:
        if block.shape is Shape.FOLD:
            for off in (6, 3):
                canvas.rect(at.x + off, at.y + off, wide, tall, "box", 6)
        canvas.rect(at.x, at.y, wide, tall, f"box{state}", 6)
    for word in block.words:
        canvas.text(at.x + word.x, at.y + word.y, word.text, word.font, word.tone)
    for mark in block.marks:
        canvas.sign(at.x + mark.x, at.y + mark.y, mark.sign)
    canvas.close_group()


# -- a folded node -------------------------------------------------------------------------------------


def _folded_line(host: Host) -> str:
    node_ = host.node
    bridges = [item.name for item in node_.host.interfaces if item.kind == "bridge"]
    spaces = len(node_.spaces) - 1
    down = sum(item.state is State.DOWN and bool(item.addresses) for space in node_.spaces for item in space.interfaces)
    addresses = [address for edge in host.ties if edge.kind is EdgeKind.WIRE for item in node_.host.interfaces
                 if item.id == edge.source for address in item.addresses[:1]]  # fmt: skip
    parts = [plural(spaces, "container"), *bridges[:3], *dict.fromkeys(addresses)]
    parts += [tr("{down} down", down=down)] if down else []
    return fit(" · ".join(parts), SMALL, 420).shown


def _folded(canvas: Canvas, graph: Map, placed: Placed, frame: MapFrame) -> None:
    host = placed.host
    x, y = placed.x, placed.y
    canvas.text(x, y + 23, fit(host.node.name, HEAD, 150), HEAD)
    canvas.words(x + 160, y + 23, _folded_line(host), SMALL, "muted")
    numbers = sorted({at for space in host.node.spaces for at in (*space.problems, *(
        at for item in space.interfaces for at in item.problems))})  # fmt: skip
    signs = [_PROBLEM_SIGNS.get(graph.problems[at].severity) for at in numbers]
    told = [(at, sign) for at, sign in zip(numbers, signs, strict=True) if sign is not None]
    if told:
        sign = worst(sign for _, sign in told) or Sign.ERROR
        words = graph.problems[told[0][0]].check + (
            tr(" and {told} more", told=len(told) - 1) if len(told) > 1 else f" ({told[0][0] + 1})"
        )
        text = fit(words, STRONG, 260)
        right = x + frame.inside
        canvas.text(right - text.width, y + 23, text, STRONG, sign)
        canvas.sign(right - text.width - 12, y + 18, sign)
    for at, edge in enumerate(_one_each(host.ties)):
        _tie(canvas, edge, Point(MARGIN + frame.node_width, y + 10 + 8 * (at % 3)), frame)


def _one_each(ties: Sequence[Edge]) -> Iterator[Edge]:
    seen: set[str] = set()
    for edge in sorted(ties, key=lambda edge: edge.kind is not EdgeKind.MEMBER):
        if edge.target is not None and edge.target not in seen:
            seen.add(edge.target)
            yield edge
