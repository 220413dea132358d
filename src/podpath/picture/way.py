"""The path of a packet over a map: which parts of the map it meets, and where its line runs."""

import math
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from podpath.picture.blocks import BAR, Shape
from podpath.picture.graph import space_id
from podpath.picture.graphviz import Point
from podpath.picture.model import Edge, EdgeKind, Map, Node, SegmentKind, Space
from podpath.picture.svg import MapFrame, Placed, course
from podpath.state.trace import Branch, TraceStep

_OVER: Final = frozenset((Shape.RAIL, Shape.ROUTING))


class Stop(NamedTuple):
    """A place where something happens to the packet.

    Attributes:
        node: name of the node.
        space: identifier of the namespace.
        id: identifier of the interface; of the namespace where none is concerned.
        steps: what happens there, in order.
    """

    node: str
    space: str
    id: str
    steps: tuple[TraceStep, ...]


class Piece(NamedTuple):
    """A part of a line.

    Attributes:
        points: straight through these, or a curve.
        curved: the points are those of a cubic Bézier curve.
        over: drawn over the rails, not under the boxes.
        hidden: a box is drawn over it.
    """

    points: tuple[Point, ...]
    curved: bool = False
    over: bool = False
    hidden: bool = False


def stops(branch: Branch) -> list[Stop]:
    """Return the places of a path, in order; steps at one place are one stop."""
    found: list[Stop] = []
    for step in branch.steps:
        space = space_id(step.node, step.netns)
        where = f"{space}/{step.interface}" if step.interface else space
        if found and found[-1].id == where:
            found[-1] = found[-1]._replace(steps=(*found[-1].steps, step))
        else:
            found.append(Stop(step.node, space, where, (step,)))
    return found


def met(graph: Map, legs: Iterable[Sequence[Stop]], destination: str = "") -> Map:
    """Return the parts of a map that some paths meet, without what the checks say of them.

    Args:
        graph: the map.
        legs: the paths; the nodes are in the order of the first.
        destination: the address that the packet is for: who has it is shown, also where it is never reached.
    """
    visited = [stop for leg in legs for stop in leg]
    ids, spaces = {stop.id for stop in visited}, {stop.space for stop in visited}
    meant = [(space.id, item.id) for node in graph.nodes for space in node.spaces for item in space.interfaces
             if any(address.partition("/")[0] == destination for address in item.addresses)]  # fmt: skip
    if len(meant) == 1:
        spaces.add(meant[0][0])
        ids.add(meant[0][1])
    owner = {space.id: node.name for node in graph.nodes for space in node.spaces}
    order = list(dict.fromkeys([*(stop.node for stop in visited), *(owner[space] for space, _ in meant if len(meant) == 1)]))
    kept = _with_neighbours(graph, ids, order)
    nodes = {node.name: node for node in graph.nodes}
    shown = [_reduced(nodes[name], spaces, kept) for name in order if name in nodes]
    known = {item.id for node in shown for space in node.spaces for item in space.interfaces}
    edges = [edge for edge in graph.edges if edge.source in known and edge.kind not in {EdgeKind.MEMBER, EdgeKind.TUNNEL}
             and (edge.target is None or edge.target in known or edge.kind in {EdgeKind.WIRE, EdgeKind.ROUTED})]  # fmt: skip
    wired = {edge.target for edge in edges if edge.kind is EdgeKind.WIRE}
    segments = [one for one in graph.segments if one.id in wired and one.kind is not SegmentKind.OVERLAY]
    return Map(tuple(shown), tuple(segments), tuple(edges), ())


def _with_neighbours(graph: Map, ids: set[str], order: Sequence[str]) -> set[str]:
    """Return what a path meets, and what it passes silently: other ends of cables, bridges, devices below tunnels."""
    kept = set(ids)
    for edge in graph.edges:
        if edge.kind is EdgeKind.CABLE and edge.target is not None and (edge.source in ids or edge.target in ids):
            kept |= {edge.source, edge.target}
    for edge in graph.edges:
        if edge.kind in {EdgeKind.PORT, EdgeKind.STANDS_ON} and edge.source in kept and edge.target is not None:
            kept.add(edge.target)
    if len(order) > 1:
        wires = [edge for edge in graph.edges if edge.kind is EdgeKind.WIRE]
        used = {edge.target for edge in wires if edge.source in kept}
        heads = {f"{name.replace('/', '%2F')}/" for name in order}
        kept |= {edge.source for edge in wires if edge.target in used and any(edge.source.startswith(head) for head in heads)}
    return kept


def _reduced(node: Node, spaces: set[str], kept: set[str]) -> Node:
    wanted = [space for space in node.spaces if space.label == "" or space.id in spaces]
    return node._replace(spaces=tuple(_quiet(space, kept) for space in wanted), missing=())


def _quiet(space: Space, kept: set[str]) -> Space:
    met_ = [item for item in space.interfaces if item.id in kept]
    # Of a container whose interfaces no step names all are shown: that it has some matters.
    wanted = met_ if met_ or not space.label else space.interfaces
    return space._replace(interfaces=tuple(item._replace(problems=(), unknown=None) for item in wanted), problems=())


# -- lines ---------------------------------------------------------------------------------------------


class Track:
    """Where lines run in a picture.

    Args:
        graph: the map.
        placed: its nodes, in the picture.
        frame: what they share.
    """

    def __init__(self, graph: Map, placed: Sequence[Placed], frame: MapFrame) -> None:
        self._graph, self._placed, self._frame = graph, placed, frame
        self._hosts = {one.host.node.name: at for at, one in enumerate(placed)}

    def find(self, stop: Stop) -> tuple[int, int] | None:
        """Return the numbers of the node and of the block where a stop is drawn."""
        host = self._hosts.get(stop.node)
        if host is None:
            return None
        blocks = self._placed[host].host.blocks
        for wanted in (stop.id, stop.space):
            for at, block in enumerate(blocks):
                if wanted in block.ports or wanted == block.id:
                    return host, at
        return None

    def corner(self, host: int, block: int) -> Point:
        """Return the upper left corner of a block in the picture."""
        placed = self._placed[host]
        assert placed.host.layout is not None  # noqa: S101 - nothing of a path is folded
        at = placed.host.layout.boxes[block]
        return Point(placed.x + at.x, placed.top + at.y)

    def spot(self, stop: Stop, *, right: bool) -> Point | None:
        """Return where the number of a stop is put: at the left or right upper corner of its box, or None if it is not drawn."""
        found = self.find(stop)
        if found is None:
            return None
        block, at = self._placed[found[0]].host.blocks[found[1]], self.corner(*found)
        wide = block.box.width - (BAR if block.shape is Shape.RAIL else 0)
        if block.shape in _OVER and stop.id in {block.id, stop.space}:
            return Point(at.x + wide + (14 if right else -6), at.y - 4)
        chip = next((chip for chip in block.chips if stop.id in block.ports
                     and chip.y <= block.ports[stop.id][1] <= chip.y + chip.height), None)  # fmt: skip
        return Point(at.x + (wide if right else 0), at.y + (chip.y if chip is not None else 0))

    def end(self, stop: Stop) -> Point | None:
        """Return where a path ends: at the right side of the box of its last stop."""
        found = self.find(stop)
        if found is None:
            return None
        block, at = self._placed[found[0]].host.blocks[found[1]], self.corner(*found)
        y = block.ports[stop.id][1] if stop.id in block.ports else 18
        return Point(at.x + block.box.width - (BAR / 2 if block.shape in _OVER else 0), at.y + y)

    def pieces(self, leg: Sequence[Stop]) -> list[Piece]:
        """Return the line of a path through its stops; where the map does not connect two of them, nothing is drawn."""
        found: list[Piece] = []
        for one, two in pairwise(leg):
            for piece in self._between(one, two):
                if found:
                    found += list(self._joint(found[-1], piece.points[0]))
                found.append(piece)
        return found

    def _joint(self, before: Piece, first: Point) -> Iterator[Piece]:
        """Yield what joins two pieces: through a box, which hides it, or along a rail."""
        last = before.points[-1]
        if abs(last.x - first.x) < 0.5 and abs(last.y - first.y) < 0.5:  # noqa: PLR2004 - pixels
            return
        on_rail = self._rail_at(last) or self._rail_at(first)
        if on_rail is not None:
            yield Piece((last, Point(on_rail, last.y)), hidden=True)
            yield Piece((Point(on_rail, last.y), Point(on_rail, first.y)), over=True)
            yield Piece((Point(on_rail, first.y), first), hidden=True)
            return
        upright = abs(last.x - before.points[-2].x) < 0.5  # noqa: PLR2004 - pixels
        yield Piece((last, Point(last.x, first.y) if upright else Point(first.x, last.y), first), hidden=True)

    def _rail_at(self, point: Point) -> float | None:
        """Return the middle of the rail of a node whose block has a point on its edge."""
        for number, placed in enumerate(self._placed):
            for at, block in enumerate(placed.host.blocks):
                corner = self.corner(number, at)
                wide, high = block.box.width, placed.host.layout.height if placed.host.layout else 0
                tall = high if block.shape is Shape.ROUTING else block.box.height
                edge = abs(point.x - corner.x) < 1 or abs(point.x - corner.x - wide) < 1
                if block.shape in _OVER and edge and corner.y - 1 <= point.y <= corner.y + tall + 1:
                    return corner.x + wide - BAR / 2
        return None

    def _between(self, one: Stop, two: Stop) -> Iterator[Piece]:
        start, end = self.find(one), self.find(two)
        if start is None or end is None:
            return
        if start[0] == end[0]:
            yield from self._inside(start[0], start[1], end[1])
            return
        for out, tie in self._ties(start[0]):
            for into, back in self._ties(end[0]):
                if tie.target == back.target and tie.target in self._frame.rails:
                    yield from self._inside(start[0], start[1], out)
                    yield from self._across(start[0], tie, end[0], back)
                    yield from self._inside(end[0], into, end[1])
                    return

    def _ties(self, host: int) -> Iterator[tuple[int, Edge]]:
        placed = self._placed[host]
        for edge in placed.host.ties:
            for at, block in enumerate(placed.host.blocks):
                if edge.kind is EdgeKind.WIRE and edge.source in block.ports:
                    yield at, edge

    def _across(self, one: int, out: Edge, two: int, into: Edge) -> Iterator[Piece]:
        """Yield the path from node to node: to the rail, along it, and from it."""
        assert out.target is not None  # noqa: S101 - the caller looked
        rail = self._frame.rails[out.target]
        start, end = self._edge_of(one, out.source), self._edge_of(two, into.source)
        yield Piece((start, Point(rail, start.y)))
        yield Piece((Point(rail, start.y), Point(rail, end.y)), over=True)
        yield Piece((Point(rail, end.y), end))

    def _edge_of(self, host: int, identifier: str) -> Point:
        placed = self._placed[host]
        at = placed.host.anchor(identifier, right=True)
        assert at is not None  # noqa: S101 - the caller looked
        return Point(placed.x + at.x, placed.top + at.y)

    def _inside(self, host: int, one: int, two: int) -> Iterator[Piece]:
        """Yield the path between two blocks of a node, along what connects them."""
        before: dict[int, tuple[int, int]] = {}
        queue, seen = deque([one]), {one}
        drawn = self._placed[host].host.drawn
        while queue and two not in seen:
            block = queue.popleft()
            for at, item in enumerate(drawn):
                if block in (item.link.tail, item.link.head):
                    other = item.link.head if item.link.tail == block else item.link.tail
                    if other not in seen:
                        seen.add(other)
                        before[other] = (block, at)
                        queue.append(other)
        if two not in seen:
            return
        taken: list[tuple[int, bool]] = []
        at = two
        while at != one:
            at_before, link = before[at]
            taken.append((link, drawn[link].link.tail == at_before))
            at = at_before
        for link, forward in reversed(taken):
            yield self._along(host, link, forward=forward)

    def _along(self, host: int, number: int, *, forward: bool) -> Piece:
        """Return the line of a connection of a node."""
        points, curved = course(self._placed[host], number)
        return Piece(tuple(points if forward else reversed(points)), curved)


def length(points: Sequence[Point]) -> float:
    """Return how long a line is from end to end, in pixels."""
    return math.hypot(points[0].x - points[-1].x, points[0].y - points[-1].y)


def middle(piece: Piece) -> tuple[Point, Point]:
    """Return the middle of a piece, and a point a little before it."""
    first, last = piece.points[0], piece.points[-1]
    if piece.curved and len(piece.points) >= 4:  # noqa: PLR2004 - a part of a Bézier curve
        points = piece.points[:4]
        return _bezier(points, 0.5), _bezier(points, 0.4)
    return Point((first.x + last.x) / 2, (first.y + last.y) / 2), Point(
        first.x * 0.6 + last.x * 0.4, first.y * 0.6 + last.y * 0.4
    )


def _bezier(points: Sequence[Point], at: float) -> Point:
    weights = ((1 - at) ** 3, 3 * (1 - at) ** 2 * at, 3 * (1 - at) * at**2, at**3)
    return Point(
        sum(weight * point.x for weight, point in zip(weights, points, strict=True)),
        sum(weight * point.y for weight, point in zip(weights, points, strict=True)),
    )
