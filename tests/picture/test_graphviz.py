"""Layout by Graphviz."""

import random

import pytest

from podpath.picture.graphviz import Box, Graph, Layout, PlacedLink, Row, layouts


def graph_of(seed: int) -> Graph:
    """Return boxes that are connected by chance, in circles too."""
    chance = random.Random(seed)
    boxes = tuple(Box(chance.randint(40, 300), (Row(chance.randint(10, 90)), Row(20, 0))) for _ in range(25))
    links = tuple(PlacedLink(chance.randrange(25), 0, chance.randrange(25), 0, chance.choice((0, 1, 8))) for _ in range(40))
    return Graph(boxes, links)


def overlapping(graph: Graph, layout: Layout) -> list[tuple[int, int]]:
    """Return the pairs of boxes that lie over each other."""
    areas = [(at.x, at.y, at.x + box.width, at.y + box.height) for box, at in zip(graph.boxes, layout.boxes, strict=True)]
    return [
        (one, two) for one, a in enumerate(areas) for two, b in enumerate(areas[:one])
        if a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] - 1 and b[1] < a[3] - 1
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(5))
def test_no_box_lies_over_another_one(seed: int) -> None:
    """Whatever is connected with what, in circles too."""
    graph = graph_of(seed)
    assert overlapping(graph, layouts([graph])[0]) == []


def test_a_cable_between_rows_of_one_height_is_straight() -> None:
    """That is what the rows of a rail are as high as their containers for."""
    containers = tuple(Box(180, (Row(20), Row(20, 0), Row(20))) for _ in range(3))
    rail = Box(120, (Row(50), *(Row(72, port) for port in range(3))))
    graph = Graph((*containers, rail), tuple(PlacedLink(at, 0, 3, at, 8) for at in range(3)), gap=12)
    (layout,) = layouts([graph])
    assert all(len({round(point.y) for point in curve}) == 1 for curve in layout.curves)


def test_several_graphs_are_laid_out_at_once() -> None:
    """One call does all, each by itself."""
    one, two = (
        Graph((Box(10, (Row(10),)),), ()),
        Graph((Box(20, (Row(30),)), Box(20, (Row(30),))), (PlacedLink(0, None, 1, None),)),
    )
    alone = [layouts([graph])[0] for graph in (one, two)]
    assert layouts([one, two]) == alone
    assert layouts([]) == []
