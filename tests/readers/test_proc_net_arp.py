"""`/proc/net/arp`."""

from podpath.readers.proc_net_arp import READER
from podpath.state.address import parse_ip, parse_mac
from podpath.state.evidence import covers
from podpath.state.neighbour import Neighbour
from tests.readers.helper import complaints, rows

TEXT = """\
IP address       HW type     Flags       HW address            Mask     Device
10.9.0.2         0x1         0x2         3a:d5:dd:70:7c:ee     *        v0
10.42.1.0        0x1         0x6         82:ce:7c:3e:91:36     *        flannel.1
10.9.0.55        0x1         0x0         00:00:00:00:00:00     *        v0
10.9.0.88        0x1         0xc         00:00:00:00:00:00     *        v0
"""


def test_table() -> None:
    """Flags say whether an entry is resolved, permanent, or answered for another."""
    assert rows(READER, "cat /proc/net/arp", TEXT) == [
        Neighbour("v0", 4, parse_ip("10.9.0.2"), parse_mac("3a:d5:dd:70:7c:ee")),
        Neighbour("flannel.1", 4, parse_ip("10.42.1.0"), parse_mac("82:ce:7c:3e:91:36"), "PERMANENT"),
        Neighbour("v0", 4, parse_ip("10.9.0.55"), None, "INCOMPLETE"),
        Neighbour("v0", 4, parse_ip("10.9.0.88"), None, None, "proxy"),
    ]


def test_damage() -> None:
    """A damaged address is quoted."""
    assert complaints(READER, "cat /proc/net/arp", TEXT.replace("10.42.1.0 ", "10.42.1.  ")) == [
        (2, 'this looks like `/proc/net/arp` output but "10.42.1." is not an address')
    ]


def test_coverage() -> None:
    """The IPv4 table is shown whole."""
    assert READER.accepts(["cat", "/proc/net/arp"]) == (covers(Neighbour, 4),)
