"""SVG to PNG."""

import struct
from functools import partial
from pathlib import Path

import pytest
import resvg_py

from podpath.picture import png
from podpath.picture.canvas import Canvas
from podpath.picture.metrics import SMALL, TITLE
from podpath.picture.png import PngError, render
from podpath.picture.svg import render as draw
from tests.picture.fonts import needs_font
from tests.picture.maps import HOSTILE, hosts, named


def size(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG (RFC 2083, 4.1.1)."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", png[16:24])
    return wide, high


@needs_font
def test_a_png_is_twice_as_large_as_the_picture() -> None:
    """So that it is sharp."""
    svg = draw(hosts(1, 1), dark=False)
    wide = float(svg.partition('width="')[2].partition('"')[0])
    assert abs(size(render(svg))[0] - 2 * wide) <= 1


@needs_font
def test_texts_that_end_at_a_place_end_there() -> None:
    """What is covered up to that place leaves nothing to be seen, in this program for SVG as in a browser."""
    canvas = Canvas()
    canvas.run(200, 20, [("overlay", SMALL, ""), ("flannel.1", TITLE, ""), ("MTU 1450", SMALL, "")])
    cover = '<rect width="{}" height="40" fill="#fff"/>'
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40">{}{}</svg>'
    blank, written = (render(picture.format(cover.format(300) + drawn, cover.format(201))) for drawn in ("", str(canvas)))
    assert written == blank


def test_a_picture_without_text_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the machine has no font, the program for SVG leaves out all text and says nothing."""
    monkeypatch.setattr(resvg_py, "svg_to_bytes", partial(resvg_py.svg_to_bytes, skip_system_fonts=True))
    with pytest.raises(PngError, match="no sans-serif font"):
        render(draw(hosts(1, 1), dark=False))


def test_the_font_that_the_machine_prefers_is_the_second_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The usual one is not installed everywhere."""
    fonts = next(iter(Path("/usr/share/fonts").rglob("DejaVuSerif.ttf")), None)
    if fonts is None:
        pytest.skip("needs a font")
    only = partial(resvg_py.svg_to_bytes, skip_system_fonts=True, font_files=[str(fonts)])
    monkeypatch.setattr(resvg_py, "svg_to_bytes", only)
    monkeypatch.setattr(png, "_preferred", lambda _generic: "DejaVu Serif")
    assert size(render(draw(hosts(1, 1), dark=False)))[0] > 100


@needs_font
@pytest.mark.long
def test_a_very_high_picture_is_made_smaller() -> None:
    """Rather than refused."""
    assert size(render(draw(hosts(1, 300), everything=True, dark=False)))[1] <= 10_001


@needs_font
def test_hostile_names_do_no_harm() -> None:
    """The picture is made, whatever is in it."""
    assert size(render(draw(named(HOSTILE), dark=False)))[0] > 100


@needs_font
def test_what_is_no_picture_is_refused_in_words() -> None:
    """Not with a traceback."""
    with pytest.raises(PngError, match="no PNG can be made"):
        render("<svg")
