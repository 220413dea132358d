"""SVG to PNG, by resvg."""

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from podpath.language import tr

_SCALE: Final = 2
"""Pixels of the PNG for one of the SVG, so that it is sharp on today's screens."""
_MOST: Final = 10_000
"""Pixels that a side of the PNG may have; a larger picture is made with fewer for each of the SVG's."""

_PATIENCE: Final = 10.0
"""Seconds for fontconfig, which may have to read all fonts first."""


class PngError(Exception):
    """No PNG can be made, with what to do about it."""


def render(svg: str) -> bytes:
    """Return a picture as PNG, in its light colours.

    Args:
        svg: the picture, made without dark colours (``dark=False``).

    Raises:
        PngError: this machine has no fonts, or the picture is too large.
    """
    sans, mono = _family("sans-serif", "DejaVu Sans"), _family("monospace", "DejaVu Sans Mono")
    try:
        height = float(svg.partition(' height="')[2].partition('"')[0])
        return _drawn(svg, min(_SCALE, _MOST / max(height, 1)), sans, mono)
    except ValueError as error:
        raise PngError(tr("no PNG can be made of this: {error}; -o FILE.svg has no limits", error=error)) from None


def _drawn(svg: str, zoom: float, sans: str, mono: str) -> bytes:
    """Return a picture; resvg asks no configuration of fonts, so each generic family gets one."""
    import resvg_py

    # Also where a text asks for no family: resvg's own default is one that few machines have.
    drawn = resvg_py.svg_to_bytes(
        svg_string=svg, zoom=zoom, font_family=sans, serif_family=sans, sans_serif_family=sans, monospace_family=mono
    )
    return bytes(drawn)


_LETTER: Final = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">{}</svg>'
_TEXT: Final = _LETTER.format('<text x="2" y="16" font-size="16" font-family="{}">M</text>')


def _family(generic: str, usual: str) -> str:
    """Return the family that stands for a generic one: the usual one, or what this machine prefers.

    Raises:
        PngError: neither has letters, so a picture would have no text.
    """
    blank = _drawn(_LETTER.format(""), 1, usual, usual)
    for name in _names(generic, usual):
        if _drawn(_TEXT.format(generic), 1, name, name) != blank:
            return name
    raise PngError(
        tr(
            "this machine has no {generic} font, and a PNG would have no text: install one (on Debian: "
            "fonts-dejavu-core), or use -o FILE.svg",
            generic=generic,
        )
    )


def _names(generic: str, usual: str) -> Iterator[str]:
    """Yield the families to try."""
    yield usual
    yield from filter(None, [_preferred(generic)])


def _preferred(generic: str) -> str:
    """Return what fontconfig has for a generic family (fc-match(1)), or nothing where it is not installed."""
    asked = ("fc-match", "--format=%{family[0]}", generic)
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(asked, capture_output=True, text=True, check=True, timeout=_PATIENCE).stdout  # noqa: S603 - fixed words
    return ""
