"""``ip route``."""

import pytest

from podpath.readers.ip_route import READER
from podpath.state.address import parse_ip
from podpath.state.evidence import Complete
from podpath.state.route import Route
from tests.readers.helper import complaints, rows

ANY4, ANY6 = parse_ip("0.0.0.0"), parse_ip("::")  # noqa: S104 - an address to compare with


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("10.42.1.0/24 via 10.42.1.0 dev flannel.1 onlink ",
         Route(4, "main", "unicast", parse_ip("10.42.1.0"), 24, parse_ip("10.42.1.0"), "flannel.1", flags="onlink")),
        ("default via 10.0.0.1 dev eth0 proto dhcp src 10.0.0.5 metric 100",
         Route(4, "main", "unicast", ANY4, 0, parse_ip("10.0.0.1"), "eth0", "dhcp", None, parse_ip("10.0.0.5"), 100)),
        ("default via fe80::1 dev eth0 proto ra metric 1024 expires 1799sec hoplimit 64 pref medium",
         Route(6, "main", "unicast", ANY6, 0, parse_ip("fe80::1"), "eth0", "ra", metric=1024)),
        ("default dev eth0 metric 1024 pref medium", Route(6, "main", "unicast", ANY6, 0, None, "eth0", metric=1024)),
        ("blackhole 10.244.1.0/26 proto bird", Route(4, "main", "blackhole", parse_ip("10.244.1.0"), 26, proto="bird")),
        ("10.244.1.5 dev cali123 scope link", Route(4, "main", "unicast", parse_ip("10.244.1.5"), 32, None, "cali123",
                                                    scope="link")),
        ("local 10.0.0.5 dev eth0 table local proto kernel scope host src 10.0.0.5",
         Route(4, "local", "local", parse_ip("10.0.0.5"), 32, None, "eth0", "kernel", "host", parse_ip("10.0.0.5"))),
        ("10.0.0.0/24 dev eth0 proto kernel scope link src 10.0.0.5 linkdown",
         Route(4, "main", "unicast", parse_ip("10.0.0.0"), 24, None, "eth0", "kernel", "link", parse_ip("10.0.0.5"),
               flags="linkdown")),
        ("10.1.0.0/16 nhid 7 via 10.0.0.9 dev eth0 proto zebra metric 20 mtu lock 1400",
         Route(4, "main", "unicast", parse_ip("10.1.0.0"), 16, parse_ip("10.0.0.9"), "eth0", "zebra", metric=20, nhid=7,
               mtu=1400)),
    ],
)  # fmt: skip
def test_a_line_is_read(line: str, expected: Route) -> None:
    """Types, next hops, metrics and flags as iproute2 prints them, both families."""
    assert rows(READER, "ip route", line) == [expected]


def test_each_next_hop_of_a_multipath_route_is_a_row() -> None:
    """They stand on lines of their own, below the destination."""
    text = "10.8.0.0/16 proto bird \n\tnexthop via 10.1.0.3 dev br0 weight 2 \n\tnexthop via 10.1.0.4 dev br1 weight 1 linkdown "
    found = [row for row in rows(READER, "ip route", text) if isinstance(row, Route)]
    assert [(row.hop, row.dev, row.weight, row.flags, row.proto) for row in found] == [
        (0, "br0", 2, None, "bird"), (1, "br1", 1, "linkdown", "bird"),
    ]  # fmt: skip


def test_the_table_may_stand_in_the_command_only() -> None:
    """`ip route show table 52` leaves it out of the lines."""
    found = rows(READER, "ip route show table 52", "throw 10.0.0.0/8")
    assert found == [Route(4, "52", "throw", parse_ip("10.0.0.0"), 8)]


def test_a_bad_word_is_quoted() -> None:
    """The complaint says which word is wrong."""
    assert complaints(READER, "ip route", "10.42.1.0/24 via 10.42.1.O dev x") == [
        (0, 'this looks like `ip route` output but "10.42.1.O" is not an address')
    ]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("ip r", (4, None, "main", Complete.YES)),
        ("ip -6 route", (6, None, "main", Complete.YES)),
        ("ip route show table all", (None, None, None, Complete.YES)),
        ("ip route list dev cni0", (4, "cni0", "main", Complete.YES)),
        ("ip route show 10.0.0.0/8", (4, None, "main", Complete.NO)),
        ("ip route show proto bird", (4, None, "main", Complete.NO)),
        ("ip route get 10.0.0.1", None),
        ("ip route get fibmatch 10.0.0.1", (None, None, None, Complete.NO)),
        ("ip -6 route get fd00::1 fibmatch", (6, None, None, Complete.NO)),
        ("ip route looks fine to me", None),
    ],
)
def test_the_command_says_what_is_covered(command: str, expected: tuple[object, ...] | None) -> None:
    """A family, a table or a device narrows the coverage; another filter makes silence mean nothing."""
    coverage = READER.accepts(command.split())
    found = None if coverage is None else (coverage[0].family, coverage[0].dev, coverage[0].part, coverage[0].complete)
    assert found == expected


@pytest.mark.parametrize(
    ("line", "is_route"),
    [
        ("default from default.mk.", False),
        ("default from fd00::/64 via fe80::1 dev eth0", True),
        ("default from 10.0.0.7 via 10.0.0.1 dev eth0", True),
    ],
)
def test_a_sentence_is_no_route(line: str, *, is_route: bool) -> None:
    """What stands behind `from` is an address."""
    assert READER.starts is not None
    assert (READER.starts.match(line) is not None) == is_route
