"""`route` and `netstat -r` for IPv4."""

import pytest

from podpath.readers.route import READER
from podpath.state.address import parse_ip
from podpath.state.evidence import Complete, covers
from podpath.state.route import Route
from tests.readers.helper import complaints, rows

ANY = parse_ip("0.0.0.0")  # noqa: S104 - the default route

NAMES = """\
Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface
default         gateway         0.0.0.0         UG    100    0        0 ens33
10.42.0.10      0.0.0.0         255.255.255.255 UH    0      0        0 cali72476272766
10.42.1.0       10.42.1.0       255.255.255.0   UG    0      0        0 flannel.1
10.67.0.0       -               255.255.0.0     !     0      -        0 -
10.68.0.0       0.0.0.0         255.255.0.0     U     0      0        0 *
link-local      *               255.255.0.0     U     1002   0        0 ens33
"""
TWICE = """\
Kernel IP routing table
Destination     Gateway         Genmask         Flags Metric Ref    Use Iface    MSS   Window irtt
default         10.9.0.2        0.0.0.0         UG    5      0        0 v0       0     0      0
10.42.1.0       10.42.1.0       255.255.255.0   UG    0      0        0 flanne   0     0      0
"""
NETSTAT = """\
Kernel IP routing table
Destination     Gateway         Genmask         Flags   MSS Window  irtt Iface
0.0.0.0         10.9.0.2        0.0.0.0         UG        0 0          0 v0
10.67.0.0       0.0.0.0         255.255.0.0     !         0 0          0 *
"""


def test_names() -> None:
    """A gateway's name is kept beside an unknown address; words for networks are understood."""
    assert rows(READER, "route", NAMES) == [
        Route(4, "main", "unicast", ANY, 0, None, "ens33", metric=100, gateway_name="gateway"),
        Route(4, "main", "unicast", parse_ip("10.42.0.10"), 32, None, "cali72476272766", metric=0),
        Route(4, "main", "unicast", parse_ip("10.42.1.0"), 24, parse_ip("10.42.1.0"), "flannel.1", metric=0),
        Route(4, "main", "unreachable", parse_ip("10.67.0.0"), 16, metric=0),
        Route(4, "main", "blackhole", parse_ip("10.68.0.0"), 16, metric=0),
        Route(4, "main", "unicast", parse_ip("169.254.0.0"), 16, None, "ens33", metric=1002),
    ]


def test_cut_device() -> None:
    """`-ee` cuts a device's name at six characters: it is not believed."""
    assert rows(READER, "route -ee", TWICE)[0] == Route(4, "main", "unicast", ANY, 0, parse_ip("10.9.0.2"), "v0", metric=5)
    assert complaints(READER, "route -ee", TWICE) == [
        (3, 'this looks like `route` output but the device "flanne" may be cut off: `route -n` prints the whole name')
    ]
    assert READER.accepts(["route", "-ee"]) == (covers(Route, 4, part="main", complete=Complete.NO),)


def test_netstat() -> None:
    """`netstat -r` has no metrics; busybox prints `*` for the device of a refusal."""
    assert rows(READER, "netstat -rn", NETSTAT) == [
        Route(4, "main", "unicast", ANY, 0, parse_ip("10.9.0.2"), "v0"),
        Route(4, "main", "unreachable", parse_ip("10.67.0.0"), 16),
    ]


def test_damage() -> None:
    """A damaged address is no name of a gateway; a name is no destination."""
    text = NAMES.replace("10.42.1.0       10.42.1.0 ", "10.42.1.0       10.42.1.o ").replace("10.68.0.0", "localnet ")
    assert complaints(READER, "route", text) == [
        (4, 'this looks like `route` output but "10.42.1.o" is not an address'),
        (6, 'this looks like `route` output but the destination "localnet" is a name: `route -n` prints addresses'),
    ]


@pytest.mark.parametrize("line", ["route", "route -n", "route -en", "netstat -rn", "netstat -nr", "netstat --route"])
def test_coverage(line: str) -> None:
    """The main table is shown whole."""
    assert READER.accepts(line.split()) == (covers(Route, 4, part="main"),)


@pytest.mark.parametrize(
    "line",
    ["route looks fine", "route add default gw 10.0.0.1", "route -6", "netstat -n", "route -C", "route -A inet6"],
)
def test_not_this_command(line: str) -> None:
    """Prose, changes, other families and other tables are not accepted."""
    assert READER.accepts(line.split()) is None


@pytest.mark.parametrize("line", ["Route to the other node is fine", "node 10.0.0.1 is UP", "default is 10.0.0.1"])
def test_prose(line: str) -> None:
    """Prose begins no table."""
    assert READER.starts is not None
    assert READER.starts.match(line) is None
