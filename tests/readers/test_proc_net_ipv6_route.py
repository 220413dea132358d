"""`/proc/net/ipv6_route`."""

from podpath.readers.proc_net_ipv6_route import READER
from podpath.state.address import parse_ip
from podpath.state.evidence import covers
from podpath.state.route import Route
from tests.readers.helper import complaints, rows

ZERO = "0" * 32
HOP = "fd000009000000000000000000000002"
LINES = (
    (f"fd000009{'0' * 24}", "40", ZERO, "00000100", "00000001", "v0"),
    (ZERO, "00", HOP, "00000400", "00000003", "v0"),
    (f"fd43{'0' * 28}", "40", ZERO, "00000400", "00200200", "lo"),
    (f"{'0' * 31}1", "80", ZERO, "00000000", "80200001", "lo"),
    (f"fd000009{'0' * 24}", "80", ZERO, "00000000", "00300001", "v0"),
    (f"ff{'0' * 30}", "08", ZERO, "00000100", "00000001", "br0"),
    (f"fd00{'0' * 28}", "80", HOP, "00000000", "01000003", "v0"),
    (ZERO, "00", ZERO, "ffffffff", "00200200", "lo"),
)
TEXT = "".join(f"{d} {n} {ZERO} 00 {h} {m} 00000001 00000000 {f} {dev:>8}\n" for d, n, h, m, f, dev in LINES)


def test_lines() -> None:
    """Flags say what is local, anycast or refused; clones and the entry for no route are none."""
    assert rows(READER, "cat /proc/net/ipv6_route", TEXT) == [
        Route(6, "main", "unicast", parse_ip("fd00:9::"), 64, None, "v0", metric=256),
        Route(6, "main", "unicast", parse_ip("::"), 0, parse_ip("fd00:9::2"), "v0", metric=1024),
        Route(6, "main", "unreachable", parse_ip("fd43::"), 64, None, "lo", metric=1024),
        Route(6, "local", "local", parse_ip("::1"), 128, None, "lo", metric=0),
        Route(6, "local", "anycast", parse_ip("fd00:9::"), 128, None, "v0", metric=0),
        Route(6, "local", "multicast", parse_ip("ff00::"), 8, None, "br0", metric=256),
    ]


def test_damage() -> None:
    """A line of another form is a complaint."""
    assert complaints(READER, "cat /proc/net/ipv6_route", TEXT[1:80]) == [
        (0, f'this looks like `/proc/net/ipv6_route` output but "{TEXT[1:32]}" does not begin ten columns')
    ]


def test_coverage() -> None:
    """Both the main and the local table are shown."""
    assert READER.accepts(["cat", "/proc/self/net/ipv6_route"]) == (
        covers(Route, 6, part="main"), covers(Route, 6, part="local"),
    )  # fmt: skip
