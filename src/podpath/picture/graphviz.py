"""Layout by Graphviz: boxes with ports and what connects them in, places and curves out.

``dot`` ranks the boxes from left to right, orders them so that few cables cross, and leads the cables round them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from podpath.picture.layout_engine import Document, knows_tables, placed


class Row(NamedTuple):
    """A row of a box.

    Attributes:
        height: in pixels.
        port: number of the port that cables lead to, unique in its box, or None if none does.
    """

    height: float
    port: int | None = None


class Box(NamedTuple):
    """A box.

    Attributes:
        width: in pixels.
        rows: its rows, from top to bottom.
    """

    width: float
    rows: tuple[Row, ...]

    @property
    def height(self) -> float:
        """Height of the box, in pixels."""
        return sum(row.height for row in self.rows)

    def middle(self, port: int | None) -> float:
        """Return how far below its upper edge a port is, in pixels; without one, the middle of the box."""
        above = 0.0
        for row in self.rows:
            if port is not None and row.port == port:
                return above + row.height / 2
            above += row.height
        return above / 2


class PlacedLink(NamedTuple):
    """What connects two boxes.

    Attributes:
        tail: number of the left box.
        tail_port: port of it.
        head: number of the right box.
        head_port: port of it.
        weight: how much a straight line matters; 0: none is wanted, the second box is to be below the first.
    """

    tail: int
    tail_port: int | None
    head: int
    head_port: int | None
    weight: int = 1


class Point(NamedTuple):
    """A place, in pixels from the upper left corner."""

    x: float
    y: float


class Layout(NamedTuple):
    """Where everything is.

    Attributes:
        width: of all together, in pixels.
        height: likewise.
        boxes: the upper left corner of each box.
        curves: of each link the points of a cubic Bézier curve: a start, then two handles and an end for each part.
    """

    width: float
    height: float
    boxes: tuple[Point, ...]
    curves: tuple[tuple[Point, ...], ...]


class Graph(NamedTuple):
    """Boxes to be placed.

    Attributes:
        boxes: the boxes.
        links: what connects them.
        gap: pixels between two boxes, one above the other.
        column_gap: pixels between two columns.
    """

    boxes: tuple[Box, ...]
    links: tuple[PlacedLink, ...]
    gap: float = 10
    column_gap: float = 36


def layouts(graphs: Sequence[Graph]) -> list[Layout]:
    """Return the layout of each graph; Graphviz is started once.

    Raises:
        LayoutError: there is no Graphviz, or it gave no layout.
    """
    if not graphs:
        return []
    tables = knows_tables()
    documents = placed([_text(graph, tables=tables) for graph in graphs])
    found = [_layout(graph, document) for graph, document in zip(graphs, documents, strict=True)]
    return found if tables else [_joined(graph, layout) for graph, layout in zip(graphs, found, strict=True)]


def _text(graph: Graph, *, tables: bool) -> str:
    """Return a graph in Graphviz's language; only numbers of ours are in it."""
    lines = [
        "digraph {",
        f"graph [rankdir=LR, nodesep={graph.gap / 72:.4f}, ranksep={graph.column_gap / 72:.4f}, splines=true, ordering=in]",
        "node [shape=plain, fontsize=1]" if tables else 'node [shape=box, fixedsize=true, label=""]',
        "edge [arrowhead=none]",
        *(_box(number, box) if tables else _plain_box(number, box) for number, box in enumerate(graph.boxes)),
        *(_link(number, link, ports=tables) for number, link in enumerate(graph.links)),
        "}",
    ]
    return "\n".join(lines)


def _box(number: int, box: Box) -> str:
    cells = "".join(
        f'<TR><TD FIXEDSIZE="TRUE" WIDTH="{box.width:.0f}" HEIGHT="{row.height:.0f}" PORT="{_name(row)}"></TD></TR>'
        for row in box.rows
    )
    return f'b{number} [label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{cells}</TABLE>>]'


def _plain_box(number: int, box: Box) -> str:
    return f"b{number} [width={box.width / 72:.4f}, height={box.height / 72:.4f}]"


def _name(row: Row) -> str:
    return "none" if row.port is None else f"p{row.port}"


def _link(number: int, link: PlacedLink, *, ports: bool) -> str:
    if not link.weight:  # one above the other
        return f"{{rank=same; b{link.tail} -> b{link.head} [id={number}, weight=0]}}"
    tail, head = (_port(link.tail_port), _port(link.head_port)) if ports else ("", "")
    return f"b{link.tail}{tail}:e -> b{link.head}{head}:w [id={number}, weight={link.weight}]"


def _port(port: int | None) -> str:
    return "" if port is None else f":p{port}"


def _joined(graph: Graph, layout: Layout) -> Layout:
    """Return a layout of boxes with the ends of their cables at the rows that they belong to."""
    curves = tuple(
        _moved(curve, layout.boxes[link.tail].y + graph.boxes[link.tail].middle(link.tail_port),
               layout.boxes[link.head].y + graph.boxes[link.head].middle(link.head_port))
        if link.weight and curve else curve
        for link, curve in zip(graph.links, layout.curves, strict=True)
    )  # fmt: skip
    return layout._replace(curves=curves)


def _moved(curve: tuple[Point, ...], first: float, last: float) -> tuple[Point, ...]:
    """Return a curve that begins and ends at other heights, each with its handle."""
    start, handle, *rest, other, end = curve
    return (
        start._replace(y=first), handle._replace(y=handle.y + first - start.y), *rest,
        other._replace(y=other.y + last - end.y), end._replace(y=last),
    )  # fmt: skip


def _layout(graph: Graph, document: Document) -> Layout:
    left, bottom, right, top = (float(part) for part in str(document["bb"]).split(","))
    objects = document.get("objects")
    edges = document.get("edges")
    middles = {
        str(item["name"]): Point(*(float(part) for part in item["pos"].split(",")))
        for item in (objects if isinstance(objects, list) else [])
        if "pos" in item  # a group of boxes has none
    }
    curves = {int(item["id"]): _curve(item["pos"]) for item in (edges if isinstance(edges, list) else []) if "pos" in item}
    # Graphviz counts from the lower left corner.
    places = tuple(
        Point(middles[f"b{number}"].x - one.width / 2, top - middles[f"b{number}"].y - one.height / 2)
        for number, one in enumerate(graph.boxes)
    )
    moved = tuple(tuple(Point(x, top - y) for x, y in curves.get(number, ())) for number in range(len(graph.links)))
    return Layout(right - left, top - bottom, places, moved)


def _curve(text: str) -> tuple[Point, ...]:
    """Return the points of a curve; those of its arrows (``s,``, ``e,``) are left out."""
    parts: Iterable[str] = (part for part in text.split() if part[0] not in "se")
    return tuple(Point(*(float(number) for number in part.split(","))) for part in parts)
