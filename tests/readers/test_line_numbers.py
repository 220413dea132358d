"""Numbers before lines: what programs print, and what only looks like it. `test_transcript.py` has whole texts."""

import pytest

from podpath.readers.line_numbers import LineNumbers


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("     1\tdefault via 192.0.2.1", "     2\tx"),  # cat -n, nl
        ("1:default via 192.0.2.1", "2:x"),  # grep -n
        ("   1 default via 192.0.2.1", "   2 x"),  # vim
        ("      1 default via 192.0.2.1", "      3 x"),  # less -N, a line left out
        ("   1   │ default via 192.0.2.1", "   2   │ x"),  # bat
        ("L1: default via 192.0.2.1", "L2: x"),
    ],
)
def test_lines_that_count_on_lose_their_numbers(first: str, second: str) -> None:
    """Until a line does not."""
    numbers = LineNumbers()
    assert not numbers
    assert numbers.first(first, lambda *_: True) == "default via 192.0.2.1"
    assert numbers.off(second) == "x"
    assert numbers
    assert numbers.off("root@n1:~#") == "root@n1:~#"
    assert not numbers


@pytest.mark.parametrize("line", ["2: eth0: <UP>", "  501  ip route", "default via 192.0.2.1", "10.0.0.0/8 dev eth0"])
def test_other_lines_have_no_number(line: str) -> None:
    """A list of devices, a history of commands, a route."""
    assert LineNumbers().first(line, lambda inner, _: inner[:1].isalpha() and " via " in inner) is None


def test_a_line_that_does_not_fit_keeps_its_number() -> None:
    """Whoever reads the text decides; it is asked for the number, too."""
    asked: list[tuple[str, int]] = []

    def fits(inner: str, number: int) -> bool:
        asked.append((inner, number))
        return False

    numbers = LineNumbers()
    assert numbers.first("7:x", fits) is None
    assert asked == [("x", 7)]
    assert not numbers
