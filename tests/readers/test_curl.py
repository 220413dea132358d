"""Whether a connection came about, as curl(1) prints it."""

import pytest

from podpath.readers.curl import READER
from podpath.state.address import parse_ip
from podpath.state.sighting import Sighting
from tests.readers.helper import read

TWO, NINE = parse_ip("192.0.2.2"), parse_ip("192.0.2.9")
ANSWERED = """\
*   Trying 192.0.2.2:8080...
* Connected to 192.0.2.2 (192.0.2.2) port 8080 (#0)
> GET / HTTP/1.1
> Host: 192.0.2.2:8080
> User-Agent: curl/7.88.1
> Accept: */*
>
* HTTP 1.0, assume close after body
< HTTP/1.0 200 OK
< Content-Length: 1196
<
{ [1196 bytes data]
* Closing connection 0
"""
REFUSED = """\
*   Trying 192.0.2.2:80...
* connect to 192.0.2.2 port 80 failed: Connection refused
* Failed to connect to 192.0.2.2 port 80 after 0 ms: Couldn't connect to server
* Closing connection 0
"""
SILENT = """\
  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current
                                 Dload  Upload   Total   Spent    Left  Speed
  0     0    0     0    0     0      0      0 --:--:--  0:00:01 --:--:--     0
curl: (28) Connection timed out after 1001 milliseconds
"""
SHORT = "curl: (7) Failed to connect to 192.0.2.2 port 80 after 0 ms: Connection refused\n"


@pytest.mark.parametrize(
    ("command", "text", "found"),
    [
        ("curl -sv http://192.0.2.2:8080/", ANSWERED, (1, Sighting("curl", "answered", "tcp", TWO, port=8080))),
        ("curl -sv http://192.0.2.2/", REFUSED, (1, Sighting("curl", "refused", "tcp", TWO, port=80))),
        ("curl --max-time 1 http://192.0.2.9/", SILENT, (3, Sighting("curl", "silent", "tcp", NINE, port=80))),
        ("curl web", SHORT, (0, Sighting("curl", "refused", "tcp", TWO, port=80))),
    ],
)
def test_a_connection_is_one_sighting(command: str, text: str, found: tuple[int, Sighting]) -> None:
    """At the line that says how it ended."""
    assert read(READER, command, text) == [found]
