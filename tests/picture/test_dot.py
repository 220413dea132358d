"""The map in Graphviz's language."""

import subprocess
from collections.abc import Callable

import pytest

from podpath.picture.dot import quoted, render
from podpath.picture.model import Map
from tests.engines import need
from tests.picture.maps import HOSTILE, hosts, named, sample

MAPS: dict[str, Callable[[], Map]] = {
    "sample": lambda: sample("broken-tunnel"), "hostile": lambda: named(HOSTILE, HOSTILE[0]), "many": lambda: hosts(30, 3),
}  # fmt: skip


@pytest.mark.parametrize("made", MAPS.values(), ids=MAPS)
def test_graphviz_reads_it_without_a_word(made: Callable[[], Map]) -> None:
    """And draws every box."""
    graph = made()
    need("dot")
    done = subprocess.run(["dot", "-Tplain"], input=render(graph), capture_output=True, text=True, check=True, timeout=30)
    assert done.stderr == ""
    assert sum(line.startswith("node ") for line in done.stdout.splitlines()) == render(graph).count("[label=")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_a_label_as_it_is(name: str) -> None:
    """Graphviz gives it back, its own escapes included."""
    text = name.replace("\x1b", "").replace("\x07", "").replace("\n", " ") + r"\N\l"
    graph = f"digraph {{ a [label={quoted(text)}] }}"
    need("dot")
    done = subprocess.run(["dot", "-Tsvg"], input=graph, capture_output=True, text=True, check=True, timeout=30)
    assert done.stderr == ""
    assert r"\N\l" in done.stdout


def test_what_is_broken_is_red_and_marked() -> None:
    """By a sign as well as by colour."""
    drawn = render(sample("broken-tunnel"))
    assert '"✗ flannel.1' in drawn
    assert 'color="#d55e00"' in drawn
