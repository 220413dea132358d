"""What is written into the boxes of a map, line by line, and how much room it takes."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from podpath.language import tr
from podpath.picture.graphviz import Box, Row
from podpath.picture.metrics import CODE, FINE, SMALL, STRONG, TITLE, Fitted, Font, fit, width
from podpath.picture.model import Interface, Map, Role, Space, State
from podpath.state.finding import Severity

PAD: Final = 9
"""Pixels between a box's edge and what is in it."""
_NAME_ROOM: Final = 5  # letters of an interface's name that leave room for its address beside it
_LARGEST: Final = 330
"""Pixels that a line may take; an IPv6 address with its length does fit."""
BAR: Final = 8
"""Width of a rail, in pixels."""
_SIGN: Final = 18
_CHIP: Final = 22
_NUMBERED: Final = 4
"""Numbers of problems that stand beside a check's name."""


class Sign(StrEnum):
    """A sign; shapes differ, not only colours."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    UNKNOWN = "unknown"
    DOWN = "down"
    GOOD = "good"


class Word(NamedTuple):
    """A text in a box.

    Attributes:
        x: pixels from the box's left edge.
        y: its baseline, in pixels from the box's upper edge.
        text: the text.
        font: how it is written.
        tone: class that says its colour; empty for the ordinary one.
    """

    x: float
    y: float
    text: Fitted
    font: Font
    tone: str = ""


class Mark(NamedTuple):
    """A sign in a box.

    Attributes:
        x: pixels from the box's left edge to the sign's centre.
        y: likewise from its upper edge.
        sign: the sign.
    """

    x: float
    y: float
    sign: Sign


class Chip(NamedTuple):
    """A small box at a rail: the port of a bridge.

    Attributes:
        y: pixels from the block's upper edge.
        height: in pixels.
        sign: what is wrong with it, or None if nothing is.
    """

    y: float
    height: float
    sign: Sign | None


class Shape(StrEnum):
    """How a block is drawn."""

    SPACE = "space"
    RAIL = "rail"
    CHIP = "chip"
    ROUTING = "routing"
    DEVICE = "device"
    FOLD = "fold"


Ports = dict[str, tuple[int | None, float]]
"""Of each object in a block the number of its port, and the middle of that in pixels from the upper edge."""


class Block(NamedTuple):
    """A box with what is in it.

    Attributes:
        shape: how it is drawn.
        id: the object that it shows.
        box: its rows, for the layout.
        words: texts in it.
        marks: signs in it.
        chips: small boxes in it.
        sign: what is wrong with the whole, or None if nothing is.
        ports: of each object in it the number of its port, and the middle of that in pixels from the upper edge.
    """

    shape: Shape
    id: str
    box: Box
    words: tuple[Word, ...] = ()
    marks: tuple[Mark, ...] = ()
    chips: tuple[Chip, ...] = ()
    sign: Sign | None = None
    ports: Ports = {}  # noqa: RUF012 - a field's default, never changed

    @property
    def wide(self) -> float:
        """Room that its words need, in pixels."""
        return max((word.x + word.text.width + PAD for word in self.words), default=0)


_SIGNS: Final = {Severity.ERROR: Sign.ERROR, Severity.WARNING: Sign.WARNING, Severity.INFO: Sign.INFO}
_RANK: Final = (Sign.ERROR, Sign.WARNING, Sign.DOWN, Sign.UNKNOWN, Sign.INFO, Sign.GOOD)


def worst(signs: Iterable[Sign | None]) -> Sign | None:
    """Return the most severe sign."""
    return min((sign for sign in signs if sign is not None), key=_RANK.index, default=None)


def sign_of(graph: Map, item: Interface | Space) -> Sign | None:
    """Return the sign of an object: its worst problem, else that it is down, else that it is unknown."""
    found = worst(_SIGNS[graph.problems[number].severity] for number in item.problems)
    if isinstance(item, Interface):
        down = Sign.DOWN if item.state in {State.DOWN, State.NO_CARRIER} else None
        return worst([found, down, Sign.UNKNOWN if item.unknown is not None else None])
    return found


class Sheet:
    """Lines written one below the other.

    Args:
        graph: the map, whose problems are named.
    """

    def __init__(self, graph: Map) -> None:
        self._graph = graph
        self.y = 0.0
        self.words: list[Word] = []
        self.marks: list[Mark] = []

    def line(self, parts: Sequence[tuple[float, str, Font, str]], sign: Sign | None = None) -> None:
        """Write texts beside each other, as (x, text, font, tone); a sign before the first one moves it."""
        height = max(font.line for _, _, font, _ in parts)
        base = self.y + height * 0.76
        if sign is not None:
            self.marks.append(Mark(parts[0][0] + 7, self.y + height / 2, sign))
        for at, (x, text, font, tone) in enumerate(parts):
            moved = x + (_SIGN if sign is not None and at == 0 else 0)
            self.words.append(Word(moved, base, fit(text, font, _LARGEST), font, tone))
        self.y += height

    def gap(self, height: float) -> None:
        """Leave room."""
        self.y += height

    def notes(self, item: Interface, x: float) -> None:
        """Write what happens to a packet at an interface."""
        for note in item.notes:
            self.line([(x, note, STRONG, "note")])

    def problems(self, numbers: Iterable[int], x: float) -> None:
        """Name problems, each with its sign and its number in the list of all; those of one check together."""
        alike: dict[tuple[str, Severity], list[int]] = {}
        for number in numbers:
            problem = self._graph.problems[number]
            alike.setdefault((problem.label or problem.check, problem.severity), []).append(number + 1)
        for (name, severity), found in alike.items():
            sign = _SIGNS[severity]
            labelled = any(self._graph.problems[number - 1].label for number in found)
            listed = ", ".join(map(str, found[:_NUMBERED])) + (" …" if len(found) > _NUMBERED else "")
            if sign is not Sign.INFO:
                self.line([(x, name if labelled else f"{name} ({listed})", STRONG, sign)], sign)


def _state_line(item: Interface) -> str:
    if item.state is State.DOWN:
        return "down"
    return tr("no carrier") if item.state is State.NO_CARRIER else ""


def _body(sheet: Sheet, item: Interface, x: float) -> None:
    """Write an interface: name, addresses, MAC, settings, what is wrong."""
    addresses = list(item.addresses)
    beside = x + width("0" * _NAME_ROOM, CODE) + 8
    own = sign_of_state(item)
    if len(item.name) <= _NAME_ROOM and addresses and own is None:
        sheet.line([(x, item.name, CODE, ""), (beside, addresses.pop(0), CODE, "")])
    else:
        sheet.line([(x, item.name, CODE, "")], own)
    for address in addresses:
        sheet.line([(beside, address, CODE, "")])
    if item.mac:
        sheet.line([(beside, item.mac, FINE, "muted")])
    if item.details:
        sheet.line([(beside, " · ".join(item.details), SMALL, "muted")])
    if _state_line(item):
        sheet.line([(beside, _state_line(item), STRONG, Sign.DOWN)])
    if item.unknown is not None:
        sheet.line([(beside, "other end not proven", SMALL, Sign.UNKNOWN)])
    sheet.notes(item, x)
    sheet.problems(item.problems, x)


def sign_of_state(item: Interface) -> Sign | None:
    """Return the sign of what the kernel says of an interface, or None if it is up."""
    if item.state in {State.DOWN, State.NO_CARRIER}:
        return Sign.DOWN
    return Sign.UNKNOWN if item.unknown is not None else None


def space_block(graph: Map, space: Space) -> Block:
    """Return a namespace as a box: its name, then each interface."""
    sheet = Sheet(graph)
    sheet.gap(PAD - 3)
    sheet.line([(PAD, space.title, TITLE, "")])
    others = [name for name in space.containers if name != space.title]
    if others:
        sheet.line([(PAD, ", ".join(others), SMALL, "muted")])
    sheet.problems(space.problems, PAD)
    sheet.gap(2)
    rows = [Row(sheet.y)]
    ports: Ports = {}
    for number, item in enumerate(shown(space)):
        start = sheet.y
        _body(sheet, item, PAD)
        ports[item.id] = (number, start + (CODE.line / 2))
        # The port is at the line of the name: two rows of the same middle, and the rest.
        rows += [Row(CODE.line, number), Row(sheet.y - start - CODE.line)]
    if not shown(space):
        sheet.line([(PAD, "no interface", SMALL, "muted")])
        rows.append(Row(SMALL.line))
    sheet.gap(PAD - 2)
    rows.append(Row(PAD - 2))
    signs = [sign_of(graph, space), *(sign_of(graph, item) for item in shown(space))]
    return _done(Shape.SPACE, space.id, sheet, rows, worst(signs), ports)


def shown(space: Space) -> list[Interface]:
    """Return the interfaces of a namespace that a picture shows: those that are connected to something."""
    return [item for item in space.interfaces if item.role is not Role.OTHER or item.addresses or item.problems]


def rail_block(graph: Map, bridge: Interface, ports: Sequence[tuple[Interface | None, str, float]], count: int = 0) -> Block:
    """Return a bridge as a rail: its name and addresses, then its ports as chips.

    Args:
        graph: the map.
        bridge: the bridge.
        ports: its ports with the room in pixels that each needs; one that stands for folded ones has no interface, but a name.
        count: ports that are folded.
    """
    sheet = Sheet(graph)
    sheet.line([(0, bridge.name, TITLE, "")], sign_of_state(bridge))
    if bridge.details:
        sheet.line([(0, " · ".join(bridge.details), SMALL, "muted")])
    for address in bridge.addresses:
        sheet.line([(0, address, CODE, "")])
    if bridge.mac:
        sheet.line([(0, bridge.mac, FINE, "muted")])
    if _state_line(bridge):
        sheet.line([(0, _state_line(bridge), STRONG, Sign.DOWN)])
    sheet.notes(bridge, 0)
    sheet.problems(bridge.problems, 0)
    sheet.gap(4)
    rows, chips = [Row(sheet.y)], list[Chip]()
    found: Ports = {}
    for number, (port, name, room) in enumerate(ports):
        chip = _chip_lines(graph, port, tr("{count} ports", count=count) if port is None else port.name)
        height = max(room, chip.y + 6)
        top = sheet.y + (height - chip.y) / 2
        sign = sign_of(graph, port) if port is not None else None
        chips.append(Chip(top, chip.y, sign))
        sheet.words += [word._replace(y=word.y + top) for word in chip.words]
        sheet.marks += [mark._replace(y=mark.y + top) for mark in chip.marks]
        found[port.id if port is not None else name] = (number, sheet.y + height / 2)
        rows.append(Row(height, number))
        sheet.y += height
    found[bridge.id] = (None, 12.0)
    if not ports:
        sheet.gap(6)
        rows.append(Row(6))
    return _done(Shape.RAIL, bridge.id, sheet, rows, sign_of(graph, bridge), found, tuple(chips))


def _chip_lines(graph: Map, port: Interface | None, name: str) -> Sheet:
    sheet = Sheet(graph)
    sheet.gap(3)
    sheet.line([(PAD, name, FINE, "")], sign_of_state(port) if port is not None else None)
    if port is not None:
        notable = [word for word in port.details if word != "hairpin"]
        if notable:
            sheet.line([(PAD, " · ".join(notable), SMALL, "muted")])
        if _state_line(port):
            sheet.line([(PAD, _state_line(port), STRONG, Sign.DOWN)])
        sheet.notes(port, PAD)
        sheet.problems(port.problems, PAD)
    sheet.y = max(sheet.y + 3, _CHIP)
    return sheet


def chip_block(graph: Map, item: Interface, note: str, room: float = 0) -> Block:
    """Return the outer end of a cable that is on no bridge, with what is routed to it.

    Args:
        graph: the map.
        item: the interface.
        note: what is routed to it.
        room: height of what is at the cable's other end, in pixels: as high as that, its cable is straight.
    """
    sheet = _chip_lines(graph, item, item.name)
    sheet.y -= 3
    for address in item.addresses:
        sheet.line([(PAD, address, FINE, "")])
    if note:
        sheet.line([(PAD, note, SMALL, "muted")])
    sheet.gap(4)
    high = max(room, sheet.y)
    sign, top = sign_of(graph, item), (high - sheet.y) / 2
    chips = (Chip(top, sheet.y, sign),)
    sheet.words = [word._replace(y=word.y + top) for word in sheet.words]
    sheet.marks = [mark._replace(y=mark.y + top) for mark in sheet.marks]
    return _done(Shape.CHIP, item.id, sheet, [Row(high, 0)], sign, {item.id: (0, high / 2)}, chips)


def device_block(graph: Map, item: Interface) -> Block:
    """Return a tunnel, an uplink or another device of a host as a box."""
    sheet = Sheet(graph)
    sheet.gap(PAD - 3)
    sheet.line([(PAD, item.name, TITLE, "")], sign_of_state(item))
    details = list(item.details)
    if item.role is Role.TUNNEL:
        details = [(item.kind or "tunnel").upper() if item.kind == "vxlan" else "tunnel", *details]
    if item.mtu is not None:
        details.append(f"MTU {item.mtu}")
    sheet.line([(PAD, " · ".join(details), SMALL, "muted")] if details else [(PAD, " ", SMALL, "")])
    for address in item.addresses:
        sheet.line([(PAD, address, CODE, "")])
    if item.mac:
        sheet.line([(PAD, item.mac, FINE, "muted")])
    if _state_line(item):
        sheet.line([(PAD, _state_line(item), STRONG, Sign.DOWN)])
    sheet.notes(item, PAD)
    sheet.problems(item.problems, PAD)
    sheet.gap(PAD - 2)
    ports: Ports = {item.id: (0, sheet.y / 2)}
    return _done(Shape.DEVICE, item.id, sheet, [Row(sheet.y, 0)], sign_of(graph, item), ports)


def routing_block(identifier: str) -> Block:
    """Return the place where a host chooses the next device: a rail that connects devices with addresses."""
    return Block(Shape.ROUTING, identifier, Box(BAR, (Row(40, 0),)), ports={identifier: (0, 20)})


def fold_block(graph: Map, identifier: str, spaces: Sequence[Space], what: str) -> Block:
    """Return a box for many healthy namespaces."""
    sheet = Sheet(graph)
    sheet.gap(PAD - 3)
    sheet.line([(PAD, what, TITLE, "")])
    first, last = spaces[0].title, spaces[-1].title
    names = fit(first, FINE, 110).shown if len(spaces) == 1 else f"{fit(first, FINE, 110).shown} … {fit(last, FINE, 110).shown}"
    sheet.line([(PAD, names, FINE, "muted")])
    sheet.gap(PAD - 2)
    return _done(Shape.FOLD, identifier, sheet, [Row(sheet.y, 0)], None, {identifier: (0, sheet.y / 2)})


def _done(
    shape: Shape, identifier: str, sheet: Sheet, rows: Sequence[Row], sign: Sign | None, ports: Ports,
    chips: tuple[Chip, ...] = (),
) -> Block:  # fmt: skip
    block = Block(shape, identifier, Box(0, tuple(rows)), tuple(sheet.words), tuple(sheet.marks), chips, sign, ports)
    return block._replace(box=Box(round(block.wide) + (BAR + 4 if shape is Shape.RAIL else 0), tuple(rows)))


def widened(block: Block, to: float) -> Block:
    """Return a block with another width, in pixels."""
    return block._replace(box=block.box._replace(width=to))
