"""`/proc/net/snmp`, `snmp6` and `netstat`."""

from podpath.readers.proc_net_snmp import READER
from podpath.state.evidence import Complete, covers
from podpath.state.host import Counter
from tests.readers.helper import complaints, rows

TEXT = """\
Ip: Forwarding DefaultTTL InReceives ForwDatagrams
Ip: 2 64 10 3
Tcp: RtoAlgorithm MaxConn InErrs
Tcp: 1 -1 4
TcpExt: ListenOverflows ListenDrops
TcpExt: 5 6
Ip6InReceives                   \t62
"""


def test_names() -> None:
    """Names are those of nstat; settings and gauges are no counters."""
    assert rows(READER, "cat /proc/net/snmp", TEXT) == [
        Counter("IpInReceives", 10), Counter("IpForwDatagrams", 3), Counter("TcpInErrs", 4),
        Counter("TcpExtListenOverflows", 5), Counter("TcpExtListenDrops", 6), Counter("Ip6InReceives", 62),
    ]  # fmt: skip


def test_damage() -> None:
    """Values without names, or of another number than the names, are complaints."""
    assert complaints(READER, "cat /proc/net/snmp", "Ip: 1 2\nTcp: A B\nTcp: 1\n") == [
        (0, 'this looks like `/proc/net/snmp` output but the line of names above "Ip:" is missing'),
        (2, 'this looks like `/proc/net/snmp` output but "Tcp:" has 2 names but 1 values'),
    ]


def test_coverage() -> None:
    """Only the three files together are all counters."""
    assert READER.accepts(["cat", "/proc/net/snmp"]) == (covers(Counter, complete=Complete.NO),)
    assert READER.accepts(["cat", "/proc/net/snmp", "/proc/net/snmp6", "/proc/net/netstat"]) == (covers(Counter),)
