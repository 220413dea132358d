"""Whether a connection came about, as nc prints it in each of its makes."""

import pytest

from podpath.readers.nc import READER
from podpath.state.address import parse_ip
from podpath.state.sighting import Sighting
from tests.readers.helper import rows

TWO = parse_ip("192.0.2.2")


@pytest.mark.parametrize(
    ("command", "text", "seen"),
    [
        ("nc -zv 192.0.2.2 80", "Connection to 192.0.2.2 80 port [tcp/http] succeeded!", "answered"),
        ("nc -zv web 80", "Connection to web (192.0.2.2) 80 port [tcp/*] succeeded!", "answered"),
        ("nc -zv 192.0.2.2 80", "nc: connect to 192.0.2.2 port 80 (tcp) failed: Connection refused", "refused"),
        ("nc -zvw 3 192.0.2.2 80", "nc: connect to 192.0.2.2 port 80 (tcp) timed out: Operation now in progress", None),
        ("nc -vw 3 192.0.2.2 80", "nc: connect to 192.0.2.2 port 80 (tcp) failed: Connection timed out", "silent"),
        ("ncat -v 192.0.2.2 80", "Ncat: Version 7.93 ( https://nmap.org/ncat )\nNcat: Connected to 192.0.2.2:80.", "answered"),
        ("ncat -v 192.0.2.2 80", "Ncat: No route to host.", "unreachable"),
        ("nc -v 192.0.2.2 80", "(UNKNOWN) [192.0.2.2] 80 (http) : Connection refused", "refused"),
        ("nc -v web 80", "web [192.0.2.2] 80 (http) open", "answered"),
        ("nc -zv 192.0.2.2 80", "192.0.2.2 (192.0.2.2:80) open", "answered"),
        ("nc -v 192.0.2.2 80", "nc: 192.0.2.2 (192.0.2.2:80): Connection refused", "refused"),
        ("telnet 192.0.2.2 80", "Trying 192.0.2.2...\nConnected to 192.0.2.2.\nEscape character is '^]'.", "answered"),
        ("telnet 192.0.2.2 80", "Trying 192.0.2.2...\ntelnet: Unable to connect to remote host: Connection refused", "refused"),
    ],
)
def test_each_make_is_read(command: str, text: str, seen: str | None) -> None:
    """One sighting of the destination."""
    tool = "telnet" if command.startswith("telnet") else "nc"
    assert rows(READER, command, text) == ([Sighting(tool, seen, "tcp", TWO, port=80)] if seen else [])


def test_udp_says_nothing() -> None:
    """It prints that it succeeded, whoever is there."""
    assert rows(READER, "nc -zuv 192.0.2.2 53", "Connection to 192.0.2.2 53 port [udp/domain] succeeded!") == []
