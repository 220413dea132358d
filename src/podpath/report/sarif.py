"""``check --format sarif``: the findings for code-scanning pages and editors (SARIF 2.1.0, OASIS, 27 March 2020)."""

from typing import Any, Final
from urllib.parse import quote

from podpath import __version__
from podpath.causes.registry import cause
from podpath.report.json_text import json_text
from podpath.state.evidence import Unknown
from podpath.state.finding import Evidence, Finding, Report, Severity
from podpath.state.visible import visible

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report) -> str:
    """Return the report as a SARIF log of one run; what is unknown are notifications of the run, and no results."""
    names = list(dict.fromkeys(finding.check for finding in report.findings))
    run = {
        "tool": {"driver": {"name": "podpath", "version": __version__, "rules": [_rule(name) for name in names]}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {"executionSuccessful": True, "toolExecutionNotifications": [_notification(item) for item in report.unknowns]}
        ],
        "results": [_result(finding, names.index(finding.check)) for finding in report.findings],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(name: str) -> dict[str, Any]:
    found = cause(name)
    return {
        "id": name,
        "shortDescription": {"text": found.title},
        "fullDescription": {"text": found.explain},
        "defaultConfiguration": {"level": _LEVELS[found.severity]},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    told = (f"{finding.summary}.", finding.why, *(f"fix: {line}" for line in finding.fix_lines))
    shown = [_shown(item) for item in finding.evidence if item.file is not None]
    where = [{"logicalLocations": [_logical(finding.node, finding.netns)]}]
    return {
        "ruleId": finding.check,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": visible("\n".join(part for part in told if part))},
        "locations": shown[:1] or where,
        "relatedLocations": [{"id": number, **location} for number, location in enumerate(shown[1:], 1)],
        "properties": {"confidence": finding.confidence, "node": visible(finding.node), "netns": visible(finding.netns)},
    }


def _shown(item: Evidence) -> dict[str, Any]:
    """Return the line of a file that is evidence."""
    region = {"startLine": item.file_line or 1, "snippet": {"text": visible(item.line)}}
    return {
        "physicalLocation": {"artifactLocation": {"uri": quote(item.file or "")}, "region": region},
        "logicalLocations": [_logical(item.node, item.netns)],
        "message": {"text": visible(item.command or item.line)},
    }


def _logical(node: str, netns: str) -> dict[str, str]:
    """Return a node, or a namespace of it."""
    return {"fullyQualifiedName": visible(f"{node}/{netns}" if netns else node), "kind": "resource"}


def _notification(item: Unknown) -> dict[str, Any]:
    run = f"; run: {item.command}" if item.command else ""
    return {"level": "note", "message": {"text": visible(f"unknown on {item.node}: {item.missing}{run}")}}
