"""A map as boxes and lines with words, for the forms that do their own layout: DOT and Mermaid."""

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

from podpath.language import tr
from podpath.picture.blocks import Block, Shape, Sign, sign_of, worst
from podpath.picture.model import EdgeKind, Interface, Map, Node, Segment, SegmentKind, Space, Status
from podpath.picture.scene import Host, hosts_of
from podpath.report.words import plural

_TOLD: Final = 3
"""Findings of a folded node that are named."""
SIGNS: Final = {Sign.ERROR: "✗", Sign.WARNING: "⚠", Sign.DOWN: "⊖", Sign.UNKNOWN: "?"}


class Item(NamedTuple):
    """A box.

    Attributes:
        id: short identifier, unique in the outline.
        lines: what is written in it.
        sign: what is wrong with it, or None if nothing is.
        shape: how a map draws it, or None for what is between the nodes.
    """

    id: str
    lines: tuple[str, ...]
    sign: Sign | None
    shape: Shape | None


class Line(NamedTuple):
    """What connects two boxes.

    Attributes:
        tail: identifier of one.
        head: identifier of the other.
        status: what the evidence says of it.
        tunnel: packets are wrapped on it.
    """

    tail: str
    head: str
    status: Status
    tunnel: bool = False


class Group(NamedTuple):
    """A node with its boxes.

    Attributes:
        id: short identifier.
        name: name of the node.
        items: the boxes in it.
    """

    id: str
    name: str
    items: tuple[Item, ...]


class Outline(NamedTuple):
    """All of it.

    Attributes:
        groups: the nodes.
        items: what is between them.
        lines: what connects the boxes.
    """

    groups: tuple[Group, ...]
    items: tuple[Item, ...]
    lines: tuple[Line, ...]


def outline(graph: Map, opened: Collection[str] = (), *, everything: bool = False) -> Outline:
    """Return a map as boxes and lines, folded as the picture is."""
    hosts = hosts_of(graph, opened, everything=everything)
    names = {segment.id: f"s{at}" for at, segment in enumerate(graph.segments)}
    groups = tuple(_group(graph, at, host) for at, host in enumerate(hosts))
    items = tuple(_segment(names[segment.id], segment) for segment in graph.segments)
    lines = [line for at, host in enumerate(hosts) for line in _lines(at, host, names)]
    return Outline(groups, items, tuple(dict.fromkeys(lines)))


def _group(graph: Map, at: int, host: Host) -> Group:
    if not host.opened:
        return Group(f"n{at}", host.node.name, (_folded(graph, f"n{at}b0", host.node),))
    items = tuple(_item(f"n{at}b{number}", block) for number, block in enumerate(host.blocks))
    return Group(f"n{at}", host.node.name, items)


def _folded(graph: Map, identifier: str, node: Node) -> Item:
    """Return a folded node: how many containers are in it, and what is wrong there."""
    objects: list[Interface | Space] = [*node.spaces]
    objects += (item for space in node.spaces for item in space.interfaces)
    numbers = sorted({number for item in objects for number in item.problems})
    told = [f"{graph.problems[number].check} ({number + 1})" for number in numbers[:_TOLD]]
    told += [tr("and {numbers} more", numbers=len(numbers) - _TOLD)] if len(numbers) > _TOLD else []
    count = len(node.spaces) - 1
    sign = worst(sign_of(graph, item) for item in objects if item.problems)
    return Item(identifier, (plural(count, "container"), *told), sign, Shape.FOLD)


def _item(identifier: str, block: Block) -> Item:
    rows: dict[float, list[tuple[float, str]]] = {}
    for word in block.words:
        rows.setdefault(word.y, []).append((word.x, word.text.whole or word.text.shown))
    lines = tuple(" ".join(text for _, text in sorted(row)) for _, row in sorted(rows.items()))
    return Item(identifier, lines or (tr("routing"),), block.sign, block.shape)


def _segment(identifier: str, segment: Segment) -> Item:
    kind = {SegmentKind.OVERLAY: tr("overlay"), SegmentKind.SHARED: tr("network"), SegmentKind.ROUTED: tr("routed through")}[
        segment.kind
    ]
    sign = Sign.ERROR if segment.broken else Sign.UNKNOWN if segment.unknown else None
    return Item(identifier, (f"{kind} {segment.name}", *segment.details), sign, None)


def _lines(at: int, host: Host, names: dict[str, str]) -> Iterator[Line]:
    for drawn in host.drawn:
        status = drawn.edge.status if drawn.edge is not None else Status.GOOD
        yield Line(f"n{at}b{drawn.link.tail}", f"n{at}b{drawn.link.head}", status)
    where = {identifier: number for number, block in enumerate(host.blocks) for identifier in block.ports}
    for edge in host.ties:
        if edge.target in names and (edge.source in where or not host.opened):
            yield Line(f"n{at}b{where.get(edge.source, 0)}", names[edge.target], edge.status, edge.kind is EdgeKind.MEMBER)
