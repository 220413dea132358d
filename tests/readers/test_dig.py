"""Whether a name server answered, as dig(1) and nslookup(1) print it."""

import pytest

from podpath.readers.dig import READER
from podpath.state.address import parse_ip
from podpath.state.sighting import Sighting
from tests.readers.helper import read

DNS = parse_ip("10.96.0.10")
ANSWERED = """\

; <<>> DiG 9.18.28 <<>> web.shop.svc.cluster.local @10.96.0.10
;; global options: +cmd
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 4711

;; QUESTION SECTION:
;web.shop.svc.cluster.local.	IN	A

;; Query time: 1 msec
;; SERVER: 10.96.0.10#53(10.96.0.10) (UDP)
"""
SILENT = """\
;; communications error to 10.96.0.10#53: timed out
;; communications error to 10.96.0.10#53: timed out

; <<>> DiG 9.18.28 <<>> web @10.96.0.10
;; no servers could be reached
"""
LOOKUP = """\
Server:		10.96.0.10
Address:	10.96.0.10#53

** server can't find web: NXDOMAIN

"""


@pytest.mark.parametrize(
    ("command", "text", "found"),
    [
        ("dig web.shop.svc.cluster.local @10.96.0.10", ANSWERED, (10, Sighting("dig", "answered", "udp", DNS, port=53))),
        ("dig web @10.96.0.10", SILENT, (0, Sighting("dig", "silent", "udp", DNS, port=53))),
        ("nslookup web 10.96.0.10", LOOKUP, (0, Sighting("nslookup", "answered", "udp", DNS, port=53))),
        ("nslookup web 10.96.0.10", ";; connection timed out; no servers could be reached\n",
         (0, Sighting("nslookup", "silent", "udp", DNS, port=53))),
    ],
)  # fmt: skip
def test_a_server_that_was_asked_is_one_sighting(command: str, text: str, found: tuple[int, Sighting]) -> None:
    """An answer that there is no such name is an answer."""
    assert read(READER, command, text) == [found]
