"""What a check is."""

import dataclasses

import pytest

from podpath.checks.interface import Check, Need


def test_a_check_is_frozen_and_asks_nothing_unless_it_says_otherwise() -> None:
    """The cause of its name has the words and the weight."""
    check = Check()
    assert (check.sql, check.needs, check.applies, check.asked, check.walked) == ("", (), "", False, False)
    with pytest.raises(dataclasses.FrozenInstanceError):
        check.sql = "y"  # type: ignore[misc]


def test_a_need_may_leave_part_and_family_open() -> None:
    """A whole table of both families is then meant."""
    assert Need("route", "ip route") == Need("route", "ip route", None, None)
