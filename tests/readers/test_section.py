"""The output of one command."""

import pytest

from podpath.readers import ip_route
from podpath.readers.ip_rule import READER
from podpath.readers.place import NOBODY, Place
from podpath.readers.section import Section, claims, is_apart, is_remarked, is_rest, placed
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


@pytest.mark.parametrize(
    ("before", "rest", "joined"),
    [
        ("10.244.1.0/24 dev cni0 proto kernel scope link src", "10.244.1.1", True),
        ("10.244.2.0/24 via 10.244.2.0 dev flannel.1", "onlink", True),
        ("default via 192.0.2.1 dev enx001122334455667788 proto dhcp src 192.0.2.11", "metric 100", True),
        ("10.244.2.0/24 via 10.244.2.0 dev flannel.1", "worker-2", False),
        ("10.244.2.0/24 via 10.244.2.0 dev flannel.1", "and on the other node", False),
    ],
)
def test_a_line_that_a_mail_program_has_wrapped_is_joined(before: str, rest: str, *, joined: bool) -> None:
    """If the two are one line of that output, and the rest alone is none."""
    one = section()
    one.reader, one.words, one.lines = ip_route.READER, ["ip", "route"], [before]
    assert is_rest(one, rest) is joined
    assert one.lines == ([f"{before} {rest}", ""] if joined else [before])


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
