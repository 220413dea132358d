"""IPsec policies as ip(8) prints them (recorded from iproute2 6.1)."""

from podpath.readers.ip_xfrm_policy import READER
from podpath.state.address import parse_ip
from podpath.state.evidence import Complete
from podpath.state.route import XfrmPolicy
from tests.readers.helper import rows

TEXT = """\
src fd00::/64 dst fd01::/64 
\tdir in priority 5 ptype main 
\tmark 0x1/0xf 
src 10.1.0.0/24 dst 10.2.0.0/24 proto tcp dport 80 
\tdir out priority 0 ptype main 
\ttmpl src 192.0.2.1 dst 192.0.2.2
\t\tproto esp reqid 1 mode tunnel
src 10.1.0.0/24 dst 10.2.0.0/24 
\tdir fwd action block priority 0 ptype main 
src 0.0.0.0/0 dst 0.0.0.0/0 
\tsocket in priority 0 ptype main 
"""  # noqa: W291 - as it is printed


def test_each_policy_is_a_row() -> None:
    """With its direction, what it does and how many transformations it asks for; those of sockets are left out."""
    one, two = parse_ip("10.1.0.0"), parse_ip("10.2.0.0")
    assert rows(READER, "ip xfrm policy", TEXT) == [
        XfrmPolicy(6, parse_ip("fd00::"), 64, parse_ip("fd01::"), 64, "in", "allow", 5, 0, None, 1, 15),
        XfrmPolicy(4, one, 24, two, 24, "out", "allow", 0, 1),
        XfrmPolicy(4, one, 24, two, 24, "fwd", "block", 0, 0),
    ]


def test_an_empty_answer_covers_the_table() -> None:
    """Most hosts have no policy."""
    found = READER.accepts(["ip", "xfrm", "policy"])
    assert found is not None
    assert found[0].complete is Complete.YES
    assert rows(READER, "ip xfrm policy", "") == []


def test_a_selector_narrows_it() -> None:
    """Then the table may hold more."""
    found = READER.accepts(["ip", "-4", "x", "p", "list", "dir", "out"])
    assert found is not None
    assert (found[0].family, found[0].complete) == (4, Complete.NO)
    assert READER.accepts(["ip", "xfrm", "state"]) is None


def test_statistics_of_a_policy_belong_to_it() -> None:
    """`ip -s` prints lifetimes below each policy, and a text is left by none of them."""
    printed = """\
src 10.244.1.0/24 dst 10.244.2.0/24 uid 0
\tdir out action block index 1 priority 0 ptype main share any flag  (0x00000000)
\tlifetime config:
\t  limit: soft (INF)(bytes), hard (INF)(bytes)
\t  limit: soft (INF)(packets), hard (INF)(packets)
\t  expire add: soft 0(sec), hard 0(sec)
\t  expire use: soft 0(sec), hard 0(sec)
\tlifetime current:
\t  0(bytes), 0(packets)
\t  add 2026-11-30 06:43:48 use -
"""
    assert READER.continues is not None
    assert all(READER.continues.match(line) for line in printed.splitlines()[1:])
