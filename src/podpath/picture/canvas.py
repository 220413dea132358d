"""SVG, piece by piece: every text that comes from a snapshot is escaped here and nowhere else."""

from collections.abc import Sequence
from typing import Final
from xml.sax.saxutils import quoteattr

from podpath.picture.blocks import Sign
from podpath.picture.graphviz import Point
from podpath.picture.markup import escape
from podpath.picture.metrics import Fitted, Font, fit
from podpath.state.visible import visible

_TRIANGLE: Final = "M{x} {top}L{right} {bottom}L{left} {bottom}Z"
_GAP: Final = "\N{NO-BREAK SPACE}" * 2


def number(value: float) -> str:
    """Return a number as SVG writes it, with a decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


class Canvas:
    """Collects the elements of a picture."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def __str__(self) -> str:
        return "\n".join(self._parts)

    def raw(self, text: str) -> None:
        """Add markup of ours."""
        self._parts.append(text)

    def rect(self, x: float, y: float, width: float, height: float, kind: str, radius: float = 0) -> None:
        """Add a box."""
        round_ = f' rx="{number(radius)}"' if radius else ""
        self.raw(
            f'<rect class="{kind}" x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{number(height)}"{round_}/>'
        )

    def path(self, data: str, kind: str) -> None:
        """Add a line."""
        self.raw(f'<path class="{kind}" d="{data}"/>')

    def line(self, points: Sequence[Point], kind: str) -> None:
        """Add straight lines through points."""
        self.path("M" + "L".join(f"{number(x)} {number(y)}" for x, y in points), kind)

    def curve(self, points: Sequence[Point], kind: str) -> None:
        """Add a cubic Bézier curve; a straight one is written as a line."""
        if not points:
            return
        if len({round(point.y, 1) for point in points}) == 1:
            self.line([points[0], points[-1]], kind)
            return
        parts = [f"M{number(points[0].x)} {number(points[0].y)}"]
        parts += (
            "C" + " ".join(f"{number(x)} {number(y)}" for x, y in points[at : at + 3]) for at in range(1, len(points) - 2, 3)
        )
        self.path("".join(parts), kind)

    def text(self, x: float, y: float, text: Fitted, font: Font, tone: str = "", anchor: str = "") -> None:
        """Add a text; where it is cut, all of it is shown to who points at it."""
        kinds = " ".join(word for word in (font.name, tone, "foreign" if text.guarded else "") if word)
        where = f' text-anchor="{anchor}"' if anchor else ""
        keep = f' textLength="{number(text.width)}" lengthAdjust="spacingAndGlyphs"' if text.guarded else ""
        title = f"<title>{escape(text.whole)}</title>" if text.whole else ""
        self.raw(f'<text class="{kinds}" x="{number(x)}" y="{number(y)}"{where}{keep}>{title}{escape(text.shown)}</text>')

    def words(self, x: float, y: float, words: str, font: Font, tone: str = "", anchor: str = "") -> float:
        """Add a text that is never cut, and return its width."""
        text = fit(words, font)
        self.text(x, y, text, font, tone, anchor)
        return text.width

    def run(self, right: float, y: float, parts: Sequence[tuple[str, Font, str]]) -> None:
        """Add texts one after the other, as (text, font, tone), that end at a place."""
        spans = []
        for at, (text, font, tone) in enumerate(parts):
            # Not every program that draws SVG counts dx where a text ends at its place; all count characters.
            gap = _GAP if at else ""
            spans.append(f'<tspan class="{font.name} {tone}">{gap}{escape(visible(text))}</tspan>')
        self.raw(f'<text x="{number(right)}" y="{number(y)}" text-anchor="end">{"".join(spans)}</text>')

    def sign(self, x: float, y: float, sign: Sign) -> None:
        """Add a sign about a point: each has a shape of its own, so that colour is not needed to tell them apart."""
        if sign is Sign.GOOD:
            self.path(f"M{number(x - 5)} {number(y)}L{number(x - 1.5)} {number(y + 4)}L{number(x + 5)} {number(y - 4)}", "s-good")
            return
        if sign is Sign.WARNING:
            shape = _TRIANGLE.format(
                x=number(x), top=number(y - 7), right=number(x + 7.5), left=number(x - 7.5), bottom=number(y + 6)
            )
            self.path(shape, "s-warning")
            inner = f"M{number(x)} {number(y - 2.5)}V{number(y + 1.5)}M{number(x)} {number(y + 4)}V{number(y + 4.1)}"
        elif sign is Sign.ERROR:
            side, cut = 7, 3
            corners = [
                (-cut, -side),
                (cut, -side),
                (side, -cut),
                (side, cut),
                (cut, side),
                (-cut, side),
                (-side, cut),
                (-side, -cut),
            ]
            self.path("M" + "L".join(f"{number(x + dx)} {number(y + dy)}" for dx, dy in corners) + "Z", "s-error")
            inner = (
                f"M{number(x - 3)} {number(y - 3)}L{number(x + 3)} {number(y + 3)}"
                f"M{number(x + 3)} {number(y - 3)}L{number(x - 3)} {number(y + 3)}"
            )
        else:
            self.raw(f'<circle class="s-{sign}" cx="{number(x)}" cy="{number(y)}" r="6.5"/>')
            if sign is Sign.DOWN:
                inner = f"M{number(x - 3.5)} {number(y)}H{number(x + 3.5)}"
            elif sign is Sign.INFO:
                inner = f"M{number(x)} {number(y - 0.5)}V{number(y + 3)}M{number(x)} {number(y - 3.4)}V{number(y - 3.3)}"
            else:
                inner = (
                    f"M{number(x - 2)} {number(y - 1.6)}a2 2 0 1 1 2.9 1.8q-0.9 0.5 -0.9 1.4"
                    f"M{number(x)} {number(y + 3.8)}V{number(y + 3.9)}"
                )
        self.path(inner, f"on on-{sign}")

    def open_group(self, kind: str, title: str = "") -> None:
        """Begin a group, with a name for who points at it or hears it."""
        self.raw(f"<g class={quoteattr(kind)}>" + (f"<title>{escape(fit(title, _PLAIN).shown)}</title>" if title else ""))

    def close_group(self) -> None:
        """End a group."""
        self.raw("</g>")


_PLAIN: Final = Font("w", 12)
