"""`route -6` and `netstat -r6`."""

from podpath.readers.route_inet6 import READER
from podpath.state.address import parse_ip
from podpath.state.evidence import covers
from podpath.state.route import Route
from tests.readers.helper import complaints, rows

NET_TOOLS = """\
Kernel IPv6 routing table
Destination                    Next Hop                   Flag Met Ref  Use If
fd00:9::/64                    [::]                       U    256 3      0 v0
[::]/0                         fd00:9::2                  UG   1024 1      0 v0
fd43::/64                      [::]                       !n   1024 1      0 lo
2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff/128 2001:db8:1234:5678:9abc:def0:1234:9999 UG   1024 1      0 v0
fe80::e47f:b4ff:fea0:25c6/128  [::]                       Un   0   2      0 br0
ff00::/8                       [::]                       U    256 4      0 br0
[::]/0                         [::]                       !n   -1  1      0 lo
"""
BUSYBOX = """\
Kernel IPv6 routing table
Destination                                 Next Hop                                Flags Metric Ref    Use Iface
fd42::/64                                   fd00:9::7                               UG    1024   3        0 v0      \n\
::1/128                                     ::                                      Un    0      2        0 lo      \n\
"""


def test_net_tools() -> None:
    """What delivers here is in the local table; the kernel's entry for no route is none."""
    long, via = parse_ip("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"), parse_ip("2001:db8:1234:5678:9abc:def0:1234:9999")
    assert rows(READER, "route -6", NET_TOOLS) == [
        Route(6, "main", "unicast", parse_ip("fd00:9::"), 64, None, "v0", metric=256),
        Route(6, "main", "unicast", parse_ip("::"), 0, parse_ip("fd00:9::2"), "v0", metric=1024),
        Route(6, "main", "unreachable", parse_ip("fd43::"), 64, None, "lo", metric=1024),
        Route(6, "main", "unicast", long, 128, via, "v0", metric=1024),
        Route(6, "local", "local", parse_ip("fe80::e47f:b4ff:fea0:25c6"), 128, None, "br0", metric=0),
        Route(6, "local", "multicast", parse_ip("ff00::"), 8, None, "br0", metric=256),
    ]


def test_busybox() -> None:
    """The form of busybox has wider columns."""
    assert rows(READER, "route -A inet6", BUSYBOX) == [
        Route(6, "main", "unicast", parse_ip("fd42::"), 64, parse_ip("fd00:9::7"), "v0", metric=1024),
        Route(6, "local", "local", parse_ip("::1"), 128, None, "lo", metric=0),
    ]


def test_damage() -> None:
    """A damaged prefix is quoted."""
    text = "fd00:9::/640                    ::                         U    256 3      0 v0\n"
    assert complaints(READER, "route -6n", text) == [
        (0, 'this looks like `route -6` output but "fd00:9::/640" has no prefix length between 0 and 128')
    ]


def test_coverage() -> None:
    """Both the main and the local table are shown."""
    both = (covers(Route, 6, part="main"), covers(Route, 6, part="local"))
    for line in ("route -6", "route -n -A inet6", "route -A inet6 -n", "netstat -rn6", "netstat -6 -r"):
        assert READER.accepts(line.split()) == both
    assert READER.accepts(["route", "-n"]) is None


def test_mapped_prefixes_are_printed_as_ipv4() -> None:
    """With the length of IPv6; another length is none of it."""
    line = "0.0.0.0/96                     ::                         !n   1024 0      0 lo"
    assert rows(READER, "route -6 -n", line) == [
        Route(6, "main", "unreachable", parse_ip("::ffff:0.0.0.0"), 96, None, "lo", metric=1024)
    ]
    assert len(complaints(READER, "route -6 -n", line.replace("/96", "/24"))) == 1
