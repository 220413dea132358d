"""Which routers were on the way, as traceroute(8), tracepath(8) and mtr(8) print them."""

from podpath.readers.traceroute import READER
from podpath.state.address import parse_ip
from podpath.state.sighting import Sighting
from tests.readers.helper import rows

ONE, TWO, END = (parse_ip(text) for text in ("192.0.2.1", "198.51.100.1", "203.0.113.9"))
REACHED = """\
traceroute to web.example.com (203.0.113.9), 30 hops max, 60 byte packets
 1  gw (192.0.2.1)  0.321 ms  0.298 ms  0.280 ms
 2  * * *
 3  203.0.113.9 (203.0.113.9)  1.204 ms  1.180 ms  1.155 ms
"""
LOST = """\
traceroute to 203.0.113.9 (203.0.113.9), 3 hops max, 46 byte packets
 1  192.0.2.1  0.007 ms  0.003 ms  0.002 ms
 2  *  *  *
 3  *  *  *
"""
TRACEPATH = """\
 1?: [LOCALHOST]                      pmtu 1500
 1:  192.0.2.1                                             0.353ms
 2:  no reply
 3:  203.0.113.9                                           1.353ms reached
     Resume: pmtu 1500 hops 3 back 3
"""
MTR = """\
Start: 2026-11-28T10:00:00+0000
HOST: n1                          Loss%   Snt   Last   Avg  Best  Wrst StDev
  1.|-- 192.0.2.1                  0.0%    10    0.3   0.3   0.3   0.4   0.0
  2.|-- ???                       100.0    10    0.0   0.0   0.0   0.0   0.0
  3.|-- 203.0.113.9                0.0%    10    1.2   1.2   1.1   1.4   0.1
"""


def test_routers_and_the_end_are_sightings() -> None:
    """Each with its number."""
    assert rows(READER, "traceroute web.example.com", REACHED) == [
        Sighting("traceroute", "passing", "udp", END, by=ONE, hop=1), Sighting("traceroute", "answered", "udp", END, hop=3),
    ]  # fmt: skip


def test_an_end_that_did_not_answer_is_silent() -> None:
    """With the last router that did."""
    assert rows(READER, "traceroute -n 203.0.113.9", LOST) == [
        Sighting("traceroute", "passing", "udp", END, by=ONE, hop=1), Sighting("traceroute", "silent", "udp", END, by=ONE),
    ]  # fmt: skip


def test_the_kin_are_read_alike() -> None:
    """Their command lines say where to."""
    assert rows(READER, "tracepath -n 203.0.113.9", TRACEPATH)[-1] == Sighting("tracepath", "answered", "udp", END, hop=3)
    assert rows(READER, "mtr -rn 203.0.113.9", MTR)[-1] == Sighting("mtr", "answered", "icmp", END, hop=3)
