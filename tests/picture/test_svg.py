"""The map as SVG, in a real browser."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable

import pytest

from podpath.picture.model import Map
from podpath.picture.svg import render, summary
from podpath.state.evidence import Unknown
from tests.browser import Opened
from tests.picture.maps import HOSTILE, ROOT, every_state, hosts, map_from, named, sample

MAPS: dict[str, Callable[[], Map]] = {
    "two nodes": lambda: sample("broken-tunnel"),
    "three nodes, half seen": lambda: sample("three-node-canal"),
    "a Docker host": lambda: sample("docker-host"),
    "a claim": lambda: sample("docker-bridge"),
    "one container": lambda: hosts(1, 1),
    "30 containers": lambda: hosts(1, 30),
    "300 containers": lambda: hosts(1, 300),
    "30 nodes": lambda: hosts(30, 8),
    "every state": every_state,
    "hostile names": lambda: named(HOSTILE, HOSTILE[0]),
}
LARGE = {"three nodes, half seen", "a Docker host", "300 containers", "30 nodes"}


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.long) if name in LARGE else name for name in MAPS])
def test_no_text_overlaps_or_is_cut(name: str, show: Callable[..., Opened]) -> None:
    """Measured by the browser, whatever is drawn; it says nothing and asks for nothing."""
    opened = show(render(MAPS[name]()))
    assert opened.faults() == []
    assert opened.said == []
    assert opened.asked == []


def test_the_picture_is_the_same_on_every_run() -> None:
    """Byte for byte, from the evidence on, whatever order Python's sets have; the report too."""
    assert render(map_from(ROOT / "samples" / "broken-tunnel")) == render(sample("broken-tunnel"))
    words = [sys.executable, "-m", "podpath", "check", str(ROOT / "samples" / "three-node-canal"), "--format", "html"]
    made = {
        subprocess.run(
            [*words, "--fail-on", "never"], env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": seed},
            capture_output=True, check=True, timeout=50,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(made) == 1


def test_every_state_is_seen_without_reading(show: Callable[..., Opened]) -> None:
    """Each has a frame, a line or a sign that nothing else has; as shapes, not by colour alone."""
    opened = show(render(every_state()))

    def counted(selector: str) -> int:
        return opened.page.locator(selector).count()

    boxes = {state: counted(f".box.{state}") for state in ("error", "warning", "down", "unknown")}
    assert boxes == {"error": 1, "warning": 1, "down": 1, "unknown": 1}
    assert (counted(".line.broken"), counted(".line.unknown")) == (1, 1)
    dashed = [".box.unknown", ".line.unknown"]
    for selector in (*dashed, ".box.error", ".box.warning", ".box.down", ".line.broken"):
        pattern = opened.page.locator(selector).first.evaluate("one => getComputedStyle(one).strokeDasharray")
        assert (pattern != "none") == (selector in dashed), selector
    assert {"broken", "may break", "down", "not known (dashed)"} <= set(texts(render(every_state())))


def test_hostile_names_stay_text(show: Callable[..., Opened]) -> None:
    """No element comes of a name, and nothing of it runs."""
    opened = show(render(named(HOSTILE)))
    assert opened.page.evaluate("document.querySelectorAll('img, script, image, foreignObject').length") == 0
    shown = opened.page.evaluate("document.documentElement.textContent")
    assert HOSTILE[0] in shown
    assert opened.said == []


def texts(drawn: str) -> list[str]:
    """Return what is written in a picture."""
    return [element.text or "" for element in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 - our own


def test_what_is_wrong_stands_on_its_object_and_above_all() -> None:
    """The check's name with its number stands in the box; the list above has the same number and the sentence."""
    drawn = texts(render(sample("broken-tunnel")))
    named_ = [text for text in drawn if "vtep-mac-mismatch" in text]
    assert named_[0] == "(1) vtep-mac-mismatch"
    assert "vtep-mac-mismatch (1)" in named_


def test_many_containers_are_one_box_and_open_on_demand() -> None:
    """Those of a network that nothing is wrong with; `--open` takes the node or the network."""
    graph = hosts(1, 300)
    folded = texts(render(graph))
    assert "300 containers" in folded
    assert "web-17" not in folded
    for opened in ("n1", "n1/docker0"):
        assert {"web-0", "web-17", "web-299"} <= set(texts(render(graph, [opened])))


def test_many_nodes_are_lines_and_open_on_demand() -> None:
    """Of 30 nodes each is a line, apart from the one that is opened."""
    graph = hosts(30, 3)
    assert "web-1" not in texts(render(graph))
    opened = texts(render(graph, ["n7"]))
    assert opened.count("web-1") == 1


def test_the_whole_is_said_in_a_sentence() -> None:
    """How much there is, and whether something is wrong."""
    assert summary(hosts(1, 1)) == "1 node, 1 container: nothing wrong found"
    assert summary(Map((), (), (), ())) == "0 nodes: nothing wrong found"


def test_what_was_not_captured_is_said_with_the_command(show: Callable[..., Opened]) -> None:
    """In the node, whose frame is dashed; however long it is."""
    graph = hosts(1, 2)
    unknown = Unknown("n1", "containers of docker: " + "permission denied, " * 12, "sudo podpath collect")
    drawn = render(graph._replace(nodes=(graph.nodes[0]._replace(missing=(unknown, unknown)),)))
    assert show(drawn).faults() == []
    assert 'class="node unknown"' in drawn
    assert "try: sudo podpath collect" in " ".join(texts(drawn))


def test_only_signs_that_are_used_are_explained() -> None:
    """A healthy map has no legend, a broken one says what its sign means."""
    assert "broken" not in texts(render(hosts(1, 1)))
    assert "broken" in texts(render(sample("broken-tunnel")))
