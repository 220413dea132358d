"""``ip neigh``."""

import pytest

from podpath.readers.ip_neigh import READER
from podpath.state.address import parse_ip, parse_mac
from podpath.state.evidence import Complete
from podpath.state.neighbour import Neighbour
from tests.readers.helper import complaints, rows

MAC = parse_mac("82:ce:7c:3e:91:36")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("10.42.1.0 dev flannel.1 lladdr 82:ce:7c:3e:91:36 PERMANENT",
         Neighbour("flannel.1", 4, parse_ip("10.42.1.0"), MAC, "PERMANENT")),
        ("10.0.0.9 dev eth0  FAILED", Neighbour("eth0", 4, parse_ip("10.0.0.9"), None, "FAILED")),
        ("fe80::1 dev eth0 lladdr 82:ce:7c:3e:91:36 router STALE",
         Neighbour("eth0", 6, parse_ip("fe80::1"), MAC, "STALE", "router")),
        ("10.0.0.9 dev eth0 lladdr 82:ce:7c:3e:91:36 ref 1 used 35/0/35 probes 4 REACHABLE",
         Neighbour("eth0", 4, parse_ip("10.0.0.9"), MAC, "REACHABLE")),
        ("10.0.0.9 dev eth0 lladdr 82:ce:7c:3e:91:36 extern_learn NOARP proto zebra",
         Neighbour("eth0", 4, parse_ip("10.0.0.9"), MAC, "NOARP", "extern_learn")),
        ("10.0.0.9 dev eth0 lladdr 82:ce:7c:3e:91:36 NOARP wizard zebra", None),
        ("169.254.1.1 dev cali1 proxy", Neighbour("cali1", 4, parse_ip("169.254.1.1"), None, None, "proxy")),
    ],
)  # fmt: skip
def test_a_line_is_read(line: str, expected: Neighbour | None) -> None:
    """State, flags and statistics in the order that iproute2 and busybox print them; unknown words are told."""
    found = rows(READER, "ip neigh", line)
    if expected is None:
        assert len(complaints(READER, "ip neigh", line)) == 1
    else:
        assert found == [expected]


def test_the_device_may_stand_in_the_command_only() -> None:
    """`ip neigh show dev X` leaves it out of the lines."""
    found = rows(READER, "ip neigh show dev flannel.1", "10.42.1.0 lladdr 82:ce:7c:3e:91:36 PERMANENT")
    assert found == [Neighbour("flannel.1", 4, parse_ip("10.42.1.0"), MAC, "PERMANENT")]


def test_a_bad_word_is_quoted() -> None:
    """The complaint says which word is wrong."""
    assert complaints(READER, "ip neigh", "10.42.1.0 dev x lladdr 82:ce:7c:3e:91:3g PERMANENT") == [
        (0, 'this looks like `ip neigh` output but "82:ce:7c:3e:91:3g" is not a MAC address')
    ]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("ip neigh", (None, None, Complete.YES)),
        ("ip n", (None, None, Complete.YES)),
        ("ip -6 neighbour show dev eth0", (6, "eth0", Complete.YES)),
        ("ip neigh show nud permanent", (None, None, Complete.NO)),
        ("ip neigh get 10.0.0.1 dev eth0", None),
        ("ip neigh looks fine", None),
    ],
)
def test_the_command_says_what_is_covered(command: str, expected: tuple[int | None, str | None, Complete] | None) -> None:
    """A device narrows the coverage, another filter makes silence mean nothing."""
    coverage = READER.accepts(command.split())
    found = None if coverage is None else (coverage[0].family, coverage[0].dev, coverage[0].complete)
    assert found == expected


@pytest.mark.parametrize(
    ("line", "is_entry"),
    [
        ("1: ref = This is a test", False),
        ("10.0.0.7 dev eth0 ref 1 used 5/0/5 probes 1 FAILED", True),
        ("10.0.0.7 dev eth0 proxy", True),
    ],
)
def test_a_line_of_a_program_is_no_entry(line: str, *, is_entry: bool) -> None:
    """Behind `ref` stands a number."""
    assert READER.starts is not None
    assert (READER.starts.match(line) is not None) == is_entry
