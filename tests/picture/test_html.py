"""The map and the path as a page, in a real browser."""

from collections.abc import Callable

import pytest

from podpath.picture.html import page, render_map
from podpath.picture.path import render as draw_path
from tests.browser import Opened
from tests.picture.maps import HOSTILE, hosts, named, sample
from tests.picture.paths import sample_path

MAPS = {
    "sample": lambda: sample("broken-tunnel"),
    "300 containers": lambda: hosts(1, 300),
    "20 nodes": lambda: hosts(20, 8),
    "200 nodes": lambda: hosts(200, 8),
    "hostile": lambda: named(HOSTILE, HOSTILE[0]),
}


@pytest.mark.parametrize(
    "name", ["20 nodes", *(pytest.param(name, marks=pytest.mark.long) for name in MAPS if name != "20 nodes")]
)
@pytest.mark.timeout(300)
def test_nothing_overlaps_or_asks_or_fails(name: str, show: Callable[..., Opened]) -> None:
    """As it comes, with no fault for axe, and with everything open."""
    opened = show(render_map(MAPS[name]()), "html")
    assert opened.faults() == []
    assert opened.violations() == []
    opened.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert opened.faults() == []
    assert opened.said == []
    assert opened.asked == []


def test_a_node_opens_by_mouse_and_by_keyboard(show: Callable[..., Opened]) -> None:
    """What is in it comes in its place, and goes again."""
    opened = show(render_map(hosts(20, 8)), "html")
    inside = opened.page.get_by_text("web-3", exact=True).first
    assert not inside.is_visible()
    opened.page.locator("summary").first.click()
    assert inside.is_visible()
    opened.page.locator("summary").first.press("Enter")
    assert not inside.is_visible()


@pytest.mark.long
def test_folded_containers_open(show: Callable[..., Opened]) -> None:
    """All of a network."""
    opened = show(render_map(hosts(1, 300)), "html")
    assert not opened.page.get_by_text("web-299", exact=True).is_visible()
    opened.page.get_by_text("show all 300 containers").click()
    assert opened.page.get_by_text("web-299", exact=True).is_visible()


def test_a_path_is_a_page_too(show: Callable[..., Opened]) -> None:
    """One picture, no script, its own words as title."""
    opened = show(page("p1 <to> p2", draw_path(sample_path(), sample("broken-tunnel"), styled=False)), "html")
    assert opened.page.title() == "p1 <to> p2"
    assert opened.faults() == []
    assert opened.violations() == []


def test_a_page_has_no_script_and_may_have_none() -> None:
    """Names cannot bring one, and its policy would not run it."""
    made = render_map(named(HOSTILE, HOSTILE[0]))
    assert "<script" not in made
    assert "default-src 'none'" in made


@pytest.mark.long
def test_very_many_containers_stay_folded() -> None:
    """A page of 200 nodes with 60 containers each is no larger than it must be."""
    assert len(render_map(hosts(60, 200))) < 2_000_000
