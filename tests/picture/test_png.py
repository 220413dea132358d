"""SVG to PNG."""

import struct

import pytest

from podpath.picture.png import PngError, render
from podpath.picture.svg import render as draw
from tests.picture.maps import HOSTILE, hosts, named


def size(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG (RFC 2083, 4.1.1)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", png[16:24])
    return wide, high


def test_a_png_is_twice_as_large_as_the_picture() -> None:
    """So that it is sharp."""
    svg = draw(hosts(1, 1), dark=False)
    wide = float(svg.partition('width="')[2].partition('"')[0])
    assert abs(size(render(svg))[0] - 2 * wide) <= 1


@pytest.mark.long
def test_a_very_high_picture_is_made_smaller() -> None:
    """Rather than refused."""
    assert size(render(draw(hosts(1, 300), everything=True, dark=False)))[1] <= 10_001


def test_hostile_names_do_no_harm() -> None:
    """The picture is made, whatever is in it."""
    assert size(render(draw(named(HOSTILE), dark=False)))[0] > 100


def test_what_is_no_picture_is_refused_in_words() -> None:
    """Not with a traceback."""
    with pytest.raises(PngError, match="no PNG can be made"):
        render("<svg")
