"""``check --format junit``: a test case for each check, for the CI systems that show such files."""

import re
from typing import Final
from xml.etree import ElementTree as ET

from podpath.state.finding import Finding, Report, Status
from podpath.state.visible import visible

_FORBIDDEN: Final = re.compile("[\ufffe\uffff]")


def _clean(text: str) -> str:
    """Show what cannot be seen, and replace what XML 1.0 cannot hold."""
    return _FORBIDDEN.sub("\ufffd", visible(text))


def render(report: Report, names: tuple[str, ...] = ()) -> str:
    """Return the report as JUnit's XML.

    Args:
        report: the report.
        names: names of all checks that ran, so that each is a case.
    """
    suite = ET.Element("testsuite", name="podpath check")
    by_check: dict[str, list[Finding]] = {name: [] for name in names}
    for finding in report.findings:
        by_check.setdefault(finding.check, []).append(finding)
    failures = skipped = 0
    for name, findings in by_check.items():
        waiting = [item for item in report.unknowns if name in item.blocks]
        case = ET.SubElement(suite, "testcase", classname="podpath.check", name=name)
        for finding in findings:
            failures += 1
            told = [finding.headline, *(f"{e.node}: {e.command}: {e.line}" for e in finding.evidence), *finding.fix_lines]
            body = "\n".join(map(_clean, told))
            ET.SubElement(case, "failure", message=_clean(finding.headline), type=finding.severity).text = body
        if not findings and waiting:
            skipped += 1
            text = "; ".join(f"on {item.node} run: {item.command}" for item in waiting)
            ET.SubElement(case, "skipped", message=_clean(f"unknown: {text}"))
    for overlay in report.overlays:
        for pair in overlay.pairs:
            case = ET.SubElement(suite, "testcase", classname=_clean(f"podpath.mesh.{overlay.name}"),
                                 name=_clean(f"{pair.source} to {pair.target}"))  # fmt: skip
            text = _clean("; ".join(link.summary for link in pair.chain if link.status is not Status.PROVEN))
            if pair.status is Status.BROKEN:
                failures += 1
                ET.SubElement(case, "failure", message=text, type="broken")
            elif pair.status is Status.UNKNOWN:
                skipped += 1
                ET.SubElement(case, "skipped", message=f"unknown: {text}")
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suite.set("skipped", str(skipped))
    ET.indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suite, encoding="unicode") + "\n"
