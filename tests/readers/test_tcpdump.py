"""Which packets passed a device, as tcpdump(8) prints them."""

from podpath.readers.tcpdump import READER
from podpath.state.address import parse_ip
from podpath.state.sighting import Sighting
from tests.readers.helper import rows

ONE, TWO = parse_ip("192.0.2.1"), parse_ip("192.0.2.2")
PLAIN = """\
tcpdump: verbose output suppressed, use -v[v]... for full protocol decode
listening on v1, link-type EN10MB (Ethernet), snapshot length 262144 bytes
05:36:50.988492 ARP, Request who-has 192.0.2.2 tell 192.0.2.1, length 28
05:36:50.988514 IP 192.0.2.1 > 192.0.2.2: ICMP echo request, id 19680, seq 1, length 64
05:36:50.988572 IP 192.0.2.2 > 192.0.2.1: ICMP echo reply, id 19680, seq 1, length 64
05:36:51.988514 IP 192.0.2.1 > 192.0.2.2: ICMP echo request, id 19680, seq 2, length 64
05:36:52.000000 IP 192.0.2.1.40000 > 192.0.2.2.80: Flags [S], seq 1, win 64240, length 0
8 packets captured
"""
ANY = "05:36:50.988514 v1    In  IP 192.0.2.1 > 192.0.2.2: ICMP echo request, id 19680, seq 1, length 64\n"
VERBOSE = """\
05:36:50.988514 02:de:f5:61:eb:7c > f6:f6:44:50:8a:e8, ethertype IPv4 (0x0800), length 98: (tos 0x0, ttl 64, id 5, length 84)
    192.0.2.1 > 192.0.2.2: ICMP echo request, id 19680, seq 1, length 64
"""
ASKED = Sighting("tcpdump", "passing", "icmp", TWO, ONE, dev="v1")


def test_each_flow_is_one_sighting() -> None:
    """At its first packet, on the device that the command line names."""
    assert rows(READER, "tcpdump -nni v1", PLAIN) == [
        ASKED, ASKED._replace(src=TWO, dst=ONE), Sighting("tcpdump", "passing", "tcp", TWO, ONE, 80, dev="v1"),
    ]  # fmt: skip


def test_the_device_of_each_line_counts() -> None:
    """Where all are listened on."""
    assert rows(READER, "tcpdump -ni any icmp", ANY) == [ASKED]


def test_addresses_on_a_line_of_their_own_are_read() -> None:
    """With -v and -e."""
    assert rows(READER, "tcpdump -vnei v1", VERBOSE) == [ASKED]
