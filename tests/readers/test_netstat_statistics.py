"""`netstat -s`."""

from podpath.readers.netstat_statistics import READER
from podpath.state.evidence import Complete, covers
from podpath.state.host import Counter
from tests.readers.helper import complaints, rows

TEXT = """\
Ip:
    Forwarding: 2
    10 total packets received
    3 forwarded
    OutTransmits: 185
Icmp:
    2 ICMP messages received
    ICMP input histogram:
        destination unreachable: 1
IcmpMsg:
        InType3: 1
Udp:
    7 packet receive errors
TcpExt:
    4 times the listen queue of a socket overflowed
    Detected reordering 2 times using SACK
IpExt:
    InNoRoutes: 5
"""


def test_words() -> None:
    """Counters that matter get their names back; names that are printed are kept."""
    assert rows(READER, "netstat -s", TEXT) == [
        Counter("IpInReceives", 10), Counter("IpForwDatagrams", 3), Counter("IpOutTransmits", 185),
        Counter("IcmpMsgInType3", 1), Counter("UdpInErrors", 7), Counter("TcpExtListenOverflows", 4),
        Counter("IpExtInNoRoutes", 5),
    ]  # fmt: skip


def test_damage() -> None:
    """A line outside a group is a complaint."""
    assert complaints(READER, "netstat -s", "    what is this\n") == [
        (0, 'this looks like `netstat -s` output but "what" begins no counter')
    ]


def test_coverage() -> None:
    """Zeroes are left out, so silence means nothing."""
    assert READER.accepts(["netstat", "-s"]) == (covers(Counter, complete=Complete.NO),)
    assert READER.accepts(["netstat", "-an"]) is None
