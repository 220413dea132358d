"""The output of one command."""

from podpath.readers.ip_rule import READER
from podpath.readers.place import NOBODY, Place
from podpath.readers.section import Section, claims, is_apart, is_remarked, placed
from podpath.readers.whereabouts import NodeRef
from podpath.state.evidence import Complete, Unread

RULE = "0:\tfrom all lookup local"


def section(place: Place | None = None, *, typed: bool = True) -> Section:
    """Return an output of `ip rule` without a line."""
    coverage = READER.accepts(["ip", "rule"]) or ()
    return Section(NodeRef("n1"), place or Place(), "ip rule", ["ip", "rule"], READER, coverage, 1, typed=typed)


def test_a_line_is_claimed_with_and_without_a_remark() -> None:
    """What stands behind it does no harm."""
    assert claims(READER, RULE)
    assert is_remarked(section(), f"{RULE}   # <--- here")


def test_dots_stand_apart() -> None:
    """They are what a person puts for lines left out."""
    assert is_apart(section(), "...")
    assert not is_apart(section(), RULE)


def test_lines_that_are_missing_take_its_completeness() -> None:
    """Of every table."""
    one = section()
    one.shows_at_most(Complete.NO)
    assert {part.complete for part in one.coverage} == {Complete.NO}


def test_an_output_of_nobody_is_unread() -> None:
    """Nothing tells where it ran."""
    assert isinstance(placed(section(Place("", NOBODY)), "f"), Unread)


def test_a_command_that_nobody_ran_tells_nothing() -> None:
    """No prompt stood before it, and no line follows."""
    assert section().tells
    assert not section(typed=False).tells
