"""The map and the path as a page: one file, no script, nothing fetched.

What is folded opens by HTML's own means (``<details>``), so keyboard and screen reader can do it. Each node is a picture of
its own; the rails run on from one to the next.
"""

from collections.abc import Collection, Sequence
from typing import Final

from podpath.picture.canvas import Canvas, number
from podpath.picture.graphviz import Point
from podpath.picture.markup import escape
from podpath.picture.model import Map
from podpath.picture.scene import OPEN_SPACES, Host, scene
from podpath.picture.style import style
from podpath.picture.svg import (
    MARGIN,
    MapFrame,
    Placed,
    frame_of,
    headline,
    legend,
    node,
    place,
    problems,
    rail_names,
    rails,
    render,
    summary,
)

_GAP: Final = 6
MOST: Final = 6_000
"""Containers that are drawn one by one in a page; of more each node opens to its networks alone."""
_PAGE: Final = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
:root{{color-scheme:light dark}}
body{{margin:0;background:#fff;overflow-x:auto}}
{rules}h1{{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}}
@media (prefers-color-scheme:dark){{body{{background:#12161b}}}}
{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


RULES: Final = """.pp-map svg{display:block}
.pp-map summary{list-style:none;cursor:pointer}
.pp-map summary::-webkit-details-marker{display:none}
.pp-map summary:hover .node,.pp-map summary:hover .box{stroke:#0072b2}
.pp-map summary:focus-visible{outline:3px solid #0072b2;outline-offset:-3px}
.pp-map details[open]>summary>.folded{display:none}
.pp-map details:not([open])>summary>.opened{display:none}
"""
"""What :func:`figure` needs beside :func:`podpath.picture.style.style`."""


def page(title: str, svg: str) -> str:
    """Return a page with one picture.

    Args:
        title: what it shows.
        svg: the picture, without its style sheet (``styled=False``).
    """
    return _PAGE.format(title=escape(title), style=style(), rules=RULES, body=f'<div class="pp-map">\n{svg}\n</div>')


def render_map(graph: Map, opened: Collection[str] = (), *, everything: bool = False) -> str:
    """Return a map as a page: what is folded opens on demand; arguments and errors are those of :func:`figure`."""
    return page(summary(graph), figure(graph, opened, everything=everything))


def figure(graph: Map, opened: Collection[str] = (), *, everything: bool = False, most: int = MOST) -> str:
    """Return a map as a part of a page, to be put into an element of class ``pp-map``.

    Args:
        graph: the map.
        opened: names of nodes to open from the beginning, and of networks (``node/bridge``).
        everything: open all.
        most: containers that are drawn one by one when they are opened; of more each node opens to its networks alone.

    Raises:
        LayoutError: Graphviz is not installed, or gave no layout.
    """
    folded = scene(graph, opened, everything=everything)
    count = sum(len(one.spaces) - 1 for one in graph.nodes)
    single = count <= most
    inner = scene(graph, [host.node.name for host in folded], fold_networks=True, singles=OPEN_SPACES if single else 0)
    whole = scene(graph, everything=True) if single else inner
    if all(_same(one, two) for one, two in zip(folded, whole, strict=True)):
        return render(graph, opened, everything=everything, styled=False)
    frame = frame_of(graph, [*folded, *inner, *whole])
    parts = [_head(graph, frame)]
    for at, host in enumerate(folded):
        parts.append(_node(graph, frame, host, inner[at], whole[at]))
    parts.append(_foot(graph, [*folded, *whole], frame))
    return "\n".join(parts)


def _same(one: Host, two: Host) -> bool:
    return one.opened == two.opened and len(one.blocks) == len(two.blocks)


def _head(graph: Map, frame: MapFrame) -> str:
    canvas = Canvas()
    y = problems(canvas, graph, headline(canvas, graph, MARGIN), frame.width)
    y = rail_names(canvas, graph.segments, frame, y)
    rails(canvas, graph, frame, y, y + 8)
    return _strip(canvas, frame, y + 4, summary(graph))


def _foot(graph: Map, hosts: Sequence[Host], frame: MapFrame) -> str:
    canvas = Canvas()
    return _strip(canvas, frame, legend(canvas, graph, hosts, 10) + MARGIN, "signs")


def _node(graph: Map, frame: MapFrame, folded: Host, inner: Host, whole: Host) -> str:
    """Return a node that opens: from a line to what is in it, from that to every container."""
    full = _host_strip(graph, frame, whole)
    within = full
    if not _same(inner, whole):
        hidden = len(whole.node.spaces) - 1
        within = (
            f"<details><summary>"
            f'<span class="folded">{_host_strip(graph, frame, inner)}{_bar(graph, frame, f"show all {hidden} containers")}</span>'
            f'<span class="opened">{_bar(graph, frame, "fold the containers")}</span></summary>\n{full}\n</details>'
        )
    if folded.opened and not _same(folded, inner):
        return full
    if folded.opened:
        return within
    bar = _bar(graph, frame, f"fold {folded.node.name}")
    return (
        f'<details><summary><span class="folded">{_host_strip(graph, frame, folded)}</span>'
        f'<span class="opened">{bar}</span></summary>\n{within}\n</details>'
    )


def _host_strip(graph: Map, frame: MapFrame, host: Host) -> str:
    placed: Placed = place(host, 0, frame)
    canvas = Canvas()
    _rails(canvas, graph, frame, placed.height + _GAP)
    node(canvas, graph, placed, frame)
    if not host.opened:  # it opens, and looks so
        canvas.line([Point(MARGIN + 6, 13), Point(MARGIN + 10, 18), Point(MARGIN + 6, 23)], "line")
    return _strip(canvas, frame, placed.height + _GAP, f"node {host.node.name}")


def _rails(canvas: Canvas, graph: Map, frame: MapFrame, height: float) -> None:
    """Draw the rails through a strip: their round ends lie outside of it, so that they run on from one to the next."""
    rails(canvas, graph, frame, 4, height + 4)


def _bar(graph: Map, frame: MapFrame, words: str) -> str:
    """Return a line that says what a click does; the rails run through it."""
    from podpath.picture.metrics import SMALL, fit

    canvas = Canvas()
    _rails(canvas, graph, frame, 24)
    canvas.text(MARGIN + 12, 15, fit(words, SMALL, frame.inside), SMALL, "unknown")
    return _strip(canvas, frame, 24, words)


def _strip(canvas: Canvas, frame: MapFrame, height: float, name: str) -> str:
    wide = number(frame.width)
    high = number(height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="pp" role="img" width="{wide}" height="{high}"'
        f' viewBox="0 0 {wide} {high}" aria-label="{escape(name)}">\n{canvas}\n</svg>'
    )
