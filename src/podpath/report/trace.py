"""``podpath trace`` on a terminal and as JSON: the cause first, then the way there and back."""

from collections.abc import Iterator
from typing import Any, Final

from podpath.report import steps
from podpath.report.json_text import json_text
from podpath.report.signs import cut, signs
from podpath.report.terminal import Line, Span, Terminal
from podpath.report.what_to_run import what_to_run
from podpath.state.step import Encapsulated, Ended
from podpath.state.trace import Branch, Leg, Trace, TraceStep, Verdict

SCHEMA: Final = "podpath.trace/2"
_SIGNS: Final = {Verdict.DELIVERED: ("ok", "bold green"), Verdict.UNKNOWN: ("open", "bold cyan")}
_SAID: Final = {
    Verdict.DELIVERED: "is delivered, there and back",
    Verdict.REFUSED: "is refused",
    Verdict.REJECTED: "is rejected",
    Verdict.TOO_BIG: "does not fit",
    Verdict.UNREACHABLE: "is unreachable",
    Verdict.LOOP: "goes round in a circle",
    Verdict.DROPPED: "is dropped",
    Verdict.UNKNOWN: "is not known",
}
_GUTTER: Final = 2
_STAGE: Final = 10


# -- JSON --------------------------------------------------------------------------------------------


def as_json(trace: Trace) -> str:
    """Return the JSON document; its JSON Schema ships beside this module."""
    return json_text(document(trace))


def document(trace: Trace) -> dict[str, Any]:
    """Return the document, ``podpath.trace/2``."""
    return {
        "schema": SCHEMA,
        "source": trace.source,
        "destination": trace.destination,
        "flow": trace.flow,
        "verdict": trace.verdict,
        "error": trace.error,
        "cause": trace.cause,
        "forward": _leg(trace.forward),
        "reply": _leg(trace.reply) if trace.reply is not None else None,
        "remarks": trace.remarks,
        "unknowns": trace.unknowns,
        "assumed": trace.assumed,
        "findings": trace.findings,
    }


def _leg(leg: Leg) -> dict[str, Any]:
    worst = leg.worst
    return {
        "verdict": leg.verdict,
        "probability": leg.probability,
        "path_mtu": worst.path_mtu,
        "steps": [steps.document(step) for step in worst.steps],
        "branches": [{**branch._asdict(), "steps": [steps.document(step) for step in branch.steps]} for branch in leg.branches],
    }


# -- text --------------------------------------------------------------------------------------------


def sentence(trace: Trace, arrow: str = "→") -> str:
    """Return what becomes of the packet, in a sentence."""
    flow = trace.flow.rpartition(" ")
    port = flow[0].rpartition(":")[2] if flow[2] in {"tcp", "udp", "sctp"} else ""
    to = f"{trace.destination}{f' port {port}' if port else ''} ({flow[2]})"
    where = ""
    worst = trace.cause
    if worst is not None and trace.verdict not in {Verdict.DELIVERED, Verdict.UNKNOWN}:
        where = f" on {worst.node}" if trace.verdict is not Verdict.UNREACHABLE else ""
    said = _SAID[trace.verdict]
    if trace.forward.verdict is Verdict.DELIVERED and trace.verdict is Verdict.DROPPED:
        said = "arrives, but its answer is lost"
    left = trace.left
    if trace.verdict is Verdict.UNKNOWN and left is not None:
        answer = "arrives; its answer " if trace.forward.verdict is Verdict.DELIVERED else ""
        said = f"{answer}left {left.node} by {left.interface} as {left.source}; beyond that nothing was captured"
    elif trace.verdict is Verdict.UNKNOWN:
        said = "is not known to arrive"
    error = f" ({trace.error})" if trace.error else ""
    return f"{trace.source} {arrow} {to} {said}{where}{error}"


class TraceTerminal:
    """Lays a trace out.

    Args:
        width: columns.
        unicode: the terminal shows more than ASCII.
        evidence: each step shows the entry that decided it.
    """

    def __init__(self, width: int = 80, *, unicode: bool = True, evidence: bool = False) -> None:
        self._width = max(60, width)
        self._sign = signs(unicode=unicode)
        self._terminal = Terminal(self._width, unicode=unicode)
        self._evidence = evidence

    def lines(self, trace: Trace) -> Iterator[Line]:
        """Yield the lines of a trace."""
        yield from self._headline(trace)
        if trace.cause is not None:
            yield []
            yield from self._terminal.finding(trace.cause, {})
        yield []
        yield from self._leg("there", trace.forward)
        if trace.reply is not None:
            yield from self._leg("back", trace.reply)
        else:
            yield [
                Span("back    ", "bold"),
                Span("not reached" if trace.forward.verdict is not Verdict.REFUSED else "the refusal", "dim"),
            ]
        for finding in trace.findings:
            yield []
            yield from self._terminal.finding(finding, {})
        for remark in trace.remarks:
            yield []
            yield from self._terminal.wrapped(f"note: {remark}", "", "yellow", 6)
        if trace.assumed:
            yield []
            yield from self._terminal.wrapped(f"assumed, because you said so: {', '.join(trace.assumed)}", "", "yellow", 2)
        yield from self._unknowns(trace)

    def _headline(self, trace: Trace) -> Iterator[Line]:
        sign, style = _SIGNS.get(trace.verdict, ("bad", "bold red"))
        yield from self._terminal.wrapped(sentence(trace, self._sign["arrow"]), f"{self._sign[sign]} ", style, 2)
        if trace.verdict is Verdict.UNKNOWN and not trace.reaches_edge:
            yield from self._next(trace)

    def _next(self, trace: Trace) -> Iterator[Line]:
        """Yield one line to run on each node, and to paste with what is there."""
        for node, commands in what_to_run(trace.unknowns).items():
            yield [Span(f"  on {node}, run this and paste what it prints, too:", "cyan")]
            yield from self._terminal.commands(commands, "    ")

    def _leg(self, name: str, leg: Leg) -> Iterator[Line]:
        several = len(leg.branches) > 1
        for number, branch in enumerate(leg.branches):
            share = ""
            if several:
                likely = f"{branch.probability:.0%} of flows" if branch.probability is not None else "some flows"
                share = f"{likely} {branch.verdict}"
            mtu = f"MTU {branch.path_mtu}" if branch.path_mtu is not None else ""
            head = f"{name if number == 0 else '':<8}{share}"
            gap = " " * max(2, self._width - len(head) - len(mtu))
            yield [Span(head, "bold"), Span(f"{gap}{mtu}".rstrip(), "dim")]
            yield from self._steps(branch)

    def _steps(self, branch: Branch) -> Iterator[Line]:
        nodes = min(max((len(step.node) for step in branch.steps), default=0), 14)
        spaces = min(max((len(_short(step)) for step in branch.steps), default=0), 18)
        devs = max((len(step.interface) for step in branch.steps), default=0)
        before = ("", "")
        for at, step in enumerate(branch.steps):
            if isinstance(step.facts, Encapsulated):
                summary = steps.sentence(step.facts).replace("→", self._sign["arrow"])
                yield [Span(f"  {self._sign['line']} {summary} {self._sign['line']}", "magenta")]
                before = ("", "")
                continue
            place = (step.node, step.netns)
            node = step.node if step.node != before[0] else ""
            space = _short(step) if place != before else ""
            before = place
            last = at == len(branch.steps) - 1
            sign, style = (_SIGNS.get(branch.verdict, ("bad", "bold red"))) if last else ("", "")
            mark = self._sign[sign] if sign else " "
            names = f"{self._cut(node, nodes)} {self._cut(space, spaces)}"
            head = f"  {names} {mark} {step.interface:<{devs}}  "
            yield from self._summary(head, step, style)
            if self._evidence:
                yield from self._shown(head, step)
            if step.teaches:
                yield from self._terminal.wrapped(step.teaches, " " * 6, "dim italic")

    def _cut(self, name: str, room: int) -> str:
        return cut(name, room, self._sign["cut"]).ljust(room)

    def _summary(self, head: str, step: TraceStep, style: str) -> Iterator[Line]:
        stage = "" if isinstance(step.facts, Ended) else steps.label(step.facts)
        text = steps.sentence(step.facts).replace("→", self._sign["arrow"])
        room = self._width - len(head) - _GUTTER - len(stage)
        if len(text) <= room:
            gap = " " * (self._width - len(head) - len(text) - len(stage))
            yield [Span(head), Span(text, style), Span(f"{gap}{stage}".rstrip() and f"{gap}{stage}", "dim")]
            return
        indent = min(len(head), self._width // 2)
        lines = list(self._terminal.wrapped(text, " " * indent, style))
        yield [Span(head), Span(lines[0][0].text[indent:], style)] if indent == len(head) else [Span(head)]
        yield from lines[1:] if indent == len(head) else lines

    def _shown(self, head: str, step: TraceStep) -> Iterator[Line]:
        for item in step.evidence:
            yield [Span(f"{' ' * len(head)}{item.command}", "dim")]
            yield from self._terminal.wrapped(" ".join(item.line.split()), " " * (len(head) + 2), "dim")

    def _unknowns(self, trace: Trace) -> Iterator[Line]:
        if not trace.unknowns or trace.verdict is Verdict.DELIVERED or trace.reaches_edge:
            return
        yield []
        for item in trace.unknowns:
            yield from self._terminal.wrapped(f"unknown: {item.missing}, on {item.node}", f"{self._sign['open']} ", "cyan", 2)
            if trace.verdict is not Verdict.UNKNOWN or item.node not in what_to_run([item]):
                yield from self._terminal.commands(item.command)


def _short(step: TraceStep) -> str:
    return step.netns.partition(":")[2] if step.netns else "host"
