"""``podpath trace`` on a terminal and as JSON: the cause first, then the path there and back."""

from collections.abc import Iterator
from typing import Any, Final

from podpath.language import marked, tr
from podpath.language.wrap import columns, padded
from podpath.report import live, steps
from podpath.report.json_text import json_text
from podpath.report.policing import policed
from podpath.report.signs import cut, signs
from podpath.report.terminal import Line, Span, Terminal
from podpath.report.what_to_run import what_to_run
from podpath.state.live import SeenHop
from podpath.state.policing import Permit
from podpath.state.step import Encapsulated, Ended
from podpath.state.trace import Branch, Leg, Trace, TraceStep, Verdict

SCHEMA: Final = "podpath.trace/2"
_SIGNS: Final = {Verdict.DELIVERED: ("ok", "bold green"), Verdict.UNKNOWN: ("open", "bold cyan")}
_SAID: Final = marked(
    {
        Verdict.DELIVERED: "is delivered, there and back",
        Verdict.REFUSED: "is refused",
        Verdict.REJECTED: "is rejected",
        Verdict.TOO_BIG: "does not fit",
        Verdict.UNREACHABLE: "is unreachable",
        Verdict.LOOP: "loops",
        Verdict.DROPPED: "is dropped",
        Verdict.UNKNOWN: "is not known",
    }
)
_PERMITS: Final = (Permit.DENIED, Permit.UNKNOWN, Permit.ALLOWED)
_PERMITTED: Final = {Permit.ALLOWED: ("ok", ""), Permit.DENIED: ("bad", "red"), Permit.UNKNOWN: ("open", "cyan")}
_THERE: Final = marked("there")
_BACK: Final = marked("back")
_LEG: Final = 8
"""Columns of the name of a leg."""
_GUTTER: Final = 2
Seen = tuple[SeenHop, ...]
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
        "flow": trace.flow.text,
        "verdict": trace.verdict,
        "error": trace.error,
        "cause": trace.cause,
        "forward": _leg(trace.forward),
        "reply": _leg(trace.reply) if trace.reply is not None else None,
        "remarks": trace.remarks,
        "unknowns": trace.unknowns,
        "assumed": trace.assumed,
        "findings": trace.findings,
        "policies": trace.policies,
        **({"live": live.document(trace, trace.live)} if trace.live is not None else {}),
    }


def _leg(leg: Leg) -> dict[str, Any]:
    worst = leg.worst
    return {
        "verdict": leg.verdict,
        "probability": leg.probability,
        "path_mtu": worst.path_mtu,
        "steps": [steps.document(step) for step in worst.steps],
        "branches": [_branch(branch) for branch in leg.branches],
    }


def _branch(branch: Branch) -> dict[str, Any]:
    """Return a path without its hops: `live` has them, with what was seen of each."""
    fields = {name: value for name, value in branch._asdict().items() if name != "hops"}
    return {**fields, "steps": [steps.document(step) for step in branch.steps]}


# -- text --------------------------------------------------------------------------------------------


def sentence(trace: Trace, arrow: str = "→") -> str:
    """Return what happens to the packet, in a sentence."""
    port = trace.flow.port
    at = tr(" port {port}", port=port) if port is not None else ""
    to = f"{trace.destination}{at} ({trace.flow.proto})"
    where = ""
    worst = trace.cause
    if worst is not None and trace.verdict not in {Verdict.DELIVERED, Verdict.UNKNOWN}:
        # Where it is lost: what must be fixed may be another node's.
        where = tr(" on {node}", node=trace.last.worst.steps[-1].node) if trace.verdict is not Verdict.UNREACHABLE else ""
    said = tr(_SAID[trace.verdict])
    if trace.forward.verdict is Verdict.DELIVERED and trace.verdict is Verdict.DROPPED:
        said = tr("arrives, but the reply is lost")
    left = trace.left
    if trace.verdict is Verdict.UNKNOWN and left is not None:
        answer = tr("arrives; its answer ") if trace.forward.verdict is Verdict.DELIVERED else ""
        said = tr(
            "{answer}left {node} by {interface} as {source}; nothing beyond that was captured",
            answer=answer,
            node=left.node,
            interface=left.interface,
            source=left.source,
        )
    elif trace.verdict is Verdict.UNKNOWN:
        denied = any(one.permit is Permit.DENIED for one in trace.policies)
        said = tr("may not arrive: policies deny it") if denied else tr("may not arrive")
    error = f" ({trace.error})" if trace.error else ""
    return tr(
        "{source} {arrow} {to} {said}{where}{error}", source=trace.source, arrow=arrow, to=to, said=said, where=where, error=error
    )


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
        self._narrow = Terminal(self._width - live.COLUMN, unicode=unicode)
        self._evidence = evidence

    def lines(self, trace: Trace) -> Iterator[Line]:
        """Yield the lines of a trace."""
        yield from self._headline(trace)
        if trace.live is not None:
            yield from live.headline(self._terminal, trace, trace.live, self._sign)
        if trace.cause is not None:
            yield []
            yield from self._terminal.finding(trace.cause, {})
        seen = trace.live
        if trace.forward.worst.steps:
            yield []
            yield from self._leg(_THERE, trace.forward, seen.forward if seen is not None else None)
        if trace.reply is not None:
            yield from self._leg(_BACK, trace.reply, seen.reply if seen is not None else None)
        elif trace.forward.worst.steps:
            yield [
                Span(padded(tr(_BACK), _LEG), "bold"),
                Span(tr("not reached") if trace.forward.verdict is not Verdict.REFUSED else tr("the refusal"), "dim"),
            ]
        if seen is not None:
            yield from live.footer(self._terminal, trace, seen)
        yield from self._policies(trace)
        for finding in trace.findings:
            yield []
            yield from self._terminal.finding(finding, {})
        for remark in trace.remarks:
            yield []
            yield from self._terminal.wrapped(tr("note: {remark}", remark=remark), "", "yellow", 6)
        if trace.assumed:
            yield []
            yield from self._terminal.wrapped(
                tr("assumed, because you said so: {assumed}", assumed=", ".join(trace.assumed)), "", "yellow", 2
            )
        yield from self._unknowns(trace)

    def _headline(self, trace: Trace) -> Iterator[Line]:
        sign, style = _SIGNS.get(trace.verdict, ("bad", "bold red"))
        yield from self._terminal.wrapped(sentence(trace, self._sign["arrow"]), f"{self._sign[sign]} ", style, 2)
        if trace.verdict is Verdict.UNKNOWN and not trace.reaches_edge:
            yield from self._next(trace)

    def _next(self, trace: Trace) -> Iterator[Line]:
        """Yield one line to run on each node, and to paste with what is there."""
        for node, commands in what_to_run(trace.unknowns).items():
            yield [Span(tr("  on {node}, run this and paste what it prints, too:", node=node), "cyan")]
            yield from self._terminal.commands(commands, "    ")

    def _leg(self, name: str, leg: Leg, seen: Seen | None) -> Iterator[Line]:
        several = len(leg.branches) > 1
        for number, branch in enumerate(leg.branches):
            share = ""
            if several:
                likely = (
                    tr("{probability:.0%} of flows", probability=branch.probability)
                    if branch.probability is not None
                    else tr("some flows")
                )
                share = f"{likely} {tr(branch.verdict)}"
            mtu = f"MTU {branch.path_mtu}" if branch.path_mtu is not None else ""
            mtu += " " * (live.COLUMN - columns(tr("seen"))) + tr("seen") if seen is not None and number == 0 else ""
            head = padded(tr(name) if number == 0 else "", _LEG) + share
            gap = " " * max(2, self._width - columns(head) - columns(mtu))
            yield [Span(head, "bold"), Span(f"{gap}{mtu}".rstrip(), "dim")]
            yield from self._steps(branch, seen if number == 0 else None)

    def _steps(self, branch: Branch, seen: Seen | None) -> Iterator[Line]:
        nodes = min(max((columns(step.node) for step in branch.steps), default=0), 14)
        spaces = min(max((columns(_short(step)) for step in branch.steps), default=0), 18)
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
            sight = live.column(branch, seen, at, self._sign) if seen is not None else None
            yield from self._summary(head, step, style, sight)
            if self._evidence:
                yield from self._shown(head, step)
            if step.teaches:
                yield from self._terminal.wrapped(step.teaches, " " * 6, "dim italic")

    def _cut(self, name: str, room: int) -> str:
        return padded(cut(name, room, self._sign["cut"]), room)

    def _summary(self, head: str, step: TraceStep, style: str, sight: Span | None) -> Iterator[Line]:
        """Yield a step; what was seen of it has a column of its own at the right."""
        stage = "" if isinstance(step.facts, Ended) else tr(steps.label(step.facts))
        text = steps.sentence(step.facts).replace("→", self._sign["arrow"])
        width = self._width - (live.COLUMN if sight is not None else 0)
        seen = [Span("  "), sight] if sight is not None and sight.text else []
        room = width - columns(head) - _GUTTER - columns(stage)
        if columns(text) <= room:
            gap = " " * (width - columns(head) - columns(text) - columns(stage))
            tail = f"{gap}{stage}" if stage or seen else ""
            yield [Span(head), Span(text, style), Span(tail, "dim"), *seen]
            return
        indent = min(columns(head), self._width // 2)
        lines = list((self._narrow if sight is not None else self._terminal).wrapped(text, " " * indent, style))
        first = [Span(head), *([Span(lines[0][0].text[indent:], style)] if indent == columns(head) else [])]
        length = sum(columns(span.text) for span in first)
        yield [*first, *([Span(" " * max(0, width - length)), *seen] if seen else [])]
        yield from lines[1:] if indent == columns(head) else lines

    def _shown(self, head: str, step: TraceStep) -> Iterator[Line]:
        for item in step.evidence:
            yield [Span(f"{' ' * columns(head)}{item.command}", "dim")]
            yield from self._terminal.wrapped(" ".join(item.line.split()), " " * (columns(head) + 2), "dim")

    def _policies(self, trace: Trace) -> Iterator[Line]:
        """Yield what policies say, the denials first."""
        if trace.policies:
            yield []
            yield [Span(tr("policies"), "bold")]
        for one in sorted(trace.policies, key=lambda one: _PERMITS.index(one.permit)):
            sign, style = _PERMITTED[one.permit]
            yield from self._terminal.wrapped(policed(one), f"  {self._sign[sign]} ", style, 4)
            for item in one.unknowns:
                yield from self._terminal.wrapped(tr("unknown: {missing}", missing=item.missing), "    ", "cyan", 4)
                yield from self._terminal.commands(item.command, "      ")
        if absent := dict.fromkeys(kind for one in trace.policies for kind in one.assumed):
            yield from self._terminal.wrapped(
                tr("assumed: the cluster has no {absent}", absent=", ".join(absent)), "    ", "dim", 4
            )

    def _unknowns(self, trace: Trace) -> Iterator[Line]:
        if not trace.unknowns or trace.verdict is Verdict.DELIVERED or trace.reaches_edge:
            return
        yield []
        for item in trace.unknowns:
            yield from self._terminal.wrapped(
                tr("unknown: {missing}, on {node}", missing=item.missing, node=item.node), f"{self._sign['open']} ", "cyan", 2
            )
            if trace.verdict is not Verdict.UNKNOWN or item.node not in what_to_run([item]):
                yield from self._terminal.commands(item.command)


def _short(step: TraceStep) -> str:
    return step.netns.partition(":")[2] if step.netns else "host"
