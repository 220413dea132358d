"""Causes that a lab does not show."""

from podpath.checks.engine.registry import checks
from podpath.lab.faults.absent import absent
from podpath.lab.faults.registry import faults


def test_what_has_a_fault_is_not_absent() -> None:
    """And the other way round."""
    assert set(absent()) & set(faults()) == set()


def test_every_check_has_a_fault_or_a_reason() -> None:
    """So that nobody has to wonder why a cause cannot be tried."""
    assert [name for name in checks() if name not in faults() and name not in absent()] == []
