"""Sentences that the reports share."""

import pytest

from podpath.report.words import headline, learn_lines, listed, short_names
from podpath.state.evidence import Unknown
from podpath.state.finding import Confidence, Finding, OverlayResult, Report, Severity


def report(proven: int, unknown: int) -> Report:
    """Return a report with one overlay and no findings."""
    overlay = OverlayResult("flannel.1", ("a", "b", "c"), proven, 0, unknown, ())
    return Report(("a", "b", "c"), (), (), (overlay,), 41)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (report(6, 0), "3 nodes, 6 of 6 pairs proven, 41 checks, nothing to fix"),
        (report(2, 4), "nothing wrong found; 2 of 6 node pairs proven, 4 unknown, 41 checks, nothing to fix"),
    ],
)
def test_the_headline_says_how_it_stands(made: Report, expected: str) -> None:
    """One sentence; what is unknown is never called proven."""
    assert headline(made) == expected


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (Severity.WARNING, "1 node, no error found, 1 warning, 41 checks"),
        (Severity.INFO, "1 node, nothing wrong found, 1 note, 41 checks"),
    ],
)
def test_where_a_warning_stands_below_nobody_says_that_nothing_is_wrong(severity: Severity, expected: str) -> None:
    """It may be what was asked for; a note is not."""
    found = Finding("martian-source", severity, Confidence.PROVEN, "n1", "", "packets were dropped", "", (), ())
    assert headline(Report(("n1",), (found,), (), (), 41)) == expected


def test_warnings_and_notes_are_counted_apart() -> None:
    """A note beside an error is no warning."""
    found = [Finding("martian-source", one, Confidence.PROVEN, "n1", "", "packets were dropped", "", (), ()) for one in Severity]
    assert headline(Report(("n1",), tuple(found), (), (), 41)) == "1 cause of trouble; 1 warning; 1 note"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["192.168.200.204", "192.168.200.205"], ["204", "205"]),
        (["worker-1", "worker-2"], ["1", "2"]),
        (["n1", "n2"], ["n1", "n2"]),
        (["10.0.0.1", "10.0.1.1"], ["10.0.0.1", "10.0.1.1"]),
        (["192.168.200.204"], ["192.168.200.204"]),
    ],
)
def test_names_lose_what_all_have_in_front(names: list[str], expected: list[str]) -> None:
    """So that a matrix fits on a terminal; different networks keep their whole names."""
    assert list(short_names(names).values()) == expected


def test_long_lists_are_cut() -> None:
    """Nobody reads a hundred names."""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert listed([str(n) for n in range(100)]) == "0, 1, 2, 3, 4 and 95 others"


def test_what_is_missing_alike_on_several_nodes_is_one_line() -> None:
    """With all commands to type there."""
    unknowns = tuple(
        Unknown(node, missing, command, ("mesh flannel.1",))
        for node in ("a", "b")
        for missing, command in (("the neighbours", "ip neigh"), ("the routes", "ip route; ip rule"))
    )
    made = Report(("a", "b"), (), unknowns, (), 41)
    assert learn_lines(made) == [("the neighbours and the routes, on a and b", "ip neigh; ip route; ip rule")]
