"""The lines of a text, one by one and many at once."""

import io
import re
from contextlib import nullcontext

from podpath.readers.lines import Lines, Passed
from tests.readers.test_log_lines import lines_of

A = re.compile(r"(?>a.*\n)++")


def test_lines_come_without_ends_and_terminal_codes() -> None:
    """The last one may lack its end."""
    assert list(lines_of("\x1b[32mone\x1b[0m\n\ntwo")) == ["one", "", "two"]


def test_a_run_is_passed_over() -> None:
    """Iterating goes on behind it."""
    lines = lines_of("x\na1\na2\nb\n")
    seen = iter(lines)
    assert next(seen) == "x"
    assert lines.pass_over(A, ()) == Passed(2, "a1")
    assert lines.pass_over(A, ()) is None
    assert list(seen) == ["b"]


def test_nothing_is_passed_over_in_a_short_text() -> None:
    """Each line is looked at: that takes less time than to compile a pattern."""
    lines = Lines(lambda: nullcontext(io.StringIO("x\na1\na2\n")))
    seen = iter(lines)
    next(seen)
    assert lines.pass_over(A, ()) is None
    assert list(seen) == ["a1", "a2"]


def test_a_mark_stops_a_run() -> None:
    """The line that holds it is not passed over, those before and behind it are."""
    lines = lines_of("x\na1\na MARK\na3\nb\n")
    seen = iter(lines)
    next(seen)
    assert lines.pass_over(A, ("MARK",)) == Passed(1, "a1")
    assert lines.pass_over(A, ("MARK",)) is None
    assert next(seen) == "a MARK"
    assert lines.pass_over(A, ("MARK",)) == Passed(1, "a3")
    assert list(seen) == ["b"]
