"""SVG, piece by piece."""

import xml.etree.ElementTree as ET

import pytest

from podpath.picture.blocks import Sign
from podpath.picture.canvas import Canvas, number
from podpath.picture.graphviz import Point
from podpath.picture.metrics import CODE, fit
from tests.picture.maps import HOSTILE


def parsed(canvas: Canvas) -> ET.Element:
    """Return what was drawn, read as XML."""
    return ET.fromstring(f"<svg>{canvas}</svg>")  # noqa: S314 - our own


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_a_name_holds_it_is_text(name: str) -> None:
    """Neither a text nor the name of a group makes an element."""
    canvas = Canvas()
    canvas.open_group("g", name)
    canvas.text(0, 0, fit(name, CODE, 90), CODE)
    canvas.close_group()
    assert {element.tag for element in parsed(canvas).iter()} <= {"svg", "g", "title", "text"}


def test_a_cut_text_tells_all_of_it_on_demand() -> None:
    """As the title of the element."""
    canvas = Canvas()
    canvas.text(0, 0, fit("a" * 50, CODE, 90), CODE)
    assert parsed(canvas).findtext("text/title") == "a" * 50


def test_every_sign_has_a_shape_of_its_own() -> None:
    """So that they are told apart without colour."""
    shapes = set()
    for sign in Sign:
        canvas = Canvas()
        canvas.sign(0, 0, sign)
        shapes.add(tuple((element.tag, element.get("d")) for element in parsed(canvas)))
    assert len(shapes) == len(Sign)


def test_a_flat_curve_is_a_line() -> None:
    """And one that is none stays a curve."""
    canvas = Canvas()
    canvas.curve([Point(0, 1), Point(1, 1), Point(2, 1), Point(3, 1)], "line")
    canvas.curve([Point(0, 1), Point(1, 1), Point(2, 5), Point(3, 5)], "line")
    canvas.curve([], "line")
    assert [element.get("d") for element in parsed(canvas)] == ["M0 1L3 1", "M0 1C1 1 2 5 3 5"]


def test_numbers_are_short() -> None:
    """A tenth of a pixel is enough, and zero is plain."""
    assert [number(value) for value in (1.0, 1.26, 0, 100.04)] == ["1", "1.3", "0", "100"]
