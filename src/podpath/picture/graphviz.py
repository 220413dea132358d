"""Layout by Graphviz: boxes with ports and what connects them in, places and curves out.

``dot`` ranks the boxes from left to right, orders them so that few cables cross, and leads the cables round them.
"""

import subprocess
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

_SECONDS: Final = 120
_PACKAGE: Final = "Debian, Ubuntu: sudo apt-get install graphviz; Fedora: sudo dnf install graphviz; macOS: brew install graphviz"


class LayoutError(Exception):
    """No layout can be made, with what to do about it."""


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
    """Return the layout of each graph; one call of ``dot`` does all.

    Raises:
        LayoutError: Graphviz is not installed, or gave no layout.
    """
    if not graphs:
        return []
    import orjson

    text = "\n".join(_text(graph) for graph in graphs)
    try:
        done = subprocess.run(
            ["dot", "-Tjson0", "-y"], input=text.encode(), capture_output=True, check=False, timeout=_SECONDS,  # noqa: S607
        )  # fmt: skip
    except FileNotFoundError:
        raise LayoutError(
            "pictures are laid out by Graphviz, and there is no `dot` on this machine\n"
            f"         {_PACKAGE}\n         without it: -o FILE.mermaid, -o FILE.dot, -o FILE.json"
        ) from None
    except subprocess.TimeoutExpired:
        raise LayoutError(f"Graphviz took longer than {_SECONDS} s; fold more of the map (leave --open out)") from None
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise LayoutError(f"Graphviz failed: {said[0] if said else f'exit status {done.returncode}'}")
    # Several documents, one after the other: each begins with a line that is a brace alone.
    documents = done.stdout.decode().split("\n{\n")
    found = [orjson.loads(part if number == 0 else "{\n" + part) for number, part in enumerate(documents)]
    return [_layout(graph, document) for graph, document in zip(graphs, found, strict=True)]


def _text(graph: Graph) -> str:
    """Return a graph in Graphviz's language; only numbers of ours are in it."""
    lines = [
        "digraph {",
        f"graph [rankdir=LR, nodesep={graph.gap / 72:.4f}, ranksep={graph.column_gap / 72:.4f}, splines=true, ordering=in]",
        "node [shape=plain, fontsize=1]",
        "edge [arrowhead=none]",
        *(_box(number, box) for number, box in enumerate(graph.boxes)),
        *(_link(number, link) for number, link in enumerate(graph.links)),
        "}",
    ]
    return "\n".join(lines)


def _box(number: int, box: Box) -> str:
    cells = "".join(
        f'<TR><TD FIXEDSIZE="TRUE" WIDTH="{box.width:.0f}" HEIGHT="{row.height:.0f}" PORT="{_name(row)}"></TD></TR>'
        for row in box.rows
    )
    return f'b{number} [label=<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{cells}</TABLE>>]'


def _name(row: Row) -> str:
    return "none" if row.port is None else f"p{row.port}"


def _link(number: int, link: PlacedLink) -> str:
    if not link.weight:  # one above the other
        return f"{{rank=same; b{link.tail} -> b{link.head} [id={number}, weight=0]}}"
    return f"b{link.tail}{_port(link.tail_port)}:e -> b{link.head}{_port(link.head_port)}:w [id={number}, weight={link.weight}]"


def _port(port: int | None) -> str:
    return "" if port is None else f":p{port}"


def _layout(graph: Graph, document: dict[str, object]) -> Layout:
    box: Final = [float(part) for part in str(document["bb"]).split(",")]
    objects = document.get("objects")
    edges = document.get("edges")
    corners = {
        str(item["name"]): Point(*(float(part) for part in item["pos"].split(",")))
        for item in (objects if isinstance(objects, list) else [])
        if "pos" in item  # a group of boxes has none
    }
    curves = {int(item["id"]): _curve(item["pos"]) for item in (edges if isinstance(edges, list) else []) if "pos" in item}
    top, bottom = min(box[1], box[3]), max(box[1], box[3])
    places = tuple(
        Point(corners[f"b{number}"].x - one.width / 2, corners[f"b{number}"].y - one.height / 2 - top)
        for number, one in enumerate(graph.boxes)
    )
    moved = tuple(tuple(Point(x, y - top) for x, y in curves.get(number, ())) for number in range(len(graph.links)))
    return Layout(box[2] - box[0], bottom - top, places, moved)


def _curve(text: str) -> tuple[Point, ...]:
    """Return the points of a curve; those of its arrows (``s,``, ``e,``) are left out."""
    parts: Iterable[str] = (part for part in text.split() if part[0] not in "se")
    return tuple(Point(*(float(number) for number in part.split(","))) for part in parts)
