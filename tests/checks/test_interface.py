"""What a check is."""

import dataclasses

import pytest

from podpath.checks.interface import Check, Need
from podpath.state.finding import Confidence, Severity


def test_a_check_is_proven_and_frozen_unless_it_says_otherwise() -> None:
    """The texts are needed, the rest has its usual value."""
    check = Check(name="x", severity=Severity.INFO, title="t", explain="e", summary=("s",), why="w", fix=())
    assert (check.confidence, check.needs, check.applies, check.follows) == (Confidence.PROVEN, (), "", ())
    with pytest.raises(dataclasses.FrozenInstanceError):
        check.name = "y"  # type: ignore[misc]


def test_a_need_may_leave_part_and_family_open() -> None:
    """A whole table of both families is then meant."""
    assert Need("route", "ip route") == Need("route", "ip route", None, None)
