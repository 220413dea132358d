"""Short answers for a chat or a program that has little room: the verdict first, then what proves it, then what to run.

Each is at most :data:`MOST` bytes; what does not fit is counted, never cut in the middle of a line.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from podpath.report.diff import as_text as diff_text
from podpath.report.trace import sentence
from podpath.report.words import headline, learn_lines
from podpath.state.change import Diff
from podpath.state.evidence import Unknown
from podpath.state.finding import Evidence, Finding, Report, Severity
from podpath.state.trace import Trace
from podpath.state.visible import visible

MOST: Final = 2000
"""Maximum size of an answer in bytes of UTF-8."""
_LONGEST: Final = 300
"""Maximum number of characters in a line: evidence may hold whole rules."""
_EVIDENCE: Final = 3
_COLUMNS: Final = 100


def of_report(report: Report) -> str:
    """Return what a check found: the worst first, notes last."""
    return _fitted(_of_report(report))


def of_trace(trace: Trace) -> str:
    """Return how a trace ended, the cause with evidence and fix, and what is unknown with the command that would show it."""
    return _fitted(_of_trace(trace))


def of_diff(diff: Diff) -> str:
    """Return what changed."""
    return _fitted(diff_text(diff, _COLUMNS, unicode=True).splitlines())


def of_rows(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return the answer to a query: values between tabs."""
    lines = ("\t".join("" if value is None else visible(str(value)) for value in row) for row in rows)
    return _fitted([f"{len(rows)} row{'' if len(rows) == 1 else 's'}", "\t".join(map(visible, names)), *lines])


def of_text(title: str, text: str) -> str:
    """Return a page of text."""
    return _fitted([title, "", *text.strip().splitlines()])


def _fitted(lines: Iterable[str]) -> str:
    """Return the lines that fit, and how many more there are."""
    kept: list[str] = []
    left = 0
    size = 0
    room = MOST - len("… 1000000 more lines\n")
    for line in lines:
        short = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
        size += len(short.encode()) + 1
        if left or size > room:
            left += 1
        else:
            kept.append(short)
    if left:
        kept.append(f"… {left} more line{'' if left == 1 else 's'}")
    return "\n".join(kept) + "\n"


def _of_report(report: Report) -> Iterator[str]:
    yield visible(headline(report))
    told = [finding for finding in report.findings if finding.severity is not Severity.INFO]
    for finding in told or report.findings:
        yield from _finding(finding)
    for text, command in learn_lines(report):
        yield f"unknown: {visible(text)}"
        yield f"  run: {visible(command)}"


def _of_trace(trace: Trace) -> Iterator[str]:
    yield visible(f"{trace.verdict}: {sentence(trace)}")
    if trace.cause is not None:
        yield from _finding(trace.cause)
    leg = trace.reply if trace.reply is not None and trace.forward.verdict.name == "DELIVERED" else trace.forward
    for evidence in [one for step in leg.worst.steps[-1:] for one in step.evidence][:_EVIDENCE] if trace.cause is None else ():
        yield _evidence(evidence)
    yield from (f"note: {visible(remark)}" for remark in trace.remarks)
    yield from (line for unknown in trace.unknowns for line in _unknown(unknown))
    yield from (f"assumed: {visible(said)}" for said in trace.assumed)


def _finding(finding: Finding) -> Iterator[str]:
    yield f"{finding.severity} {finding.check} on {visible(finding.node)} ({finding.confidence}): {visible(finding.headline)}"
    yield from (_evidence(evidence) for evidence in finding.evidence[:_EVIDENCE])
    yield from (f"  fix: {visible(line)}" for line in finding.fix_lines)


def _evidence(evidence: Evidence) -> str:
    place = f" [{evidence.file}:{evidence.file_line}]" if evidence.file else ""
    return visible(f"  {evidence.node} {evidence.netns}".rstrip() + f": {evidence.command}: {evidence.line}{place}")


def _unknown(unknown: Unknown) -> Iterator[str]:
    yield f"unknown: {visible(unknown.missing)}, on {visible(unknown.node)}"
    if unknown.command:
        yield f"  run: {visible(unknown.command)}"
