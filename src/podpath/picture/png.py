"""SVG to PNG, by resvg."""

from typing import Final

_SCALE: Final = 2
"""Pixels of the PNG for one of the SVG, so that it is sharp on today's screens."""
_MOST: Final = 10_000
"""Pixels that a side of the PNG may have; a larger picture is made with fewer for each of the SVG's."""


class PngError(Exception):
    """No PNG can be made, with what to do about it."""


def render(svg: str) -> bytes:
    """Return a picture as PNG, in its light colours.

    Args:
        svg: the picture, made without dark colours (``dark=False``).

    Raises:
        PngError: this machine has no fonts, or the picture is too large.
    """
    import resvg_py

    try:
        height = float(svg.partition(' height="')[2].partition('"')[0])
        zoom = min(_SCALE, _MOST / max(height, 1))
        # Also where a text asks for no family: resvg's own default is one that few machines have.
        sans, mono = _family(), _family("Mono")
        drawn = bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg, zoom=zoom, font_family=sans, serif_family=sans, sans_serif_family=sans, monospace_family=mono
            )
        )
    except ValueError as error:
        raise PngError(f"no PNG can be made of this: {error}; -o FILE.svg has no limits") from None
    return drawn


def _family(kind: str = "") -> str:
    """Return the family that stands for the generic one; resvg asks no configuration of fonts."""
    return f"DejaVu Sans {kind}".strip()
