"""``check`` on a terminal: cause first, then the lines that prove it, then what to type. Eighty columns are enough."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from podpath.language import tr
from podpath.language.wrap import columns, padded, wrapped
from podpath.report.signs import cut, signs
from podpath.report.what_to_run import is_advice, what_to_run, without_repeats
from podpath.report.words import headline, learn_lines, listed, plural, short_names, unread_line
from podpath.state.evidence import Degree
from podpath.state.finding import Finding, OverlayResult, Report, Severity, Status
from podpath.state.fix import Fix
from podpath.state.visible import visible

_STYLE: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_WIDEST_MATRIX: Final = 26
_ROWS: Final = 12
_UNREAD: Final = 5
_PAIRINGS: Final = 12  # a host with more containers than that has `podpath veth`
_SEVERAL: Final = 2
_GROUPS: Final = 3
"""Groups of nodes whose commands are shown; those of a fleet are in its JSON."""


class Span(NamedTuple):
    """Text in one style.

    Attributes:
        text: the text.
        style: a style of rich, or none.
    """

    text: str
    style: str = ""


Line = list[Span]


class Terminal:
    """Lays a report out.

    Args:
        width: columns.
        unicode: the terminal shows more than ASCII.
    """

    def __init__(self, width: int = 80, *, unicode: bool = True) -> None:
        self._width = max(60, width)
        self._sign = signs(unicode=unicode)

    def lines(self, report: Report) -> Iterator[Line]:
        """Yield the lines of a report."""
        yield self._headline(report)
        first = not report.findings and not any(overlay.broken for overlay in report.overlays)
        if first:
            yield from self._next(report)
        for finding in report.findings:
            yield []
            yield from self.finding(finding, short_names(report.nodes))
        broken = any(overlay.broken or overlay.unknown for overlay in report.overlays)
        for overlay in report.overlays:
            if broken:
                yield []
                yield from self._matrix(overlay)
        if not report.overlays and len(report.pairings) <= _PAIRINGS:
            yield from self._hosts(report)
        yield from self._unknown(report, led=first)
        yield from self._unread(report)

    def _headline(self, report: Report) -> Line:
        if any(f.severity is Severity.ERROR for f in report.findings) or any(o.broken for o in report.overlays):
            sign, style = self._sign["bad"], "bold red"
        elif any(f.severity is Severity.WARNING for f in report.findings):
            sign, style = self._sign["warn"], "bold yellow"
        elif report.unknowns or report.unread:
            sign, style = self._sign["open"], "bold cyan"
        else:
            sign, style = self._sign["ok"], "bold green"
        return [Span(f"{sign} {headline(report)}", style)]

    # -- findings ---------------------------------------------------------------------------------

    def finding(self, finding: Finding, short: dict[str, str]) -> Iterator[Line]:
        """Yield the lines of a finding: what is wrong, what shows it, what fixes it."""
        confidence = tr(finding.confidence)
        sign = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.INFO: "info"}[finding.severity]
        head = f"{self._sign[sign]} {finding.check}"
        where = short.get(finding.node, finding.node) + (f" {finding.netns}" if finding.netns else "")
        room = self._width - len(head) - columns(confidence) - 6
        where = cut(where, room, self._sign["cut"])
        gap = " " * (self._width - len(head) - 4 - columns(where) - columns(confidence))
        yield [Span(head, f"bold {_STYLE[finding.severity]}"), Span(f"    {where}{gap}{confidence}", "dim")]
        yield from self.wrapped(finding.headline, "  ")
        yield from self.wrapped(finding.why, "  ", "dim")
        if finding.evidence:
            yield []
            yield from self._evidence(finding, short)
        if finding.fix:
            yield []
            yield from self.fix(finding.fix)
        yield [Span(f"  {padded(tr('more'), 5)} ", "dim"), Span(f"podpath explain {finding.check}", "dim")]

    def fix(self, fix: tuple[Fix, ...]) -> Iterator[Line]:
        """Yield each step; a command stands alone on its line, never wrapped, so that it can be copied."""
        before = ""
        for at, step in enumerate(fix):
            label = f"  {padded(tr('fix'), 5)} " if at == 0 else " " * 8
            if step.command is None:
                yield from self.wrapped(step.text, label, "green", hang=8)
            elif not step.lead and at == 0:
                yield [Span(label, "green"), Span(step.typed, "bold green")]
            else:
                if step.lead and step.lead != before:
                    yield from self.wrapped(tr("{lead}:", lead=step.lead), label, "green", hang=8)
                yield [Span(f"          {step.typed}", "bold green")]
            before = step.lead

    def _evidence(self, finding: Finding, short: dict[str, str]) -> Iterator[Line]:
        names = {item.node: short.get(item.node, item.node) for item in finding.evidence}
        column = min(max((len(name) for name in names.values()), default=0), 18)
        for item in finding.evidence:
            place = f"{item.file}:{item.file_line}" if item.file else ""
            if item.place is Degree.ASSUMED:
                place += tr("   (podpath only assumes that this node printed it)")
            netns = f"{item.netns}  " if item.netns else ""
            head = f"    {names[item.node]:<{column}}  {netns}{item.command}"
            indent = " " * (column + 6)
            if len(head) + len(item.line) + 3 <= self._width:
                yield [Span(head, "dim"), Span(f"   {item.line}", "bold")]
            else:
                yield [Span(head, "dim")]
                yield from self.wrapped(" ".join(item.line.split()), indent, "bold")
            if place:
                yield [Span(f"{indent}{place}", "dim")]

    def wrapped(self, text: str, indent: str, style: str = "", hang: int | None = None) -> Iterator[Line]:
        """Yield prose, wrapped at words; a word longer than the line (a command, an address) is left whole."""
        first, later = indent, " " * (hang if hang is not None else len(indent))
        # A line end within a name begins no line of ours.
        text = visible(text.replace("\n", "\\n"))
        for line in wrapped(text, self._width, first, later) or [first]:
            yield [Span(line, style)]

    # -- the mesh ---------------------------------------------------------------------------------

    def _matrix(self, overlay: OverlayResult) -> Iterator[Line]:
        if not overlay.pairs or len(overlay.nodes) > _WIDEST_MATRIX:
            yield from self._counts(overlay)
            return
        names = short_names(overlay.nodes)
        status = {(pair.source, pair.target): pair.status for pair in overlay.pairs}
        cell = max(3, *(len(name) for name in names.values())) + 2
        left = max(len(overlay.name), len("from ") + cell)
        if left + cell * len(overlay.nodes) > self._width:
            yield from self._counts(overlay)
            return
        yield [
            Span(f"{padded(overlay.name, left)} {tr('to')}" + "".join(f"{names[node]:>{cell}}" for node in overlay.nodes), "bold")
        ]
        senders = [node for node in overlay.nodes if any(pair.source == node for pair in overlay.pairs)]
        for at, source in enumerate(senders):
            label = padded(tr("from") if at == 0 else "", 5) + names[source]
            row: Line = [Span(padded(label, left) + " " * (1 + columns(tr("to"))))]
            for target in overlay.nodes:
                row.append(self._cell(status.get((source, target)), cell))
            yield row

    def _cell(self, status: Status | None, width: int) -> Span:
        if status is None:
            return Span(f"{self._sign['self']:>{width}}", "dim")
        sign, style = {
            Status.PROVEN: ("ok", "green"),
            Status.BROKEN: ("bad", "bold red"),
            Status.UNKNOWN: ("open", "cyan"),
        }[status]
        return Span(f"{self._sign[sign]:>{width}}", style)

    def _counts(self, overlay: OverlayResult) -> Iterator[Line]:
        """What a large overlay comes to, and its pairs that are broken."""
        text = tr(
            "{name}: {nodes}, {proven} pairs proven, {broken} broken",
            name=overlay.name,
            nodes=plural(len(overlay.nodes), "node"),
            proven=overlay.proven,
            broken=overlay.broken,
        )
        yield [Span(tr("{text}, {unknown} unknown", text=text, unknown=overlay.unknown), "bold")]
        bad = [pair for pair in overlay.pairs if pair.status is Status.BROKEN]
        for pair in bad[:_ROWS]:
            reason = next(link.summary for link in pair.chain if link.status is Status.BROKEN)
            yield from self.wrapped(
                f"{pair.source} {self._sign['arrow']} {pair.target}: {reason}", f"  {self._sign['bad']} ", "red", 4
            )
        if len(bad) > _ROWS:
            yield [Span(tr("    and {bad} more: --format json lists them", bad=len(bad) - _ROWS), "dim")]

    # -- hosts without an overlay --------------------------------------------------------------------

    def _hosts(self, report: Report) -> Iterator[Line]:
        if not report.bridges and not report.pairings:
            return
        yield []
        for view in report.bridges:
            yield [Span(f"{view.node}  {view.name}", "bold"), Span(f"  bridge  {' '.join(view.addresses)}".rstrip())]
            for port in view.ports or (tr("(no port)"),):
                mine = [p for p in report.pairings if p.node == view.node and p.outside == port]
                yield [Span(tr("  port {port}", port=port)), *(span for p in mine for span in self._paired(p))]
        for pairing in report.pairings:
            inside = f"{pairing.inside or '?'}  {' '.join(pairing.addresses)}".rstrip()
            yield [
                Span(tr("{node}  container {container}", node=pairing.node, container=pairing.container), "bold"),
                Span(f"  {inside}"),
            ]
            if pairing.status is not Status.PROVEN:
                text = tr("its other end on the host is not proven: {reason}", reason=pairing.reason)
                yield from self.wrapped(text, f"  {self._sign['open']} ", "cyan", 4)
                yield from self.wrapped(tr("run: {command}", command=pairing.command), "    ", "cyan")

    def _paired(self, pairing: object) -> Iterator[Span]:
        container, status = getattr(pairing, "container", ""), getattr(pairing, "status", Status.UNKNOWN)
        sure = status is Status.PROVEN
        yield Span(
            tr("  {sign} container {container}", sign=self._sign["ok" if sure else "open"], container=container),
            "green" if sure else "cyan",
        )
        if not sure:
            yield Span(" (a claim)", "dim")

    # -- what is not known ----------------------------------------------------------------------------

    def _next(self, report: Report) -> Iterator[Line]:
        """Yield what to run on each node, in one line, where what is unknown would name several; nodes of one line together."""
        if len(self._learn(report)) < _SEVERAL:
            return
        together: dict[str, list[str]] = defaultdict(list)
        for node, line in what_to_run(report.unknowns).items():
            together[line].append(node)
        for line, nodes in list(together.items())[:_GROUPS]:
            yield [Span(tr("  next, on {nodes}, run:", nodes=listed(nodes)), "cyan")]
            yield from self.commands(line, "    ")
        if len(together) > _GROUPS:
            left = sum(map(len, list(together.values())[_GROUPS:]))
            yield [Span(tr("  and other commands on {left}: --format json lists them", left=plural(left, "node")), "cyan")]

    def _learn(self, report: Report) -> list[tuple[str, str]]:
        """Return what is unknown, with its commands, without what a container's line says already."""
        shown = {pairing.command for pairing in report.pairings} if not report.overlays else set()
        return [(text, command) for text, command in learn_lines(report) if command not in shown]

    def _unknown(self, report: Report, *, led: bool) -> Iterator[Line]:
        learn = self._learn(report)
        several = len(learn) >= _SEVERAL
        if learn:
            yield []
        if several and not led:
            yield from self._next(report)
        for text, command in learn:
            yield from self.wrapped(tr("unknown: {text}", text=text), f"{self._sign['open']} ", "cyan", 2)
            yield from self.commands("; ".join(filter(is_advice, command.split("; "))) if several else without_repeats(command))

    def commands(self, command: str, head: str | None = None) -> Iterator[Line]:
        """Yield commands, which are wrapped only between one another, so that each can be copied; nothing where there is none."""
        if not command:
            return
        head = tr("  run: ") if head is None else head
        line = head
        parts = command.split("; ")
        for at, part in enumerate(parts):
            piece = part + ("; " if at < len(parts) - 1 else "")
            if columns(line) + len(piece.rstrip()) > self._width and line.strip() not in (head.strip(), ""):
                yield [Span(line.rstrip(), "cyan")]
                line = " " * columns(head)
            line += piece
        yield [Span(line.rstrip(), "cyan")]

    def _unread(self, report: Report) -> Iterator[Line]:
        if not report.unread:
            return
        lines = sum(item.last - item.first + 1 for item in report.unread)
        yield []
        yield [Span(tr("{warn} {lines} could not be read", warn=self._sign["warn"], lines=plural(lines, "line")), "yellow")]
        for item in report.unread[:_UNREAD]:
            yield from self.wrapped(unread_line(item), "  ", "yellow", 4)
        if len(report.unread) > _UNREAD:
            yield [
                Span(tr("  and {unread} more places: --format json lists them", unread=len(report.unread) - _UNREAD), "yellow")
            ]


def as_text(lines: Iterable[Line]) -> str:
    """Return lines as plain text."""
    return "".join("".join(visible(span.text) for span in line).rstrip() + "\n" for line in lines)


def as_ansi(lines: Iterable[Line], width: int) -> str:
    """Return lines with colours, as rich writes them."""
    import io

    from rich.console import Console
    from rich.text import Text

    out = io.StringIO()
    # Whether there are colours is decided before this, and not by TERM or NO_COLOR: `--color always` means it.
    console = Console(
        file=out, force_terminal=True, color_system="standard", no_color=False, width=width + 400, highlight=False, markup=False,
        emoji=False,
    )  # fmt: skip
    for line in lines:
        text = Text()
        for span in line:
            text.append(visible(span.text), style=span.style or None)
        text.rstrip()
        console.print(text, soft_wrap=True)
    return out.getvalue()
