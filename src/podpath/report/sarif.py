"""``check --format sarif``: the findings for code-scanning pages and editors (SARIF 2.1.0, OASIS, 27 March 2020)."""

import string
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from podpath import __version__
from podpath.report.json_text import json_text
from podpath.state.evidence import Unknown
from podpath.state.finding import Evidence, Finding, Report, Severity
from podpath.state.visible import visible

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}

_UNRESERVED: Final = frozenset(f"{string.ascii_letters}{string.digits}-._~/".encode())
"""Bytes that stand for themselves in the path of a URI (RFC 3986, 2.3 and 3.3)."""


class ReportingDescriptor(NamedTuple):
    """What a check is about.

    Attributes:
        title: in a few words.
        explain: at length.
        severity: how much its findings hurt, as a rule.
    """

    title: str
    explain: str
    severity: Severity


def render(report: Report, rules: Mapping[str, ReportingDescriptor]) -> str:
    """Return the report as a SARIF log of one run; what is unknown are notifications of the run, and no results.

    Args:
        report: the report.
        rules: what the checks of its findings are about, by name.
    """
    names = list(dict.fromkeys(finding.check for finding in report.findings))
    run = {
        "tool": {"driver": {"name": "podpath", "version": __version__, "rules": [_rule(name, rules[name]) for name in names]}},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {"executionSuccessful": True, "toolExecutionNotifications": [_notification(item) for item in report.unknowns]}
        ],
        "results": [_result(finding, names.index(finding.check)) for finding in report.findings],
    }
    return json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(name: str, found: ReportingDescriptor) -> dict[str, Any]:
    return {
        "id": name,
        "shortDescription": {"text": found.title},
        "fullDescription": {"text": found.explain},
        "defaultConfiguration": {"level": _LEVELS[found.severity]},
    }


def _result(finding: Finding, index: int) -> dict[str, Any]:
    told = (f"{finding.headline}.", finding.why, *(f"fix: {line}" for line in finding.fix_lines))
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
        "physicalLocation": {"artifactLocation": {"uri": _uri(item.file or "")}, "region": region},
        "logicalLocations": [_logical(item.node, item.netns)],
        "message": {"text": visible(item.command or item.line)},
    }


def _uri(path: str) -> str:
    """Return a path as a URI reference."""
    return "".join(chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in path.encode("utf-8", "surrogateescape"))


def _logical(node: str, netns: str) -> dict[str, str]:
    """Return a node, or a namespace of it."""
    return {"fullyQualifiedName": visible(f"{node}/{netns}" if netns else node), "kind": "resource"}


def _notification(item: Unknown) -> dict[str, Any]:
    run = f"; run: {item.command}" if item.command else ""
    return {"level": "note", "message": {"text": visible(f"unknown on {item.node}: {item.missing}{run}")}}
