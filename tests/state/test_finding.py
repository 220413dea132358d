"""Findings."""

from podpath.state.finding import Severity


def test_severities_are_ordered_by_weight() -> None:
    """The heaviest comes first."""
    assert sorted(Severity, key=lambda severity: severity.rank) == [Severity.ERROR, Severity.WARNING, Severity.INFO]
