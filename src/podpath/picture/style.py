"""Colours and lines of the pictures, for light and dark.

State is said by shape first. Colours are those of Okabe and Ito (https://jfly.uni-koeln.de/color/), which people who are
colour-blind tell apart, darkened for text to a contrast of 4.5 to 1 or more (WCAG 2.2, 1.4.3).
"""

from typing import Final

SANS: Final = 'system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,"Liberation Sans","DejaVu Sans",sans-serif'
MONO: Final = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace'

_LIGHT: Final = {
    "page": "#ffffff", "node": "#f4f6f8", "edge": "#c3cad2", "box": "#ffffff", "ink": "#1a2129", "muted": "#56616d",
    "line": "#66727f", "rail": "#3d4854", "route": "#9aa5b1", "under": "#7b8794", "over": "#0072b2",
    "error": "#a83c00", "errorfill": "#d55e00", "errorbox": "#fff3ec", "warning": "#7a5200", "warningfill": "#e69f00",
    "warningbox": "#fff8e6", "unknown": "#00598c", "unknownfill": "#0072b2", "good": "#00694b",
    "there": "#0072b2", "back": "#9c3f78", "theretext": "#00598c", "onbadge": "#ffffff", "envelope": "#e8f2f9",
    "onfill": "#ffffff", "onwarning": "#1a2129", "unknownbox": "#e8f2f9", "goodbox": "#e8f5f0", "brokenbox": "#a83c00",
}  # fmt: skip
_DARK: Final = {
    "page": "#12161b", "node": "#1a2027", "edge": "#3a444f", "box": "#222a33", "ink": "#e8edf2", "muted": "#a3afbb",
    "line": "#8d9aa8", "rail": "#c3ccd6", "route": "#6a7683", "under": "#94a1ae", "over": "#56b4e9",
    "error": "#ff9a5c", "errorfill": "#d55e00", "errorbox": "#33221a", "warning": "#f0b93a", "warningfill": "#e69f00",
    "warningbox": "#302814", "unknown": "#6fc1f0", "unknownfill": "#56b4e9", "good": "#3fc79a",
    "there": "#56b4e9", "back": "#e08fbe", "theretext": "#6fc1f0", "onbadge": "#12161b", "envelope": "#16293a",
    "onfill": "#ffffff", "onwarning": "#1a2129", "unknownbox": "#16293a", "goodbox": "#14291f", "brokenbox": "#a83c00",
}  # fmt: skip

_RULES: Final = """
.pp text,.pp tspan{fill:%(ink)s;white-space:pre}
.pp .page{fill:%(page)s}
.pp .node{fill:%(node)s;stroke:%(edge)s}
.pp .box{fill:%(box)s;stroke:%(edge)s}
.pp .box.error{fill:%(errorbox)s;stroke:%(errorfill)s;stroke-width:2}
.pp .box.warning{fill:%(warningbox)s;stroke:%(warningfill)s;stroke-width:2}
.pp .box.down{stroke:%(muted)s;stroke-width:1.5}
.pp .box.unknown,.pp .node.unknown{stroke:%(unknownfill)s;stroke-dasharray:5 4}
.pp .area{fill:none}
.pp .bar{fill:%(rail)s}
.pp .bar.error{fill:%(errorfill)s}
.pp .bar.down{fill:%(route)s}
.pp .routing{fill:%(route)s}
.pp .under{fill:%(under)s}
.pp path.over{fill:none;stroke:%(over)s;stroke-width:2}
.pp .line{fill:none;stroke:%(line)s;stroke-width:1.6}
.pp .halo{fill:none;stroke:%(page)s;stroke-width:6}
.pp .line.thin{stroke:%(route)s;stroke-width:1.2}
.pp .line.dots{stroke-dasharray:1.5 4;stroke-linecap:round}
.pp .line.broken{stroke:%(errorfill)s;stroke-width:2.2}
.pp .line.unknown{stroke:%(unknownfill)s;stroke-dasharray:6 4}
.pp .line.tunnel{stroke:%(over)s;stroke-width:1.6}
.pp text.muted,.pp tspan.muted{fill:%(muted)s}
.pp text.error,.pp tspan.error{fill:%(error)s}
.pp text.warning{fill:%(warning)s}
.pp text.info,.pp text.unknown,.pp tspan.unknown{fill:%(unknown)s}
.pp text.down{fill:%(ink)s}
.pp text.good{fill:%(good)s}
.pp text.over,.pp tspan.over{fill:%(unknown)s}
.pp .s-error{fill:%(errorfill)s}
.pp .s-warning{fill:%(warningfill)s}
.pp .s-unknown,.pp .s-info{fill:%(box)s;stroke:%(unknownfill)s;stroke-width:1.6;stroke-dasharray:3 2}
.pp .s-info{stroke-dasharray:none}
.pp .s-down{fill:%(box)s;stroke:%(ink)s;stroke-width:1.6}
.pp .s-good{fill:none;stroke:%(good)s;stroke-width:2.4}
.pp .on{fill:none;stroke:%(onfill)s;stroke-width:2.2;stroke-linecap:round}
.pp .on-warning{stroke:%(onwarning)s}
.pp .on-unknown,.pp .on-info{stroke:%(unknown)s;stroke-width:1.7}
.pp .on-down{stroke:%(ink)s}
.pp .way{fill:none;stroke-width:4;stroke-linecap:round;stroke-linejoin:round}
.pp .way.there,.pp .tip.there{stroke:%(there)s}
.pp .way.back,.pp .tip.back{stroke:%(back)s}
.pp .way.back{stroke-dasharray:9 7}
.pp .way.edge{stroke:%(page)s;stroke-width:8;stroke-dasharray:none}
.pp .tip{fill:none;stroke-width:2.6;stroke-linecap:round;stroke-linejoin:round}
.pp .badge.there{fill:%(there)s;stroke:%(box)s;stroke-width:1.5}
.pp .badge.back{fill:%(back)s;stroke:%(box)s;stroke-width:1.5}
.pp .badge-text{fill:%(onbadge)s}
.pp text.there{fill:%(theretext)s}
.pp text.back{fill:%(back)s}
.pp text.note{fill:%(theretext)s}
.pp .packet{fill:%(box)s;stroke:%(line)s;stroke-width:1.2}
.pp .packet.there{stroke:%(there)s}
.pp .packet.back{stroke:%(back)s}
.pp .envelope{fill:%(envelope)s;stroke:%(over)s;stroke-width:1.6}
.pp .flap{fill:none;stroke:%(over)s;stroke-width:1.6;stroke-linejoin:round}
.pp .rule{fill:none;stroke:%(edge)s;stroke-width:1}
"""
_TEXT: Final = (
    f".pp text{{font-family:{SANS};font-size:12px}}\n"
    ".pp .t,.pp .h,.pp .b{font-weight:700}\n"
    ".pp .t{font-size:13px}.pp .h{font-size:15px}.pp .s{font-size:11px}\n"
    f".pp .m,.pp .f{{font-family:{MONO}}}\n.pp .f{{font-size:11px}}\n"
    ".pp text.foreign{unicode-bidi:isolate;direction:ltr}\n"
)


def variables() -> str:
    """Return the colours as CSS variables (``--ink``, ``--errorfill`` …), for pages about pictures."""
    light, dark = ("".join(f"--{name}:{value};" for name, value in colours.items()) for colours in (_LIGHT, _DARK))
    return f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def style(*, dark: bool = True) -> str:
    """Return the style sheet of every picture; its rules hold inside of class ``pp`` alone.

    Args:
        dark: follow a reader who prefers dark pages.
    """
    rules = _TEXT + (_RULES % _LIGHT).strip() + "\n"
    return rules + (f"@media (prefers-color-scheme:dark){{\n{(_RULES % _DARK).strip()}\n}}\n" if dark else "")
