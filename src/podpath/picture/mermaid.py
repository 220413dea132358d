"""The map as a flowchart of Mermaid, for pages that draw it themselves (GitHub, GitLab, many wikis)."""

import re
from collections.abc import Collection
from typing import Final

from podpath.picture.blocks import Sign
from podpath.picture.model import Map, Status
from podpath.picture.outline import SIGNS, Item, outline

_SPECIAL: Final = re.compile(r"[^\w .:/+=()\-→·…✗⚠⊖?]", re.ASCII)
"""Whatever could mean something to Mermaid, or to the page that it makes."""


def render(graph: Map, opened: Collection[str] = (), *, everything: bool = False) -> str:
    """Return the map as a flowchart."""
    found = outline(graph, opened, everything=everything)
    lines = ["flowchart LR"]
    for group in found.groups:
        lines.append(f'  subgraph {group.id}["{plain(group.name)}"]')
        lines += [f"    {_node(item)}" for item in group.items]
        lines.append("  end")
    lines += [f"  {_node(item)}" for item in found.items]
    for line in found.lines:
        middle = {Status.GOOD: "===" if line.tunnel else "---", Status.BROKEN: "--x", Status.UNKNOWN: "-.-"}[line.status]
        lines.append(f"  {line.tail} {middle} {line.head}")
    lines += [
        "  classDef error stroke:#d55e00,stroke-width:3px",
        "  classDef warning stroke:#e69f00,stroke-width:3px",
        "  classDef unknown stroke:#0072b2,stroke-dasharray:5 4",
        "  classDef down stroke:#56616d,stroke-width:2px",
    ]
    items = [item for group in found.groups for item in group.items] + list(found.items)
    for sign in (Sign.ERROR, Sign.WARNING, Sign.UNKNOWN, Sign.DOWN):
        marked = [item.id for item in items if item.sign is sign]
        if marked:
            lines.append(f"  class {','.join(marked)} {sign}")
    return "\n".join(lines) + "\n"


def _node(item: Item) -> str:
    head = f"{SIGNS[item.sign]} " if item.sign in SIGNS else ""
    return f'{item.id}["{head}{"<br/>".join(plain(line) for line in item.lines)}"]'


def plain(text: str) -> str:
    """Return a text as Mermaid's entities (``#35;``): letters that could mean something to it mean nothing."""
    return _SPECIAL.sub(lambda match: f"#{ord(match[0])};", text)
