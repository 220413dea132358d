"""Who answered, as ping(8) prints it."""

import pytest

from podpath.readers.ping import READER
from podpath.state.address import parse_ip
from podpath.state.sighting import Sighting
from tests.readers.helper import read, rows

TWO, NINE, ONE, SIX = (parse_ip(text) for text in ("192.0.2.2", "192.0.2.9", "192.0.2.1", "fd00:db8::2"))
ANSWERED = """\
PING 192.0.2.2 (192.0.2.2) 56(84) bytes of data.
64 bytes from 192.0.2.2: icmp_seq=1 ttl=64 time=0.243 ms
64 bytes from 192.0.2.2: icmp_seq=2 ttl=64 time=0.037 ms

--- 192.0.2.2 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, time 1027ms
rtt min/avg/max/mdev = 0.037/0.140/0.243/0.103 ms
"""
SILENT = """\
PING 192.0.2.9 (192.0.2.9) 56(84) bytes of data.

--- 192.0.2.9 ping statistics ---
1 packets transmitted, 0 received, 100% packet loss, time 0ms

"""
UNREACHABLE = """\
PING 192.0.2.9 (192.0.2.9) from 192.0.2.1 eth0: 56(84) bytes of data.
From 192.0.2.1 icmp_seq=1 Destination Host Unreachable

--- 192.0.2.9 ping statistics ---
1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms
"""
VERSION_6 = """\
PING fd00:db8::2(fd00:db8::2) 56 data bytes
64 bytes from fd00:db8::2: icmp_seq=1 ttl=64 time=0.099 ms
"""
BUSYBOX = """\
PING 192.0.2.2 (192.0.2.2): 56 data bytes
64 bytes from 192.0.2.2: seq=0 ttl=64 time=0.043 ms

--- 192.0.2.2 ping statistics ---
1 packets transmitted, 1 packets received, 0% packet loss
round-trip min/avg/max = 0.043/0.043/0.043 ms
"""
QUIET = """\
PING 192.0.2.2 (192.0.2.2) 56(84) bytes of data.

--- 192.0.2.2 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
"""
CUT = """\
PING 192.0.2.9 (192.0.2.9) 56(84) bytes of data.
^C
"""


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (ANSWERED, Sighting("ping", "answered", "icmp", TWO)),
        (SILENT, Sighting("ping", "silent", "icmp", NINE)),
        (UNREACHABLE, Sighting("ping", "unreachable", "icmp", NINE, ONE, by=ONE, dev="eth0")),
        (VERSION_6, Sighting("ping", "answered", "icmp", SIX)),
        (BUSYBOX, Sighting("ping", "answered", "icmp", TWO)),
        (QUIET, Sighting("ping", "answered", "icmp", TWO)),
    ],
)  # fmt: skip
def test_a_run_is_one_sighting(text: str, row: Sighting) -> None:
    """At its first line."""
    assert read(READER, "ping 192.0.2.2", text) == [(0, row)]


def test_a_run_that_was_cut_off_says_nothing() -> None:
    """Who did not wait has not seen silence."""
    assert rows(READER, "ping 192.0.2.9", CUT) == []


def test_an_error_of_the_own_host_is_of_whom_the_command_line_names() -> None:
    """There is no other line."""
    assert rows(READER, "ping -c 1 192.0.2.9", "ping: connect: Network is unreachable\n") == [
        Sighting("ping", "unreachable", "icmp", NINE)
    ]


@pytest.mark.parametrize(("command", "mine"), [
    ("ping -c 3 -W 1 web", True), ("ping6 fd00::1", True), ("ping -c3 -I eth0 10.0.0.1", True),
    ("ping from n1 to n2", False), ("ping works, dns does not", False), ("ping", False),
])  # fmt: skip
def test_a_command_has_one_host(command: str, *, mine: bool) -> None:
    """A sentence has more words."""
    assert (READER.accepts(command.split()) is not None) is mine
