"""Many clusters judged together."""

from podpath.state.finding import Confidence, Finding, Report, Severity
from podpath.state.fleet import ClusterResult


def test_the_findings_of_a_cluster_are_counted_by_severity() -> None:
    """A cluster that could not be judged has none."""
    found = Finding("x", Severity.ERROR, Confidence.PROVEN, "n1", "", "s", "", (), ())
    report = Report(("n1",), (found, found._replace(severity=Severity.INFO)), (), (), 1)
    result = ClusterResult("prod", 1, report, None)
    assert [result.count(severity) for severity in Severity] == [1, 0, 1]
    assert ClusterResult("prod", 0, None, None, problem="x").count(Severity.ERROR) == 0
