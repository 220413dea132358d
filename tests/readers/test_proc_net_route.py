"""`/proc/net/route`."""

from podpath.readers.proc_net_route import READER
from podpath.state.address import parse_ip
from podpath.state.evidence import covers
from podpath.state.route import Route
from tests.readers.helper import complaints, rows

ANY = parse_ip("0.0.0.0")  # noqa: S104 - the default route

TEXT = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT        \n\
v0\t00000000\t0200090A\t0003\t0\t0\t0\t00000000\t0\t0\t0          \n\
flannel.1\t00012A0A\t00012A0A\t0003\t0\t0\t0\t00FFFFFF\t0\t0\t0\n\
v0\t0000420A\t00000000\t0001\t0\t0\t50\t0000FFFF\t0\t0\t0\n\
*\t0000430A\t00000000\t0201\t0\t0\t0\t0000FFFF\t0\t0\t0\n\
*\t0000440A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n\
"""


def test_table() -> None:
    """Addresses are little-endian; a route without a device goes nowhere."""
    assert rows(READER, "cat /proc/net/route", TEXT) == [
        Route(4, "main", "unicast", ANY, 0, parse_ip("10.9.0.2"), "v0", metric=0),
        Route(4, "main", "unicast", parse_ip("10.42.1.0"), 24, parse_ip("10.42.1.0"), "flannel.1", metric=0),
        Route(4, "main", "unicast", parse_ip("10.66.0.0"), 16, None, "v0", metric=50),
        Route(4, "main", "unreachable", parse_ip("10.67.0.0"), 16, metric=0),
        Route(4, "main", "blackhole", parse_ip("10.68.0.0"), 16, metric=0),
    ]


def test_damage() -> None:
    """A word that is no number is quoted."""
    text = TEXT.replace("0200090A", "020009OA")
    assert complaints(READER, "cat /proc/net/route", text) == [
        (1, 'this looks like `/proc/net/route` output but "020009OA" is not a hexadecimal number')
    ]


def test_coverage() -> None:
    """The main table is shown whole; another process's file is another namespace's."""
    assert READER.accepts(["cat", "/proc/net/route"]) == (covers(Route, 4, part="main"),)
    assert READER.accepts(["cat", "/proc/1234/net/route"]) is None
    assert READER.accepts(["cat", "/proc/net/arp"]) is None
