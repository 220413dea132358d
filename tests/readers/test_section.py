"""The output of one command."""

import pytest

from podpath.readers import ip_link, ip_route
from podpath.readers.ip_rule import READER
from podpath.readers.place import NOBODY, Place
from podpath.readers.section import Section, claims, is_another, is_apart, is_remarked, is_rest, placed, unambiguous
from podpath.readers.typed import known_commands
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


def test_a_terminal_breaks_a_line_within_a_word() -> None:
    """At its width; a name below a line as long as that is no part of it."""
    whole = "    link/ether 02:00:5e:00:53:01 brd ff:ff:ff:ff:ff:ff link-netnsid 0 mtu 1500 qdisc noqueue group default qlen 1000"
    one = section()
    one.reader, one.words, one.lines = ip_link.READER, ["ip", "link"], [f"2: eth0: <UP> mtu 1500\n{whole}"[-len(whole) :][:100]]
    assert is_rest(one, whole[100:]) == (one.lines[0] == whole)
    one.lines = ["10.244.2.0      10.244.2.0      255.255.255.0   UG    0      0        0 flannel.1"]
    assert not is_rest(one, "worker")


def test_lines_that_are_missing_take_its_completeness() -> None:
    """Of every table."""
    one = section()
    one.shows_at_most(Complete.NO)
    assert {part.complete for part in one.coverage} == {Complete.NO}


def test_an_output_of_nobody_is_unread() -> None:
    """Nothing tells where it ran."""
    one = section(Place("", NOBODY))
    assert placed(one, "f") is None, "there is nothing to read"
    one.lines.append(RULE)
    assert isinstance(placed(one, "f"), Unread)


def test_a_command_that_nobody_ran_tells_nothing() -> None:
    """No prompt stood before it, and no line follows."""
    assert section().tells
    assert not section(typed=False).tells


def test_what_an_output_has_once_begins_another() -> None:
    """Unless several commands of one line have printed it."""
    one = section()
    one.reader, one.commands = ip_link.READER, 2
    first = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN mode DEFAULT group default qlen 1000"
    assert [is_another(one, first) for _ in range(3)] == [False, False, True]
    assert not is_another(one, RULE)


def test_commands_that_cover_no_table_are_joined() -> None:
    """Lines of `ip route get A; ip route get B` say themselves what they are."""
    pending = known_commands("ip route get 192.0.2.1; ip route get 192.0.2.2", Place())
    assert pending is not None
    (joined,) = unambiguous(pending)
    assert joined.joined == len(pending)
