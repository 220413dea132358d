"""``podpath drops``: a table, lines as they come, and lines of JSON."""

from collections.abc import Iterator
from typing import Any, Final

from podpath.language import tr
from podpath.report.json_text import seen
from podpath.report.signs import cut, signs
from podpath.report.terminal import Line, Span, Terminal
from podpath.report.words import plural
from podpath.state.drop import Drop, Drops, Layer

SCHEMA: Final = "podpath.drops/1"
UNSPECIFIED: Final = "NOT_SPECIFIED"
_MOST: Final = 20
_FLOWS: Final = 3
"""Flows of a row that are shown."""
_LEFT: Final = 18
"""Columns of count and rate."""
_REASON: Final = 15
_PER_MINUTE: Final = 60


def json_line(drops: Drops, drop: Drop, time: str) -> str:
    """Return the line of JSON for a kind of drop.

    Args:
        drops: what it belongs to.
        drop: the kind.
        time: end of the time in which it was counted, as ISO 8601 has it.
    """
    meaning = drops.meanings.get(drop.reason)
    return _line(
        kind="drop",
        time=time,
        **drop._asdict() | {"layers": [layer._asdict() for layer in drop.layers], "seconds": round(drop.seconds, 3)},
        rate=round(drop.rate, 3),
        node=drops.node,
        meaning=meaning.title if meaning else "",
        causes=meaning.causes if meaning else (),
    )


def json_end(drops: Drops, time: str) -> str:
    """Return the last line of JSON: how many packets there were in all, and how many could not be recorded."""
    packets = sum(drop.packets for drop in drops.drops)
    return _line(kind="end", time=time, node=drops.node, seconds=round(drops.seconds, 3), packets=packets, lost=drops.lost)


def _line(**fields: Any) -> str:  # noqa: ANN401 - JSON
    import orjson

    return seen(orjson.dumps({"schema": SCHEMA, **fields}).decode()) + "\n"


def flow(drop: Drop, arrow: str = "→") -> str:
    """Return the innermost flow of a packet in words."""
    if not drop.layers:
        return tr("ethertype 0x{ethertype:04x}", ethertype=drop.ethertype) if drop.ethertype else tr("no network header")
    layer = drop.layers[-1]
    if layer.proto == "arp":
        return tr("{src} asks for {dst} (ARP)", src=layer.src, dst=layer.dst)
    return _ends(layer, arrow)


def _ends(layer: Layer, arrow: str) -> str:
    if layer.dport is None:
        return f"{layer.src} {arrow} {layer.dst} {layer.proto}"
    return f"{layer.src} {arrow} {f'[{layer.dst}]' if ':' in layer.dst else layer.dst}:{layer.dport}/{layer.proto}"


def outside(drop: Drop, arrow: str = "→") -> Iterator[str]:
    """Yield what carries the innermost flow, from the inside out."""
    for layer in reversed(drop.layers[:-1]):
        if layer.carrier == "ICMP error":
            yield tr("in an ICMP error {src} {arrow} {dst}", src=layer.src, arrow=arrow, dst=layer.dst)
        else:
            yield tr("in {carrier}, {src} {arrow} {dst}", carrier=layer.carrier, src=layer.src, arrow=arrow, dst=layer.dst)


def where(drop: Drop) -> str:
    """Return the place of a drop in words: ``container web  eth0``."""
    if drop.netns == "?":
        return tr("a namespace that is gone, or unknown")
    kind, _, name = drop.netns.partition(":")
    place = {"": "host", "pid": tr("process {name}", name=name)}.get(kind, f"{kind} {name}")
    return f"{place}  {drop.interface}".rstrip()


def reason(drop: Drop) -> str:
    """Return the reason as it is shown; where the kernel names none, the function that dropped the packet."""
    if drop.reason in {"", UNSPECIFIED} and drop.function:
        return tr("{reason} in {function}", reason=drop.reason or "dropped", function=drop.function)
    return drop.reason or "dropped"


def _rows(drops: Drops) -> list[list[Drop]]:
    """Return what has reason and place in common, the most packets first."""
    rows: dict[tuple[str, str], list[Drop]] = {}
    for drop in drops.drops:
        rows.setdefault((reason(drop), where(drop)), []).append(drop)
    return sorted(rows.values(), key=lambda row: -sum(drop.packets for drop in row))


def _rate(count: int, seconds: float) -> str:
    rate = count / seconds if seconds else 0.0
    return f"{rate:.0f}/s" if rate >= 1 else f"{rate * _PER_MINUTE:.0f}/min"


class DropsTerminal:
    """Lays out what was dropped.

    Args:
        width: columns.
        unicode: the terminal shows more than ASCII.
        rows: rows that are shown.
    """

    def __init__(self, width: int = 80, *, unicode: bool = True, rows: int = _MOST) -> None:
        self._width, self._rows = max(60, width), rows
        self._sign = signs(unicode=unicode)
        self._terminal = Terminal(self._width, unicode=unicode)

    def lines(self, drops: Drops) -> Iterator[Line]:
        """Yield the lines of a table: what has reason and place in common is one row, its flows are below it."""
        yield from self._headline(drops)
        rows = _rows(drops)
        shown = rows[: self._rows]
        if shown:
            yield []
            yield [Span(f"{'COUNT':>8}{'RATE':>8}  REASON           WHERE, FLOW", "bold")]
        for row in shown:
            yield from self._row(row)
        if len(rows) > len(shown):
            yield [Span(f"{'':{_LEFT}}and {plural(len(rows) - len(shown), 'more row')}: --format json lists them", "dim")]
        yield from self._meanings(drops, shown)

    def _headline(self, drops: Drops) -> Iterator[Line]:
        count = sum(drop.packets for drop in drops.drops)
        time = tr("in {seconds:.1f} s on {node}", seconds=drops.seconds, node=drops.node)
        if count:
            kinds = len({drop.reason for drop in drops.drops})
            said = tr(
                "{count} dropped {time}, for {kinds}", count=plural(count, "packet"), time=time, kinds=plural(kinds, "reason")
            )
            yield from self._terminal.wrapped(said, f"{self._sign['bad']} ", "bold red", 2)
        elif not drops.lost:
            yield from self._terminal.wrapped(tr("no packet dropped {time}", time=time), f"{self._sign['ok']} ", "bold green", 2)
        if drops.lost:
            said = tr("{lost} could not be recorded: they came faster than podpath reads", lost=plural(drops.lost, "more drop"))
            yield from self._terminal.wrapped(said, f"{self._sign['open']} ", "bold cyan", 2)

    def _row(self, row: list[Drop]) -> Iterator[Line]:
        first, count, arrow = row[0], sum(drop.packets for drop in row), self._sign["arrow"]
        room = self._width - _LEFT
        named, place = cut(reason(first), room, self._sign["cut"]), f"  {where(first)}"
        fits = max(len(named), _REASON) + len(place) <= room
        head = Span(f"{count:>8}{_rate(count, first.seconds):>8}  ")
        yield [head, Span(f"{named:<{_REASON}}" if fits else named, "bold red"), Span(place if fits else "")]
        if not fits:
            yield [Span(f"{'':{_LEFT}}{cut(place.strip(), room, self._sign['cut'])}")]
        for drop in row[:_FLOWS]:
            text = "  ".join((flow(drop, arrow), *outside(drop, arrow)))
            times = f"{drop.packets} × " if len(row) > 1 else ""
            yield from self._terminal.wrapped(f"{times}{text}", " " * _LEFT, "dim", _LEFT + 2)
        if len(row) > _FLOWS:
            yield [Span(f"{'':{_LEFT}}and {plural(len(row) - _FLOWS, 'more flow')}", "dim")]

    def _meanings(self, drops: Drops, shown: list[list[Drop]]) -> Iterator[Line]:
        names = dict.fromkeys(row[0].reason for row in shown if row[0].reason in drops.meanings)
        if names:
            yield []
        for name in names:
            yield from self._terminal.wrapped(f"{name}: {drops.meanings[name].title}", "  ", hang=4)
        if names:
            yield [Span("  more  ", "dim"), Span(f"podpath explain {next(iter(names))}", "dim")]

    def line(self, drop: Drop, time: str) -> Line:
        """Return one line for a kind of drop, where lines are printed as they come."""
        parts = (reason(drop), where(drop), flow(drop, self._sign["arrow"]), *outside(drop, self._sign["arrow"]))
        return [Span(f"{time}  {drop.packets:>6}  {'  '.join(parts)}")]
