"""The map in Graphviz's language, for who wants to lay it out another way."""

from collections.abc import Collection
from typing import Final

from podpath.picture.blocks import Sign
from podpath.picture.model import Map, Status
from podpath.picture.outline import SIGNS, Item, outline
from podpath.state.visible import visible, visible_lines

_COLOURS: Final = {Sign.ERROR: "#d55e00", Sign.WARNING: "#e69f00", Sign.UNKNOWN: "#0072b2", Sign.DOWN: "#56616d"}


def render(graph: Map, opened: Collection[str] = (), *, everything: bool = False) -> str:
    """Return the map as a graph of Graphviz."""
    found = outline(graph, opened, everything=everything)
    lines = [
        "digraph podpath {",
        '  graph [rankdir=LR, fontname="Helvetica", compound=true]',
        '  node [shape=box, style=rounded, fontname="Helvetica", fontsize=11]',
        "  edge [arrowhead=none]",
    ]
    for group in found.groups:
        lines += [f"  subgraph cluster_{group.id} {{", f"    label={quoted(visible(group.name))}"]
        lines += [f"    {_node(item)}" for item in group.items]
        lines.append("  }")
    lines += [f"  {_node(item)}" for item in found.items]
    for line in found.lines:
        style = {Status.GOOD: "", Status.BROKEN: ' color="#d55e00", penwidth=2', Status.UNKNOWN: " style=dashed"}[line.status]
        double = ' color="black:black"' if line.tunnel and line.status is Status.GOOD else ""
        lines.append(f"  {line.tail} -> {line.head} [{(style + double).strip()}]")
    return "\n".join([*lines, "}"]) + "\n"


def _node(item: Item) -> str:
    text = "\n".join(map(visible, item.lines))
    head = f"{SIGNS[item.sign]} " if item.sign in SIGNS else ""
    colour = f', color="{_COLOURS[item.sign]}"' if item.sign in _COLOURS else ""
    dashed = ', style="rounded,dashed"' if item.sign is Sign.UNKNOWN else ""
    return f"{item.id} [label={quoted(head + text)}{colour}{dashed}]"


def quoted(text: str) -> str:
    r"""Return a text as a string of that language: its own quotes and escapes (``\N``, ``\l``) lose their meaning."""
    escaped = visible_lines(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
