"""SARIF 2.1.0."""

import json
from typing import Any
from urllib.parse import unquote

from podpath.report.sarif import ReportingDescriptor, render
from podpath.state.evidence import Unknown
from podpath.state.finding import Confidence, Evidence, Finding, Report, Severity
from podpath.state.fix import Fix

RULES = {"fdb-stale-vtep-ip": ReportingDescriptor("An entry points to the wrong node", "At length.", Severity.ERROR)}
EVIDENCE = (
    Evidence("n1", "", "bridge fdb", "0a:00 dst 192.0.2.1", "my notes/n 1.txt", 7),
    Evidence("n2", "pod:web", "ip addr", "inet 10.0.0.1", "my notes/n 2.txt", 9),
)


def log(*findings: Finding, unknowns: tuple[Unknown, ...] = ()) -> dict[str, Any]:
    """Return the one run of a report."""
    document = json.loads(render(Report(("n1",), findings, unknowns, (), 1), RULES))
    assert (document["version"], len(document["runs"])) == ("2.1.0", 1)
    run: dict[str, Any] = document["runs"][0]
    return run


def finding(severity: Severity = Severity.ERROR, evidence: tuple[Evidence, ...] = EVIDENCE, node: str = "n1") -> Finding:
    """Return a finding."""
    fix = (Fix("restart the CNI's agent"),)
    return Finding("fdb-stale-vtep-ip", severity, Confidence.LIKELY, node, "pod:web", "the entry is wrong", "lost", evidence, fix)


def test_a_finding_is_a_result_of_a_rule_at_the_line_that_shows_it() -> None:
    """Its other evidence is related; the file's name is a URI reference (RFC 3986)."""
    run = log(finding(), finding(Severity.INFO))
    (rule,) = run["tool"]["driver"]["rules"]
    first, second = run["results"]
    assert (rule["id"], first["ruleId"], first["ruleIndex"]) == ("fdb-stale-vtep-ip",) * 2 + (0,)
    assert (first["level"], second["level"]) == ("error", "note")
    place = first["locations"][0]["physicalLocation"]
    assert unquote(place["artifactLocation"]["uri"]) == "my notes/n 1.txt"
    assert " " not in place["artifactLocation"]["uri"]
    assert place["region"]["startLine"] == 7
    assert first["relatedLocations"][0]["logicalLocations"][0]["fullyQualifiedName"] == "n2/pod:web"
    assert "fix: restart the CNI's agent" in first["message"]["text"]


def test_a_live_finding_has_the_place_alone() -> None:
    """No file holds its line."""
    (result,) = log(finding(evidence=()))["results"]
    assert result["locations"] == [{"logicalLocations": [{"fullyQualifiedName": "n1/pod:web", "kind": "resource"}]}]


def test_what_is_unknown_is_no_result() -> None:
    """Nor is it health: the run says it, with the command that would tell."""
    run = log(unknowns=(Unknown("n1", "the routes", "ip route show", ("x",)),))
    (told,) = run["invocations"][0]["toolExecutionNotifications"]
    assert run["results"] == []
    assert "run: ip route show" in told["message"]["text"]


def test_a_hostile_name_is_shown() -> None:
    """It may hold anything."""
    (result,) = log(finding(node="n\x1b[31m"))["results"]
    assert "\x1b" not in json.loads(json.dumps(result))["properties"]["node"]
