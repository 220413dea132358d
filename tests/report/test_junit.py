"""JUnit's XML."""

from xml.etree import ElementTree as ET

from podpath.report.junit import render
from podpath.state.finding import Confidence, Finding, Report, Severity
from tests.checks.overlay.mesh.clusters import damaged, judged


def test_each_check_and_each_pair_is_a_case() -> None:
    """A finding fails its check, an unknown pair is skipped, and the counts add up."""
    report = judged(damaged("204", "dst 192.168.200.206", "dst 192.168.200.209"))
    suite = ET.fromstring(render(report, ("fdb-stale-vtep-ip", "ip-forward-off")))  # noqa: S314 - our own text
    cases = {case.get("name"): [child.tag for child in case] for case in suite}
    assert cases["fdb-stale-vtep-ip"] == ["failure"]
    assert cases["192.168.200.204 to 192.168.200.206"] == ["failure"]
    assert cases["192.168.200.204 to 192.168.200.205"] == []
    assert cases["192.168.200.205 to 192.168.200.204"] == ["skipped"]
    assert int(suite.get("tests", "0")) == len(cases)
    assert int(suite.get("failures", "0")) == sum("failure" in tags for tags in cases.values())
    assert int(suite.get("skipped", "0")) == sum("skipped" in tags for tags in cases.values())


def test_what_xml_cannot_hold_is_shown() -> None:
    """A container's name may be anything."""
    finding = Finding("x", Severity.ERROR, Confidence.PROVEN, "n", "", "a \x00\x1b <b> & ]]>", "", (), ())
    suite = ET.fromstring(render(Report(("n",), (finding,), (), (), 1)))  # noqa: S314 - our own text
    assert suite[0][0].get("message") == "a \\x00\\x1b <b> & ]]>"
