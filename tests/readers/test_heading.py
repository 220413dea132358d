"""How people mark a heading."""

import pytest

from podpath.readers.heading import core_of, stands_out


@pytest.mark.parametrize("line", ["## node n1", "**n1**", "=== n1 ===", "<summary>n1</summary>", "1. n1:", "n1:"])
def test_a_mark_makes_a_line_stand_out(line: str) -> None:
    """And the line is read without it."""
    assert stands_out(line)
    assert core_of(line) in {"n1", "node n1"}


def test_what_is_shown_of_a_machine_is_no_part_of_its_name() -> None:
    """Before the name, or behind it."""
    assert core_of("Routing table on 192.0.2.1:") == "192.0.2.1"
    assert core_of("Worker 1 ip route") == "Worker 1"
    assert not stands_out("the route is gone")
