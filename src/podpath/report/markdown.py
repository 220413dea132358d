"""``check --format markdown``: for tickets and pull requests."""

import re
from typing import Final

from podpath.language import tr
from podpath.report.words import headline, learn_lines, short_names, unread_line
from podpath.state.finding import Finding, OverlayResult, Report, Status
from podpath.state.visible import visible

_SIGN: Final = {Status.PROVEN: "✓", Status.BROKEN: "✗", Status.UNKNOWN: "?"}
_WIDEST: Final = 20


def _text(text: str) -> str:
    """Escape what Markdown or HTML would take for its own: what a snapshot says stays text."""
    return re.sub(r"([\\`*_{}\[\]<>#|])", r"\\\1", visible(text))


def _code(text: str) -> str:
    """Return text as inline code, fenced by more backticks than it holds."""
    text = visible(text)
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def render(report: Report) -> str:
    """Return the report as Markdown."""
    lines = ["# podpath check", "", _text(headline(report)), ""]
    for finding in report.findings:
        lines += _finding(finding)
    for overlay in report.overlays:
        lines += _matrix(overlay)
    learn = learn_lines(report)
    if learn:
        lines += ["## Unknown", "", *(f"- {_text(text)}: {_code(command)}" for text, command in learn), ""]
    if report.unread:
        lines += [tr("## Not read"), "", *(f"- {_text(unread_line(item))}" for item in report.unread), ""]
    return "\n".join(lines)


def _finding(finding: Finding) -> list[str]:
    lines = [f"## {finding.severity}: {finding.check} on {_text(finding.node)} ({finding.confidence})", ""]
    lines += [_text(finding.headline), "", _text(finding.why), ""]
    for item in finding.evidence:
        place = f" ({_text(item.file)}:{item.file_line})" if item.file else ""
        lines.append(f"- {_text(item.node)}: {_code(item.command)} → {_code(item.line)}{place}")
    if finding.fix:
        lines += ["", "Fix:", "", *(f"- {_code(text)}" for text in finding.fix_lines)]
    return [*lines, ""]


def _matrix(overlay: OverlayResult) -> list[str]:
    if not overlay.pairs or len(overlay.nodes) > _WIDEST:
        return [
            f"## {_text(overlay.name)}",
            "",
            tr(
                "{proven} proven, {broken} broken, {unknown} unknown",
                proven=overlay.proven,
                broken=overlay.broken,
                unknown=overlay.unknown,
            ),
            "",
        ]
    names = short_names(overlay.nodes)
    status = {(pair.source, pair.target): _SIGN[pair.status] for pair in overlay.pairs}
    head = tr("| from \\ to | ") + " | ".join(_text(names[node]) for node in overlay.nodes) + " |"
    rule = "| --- |" + " --- |" * len(overlay.nodes)
    rows = [
        f"| {_text(names[one])} | " + " | ".join(status.get((one, other), "·") for other in overlay.nodes) + " |"
        for one in overlay.nodes
    ]
    return [f"## {_text(overlay.name)}", "", head, rule, *rows, ""]
