"""Routes."""

import pytest

from podpath.netlink import route
from podpath.state.route import Route
from tests.netlink.space import Space, of_type

pytestmark = pytest.mark.root


def agree(space: Space) -> list[Route]:
    """Check that the kernel and ``ip -j`` say the same of every route, and return them."""
    found = []
    for family in (4, 6):
        rows = of_type(Route, space.table(route.rows, route.TABLES[family]))
        assert rows == of_type(Route, space.read(f"ip -{family} -d -j route show table all"))
        found += rows
    return found


def two_cables(space: Space) -> None:
    """Give a namespace two devices with addresses."""
    space.do(
        "ip link add v0 type veth peer name v1",
        "ip link set v0 up",
        "ip link set v1 up",
        "ip address add 10.1.0.1/24 dev v0",
        "ip -6 address add fd00::1/64 dev v0 nodad",
    )


def test_routes_are_what_ip_prints(space: Space) -> None:
    """Every type, table, metric and option."""
    two_cables(space)
    space.do(
        "ip route add 10.42.1.0/24 via 10.42.1.0 dev v0 onlink",
        "ip route add blackhole 10.9.0.0/16",
        "ip route add unreachable 10.8.0.0/16 metric 5",
        "ip route add prohibit 10.8.1.0/24",
        "ip route add throw 10.8.2.0/24 table 77",
        "ip route add default via 10.1.0.254 table 100 proto bird",
        "ip route add 1.2.3.4 via 10.1.0.254 mtu 1400 src 10.1.0.1 tos 0x10 proto 99",
        "ip route add 1.2.3.5 via 10.1.0.254 mtu lock 1300",
        "ip route add 10.6.0.0/16 via inet6 fe80::1 dev v0",
        "ip route add local 10.5.0.0/16 dev lo",
        "ip route add 10.4.0.0/16 dev v1 scope link table 4000000",
        "ip -6 route add fd01::/64 via fd00::2 dev v0 metric 7",
        "ip -6 route add default via fd00::3 dev v0 table 5",
        "ip -6 route add blackhole fd02::/48",
        "ip -6 route add fd03::/64 from fd00::/64 via fd00::2 dev v0",
    )
    rows = agree(space)
    assert {"blackhole", "unreachable", "prohibit", "throw", "local", "broadcast", "unicast"} <= {row.type for row in rows}


def test_next_hops_are_rows_of_their_own(space: Space) -> None:
    """With their weights, those of nexthop objects too."""
    two_cables(space)
    space.do(
        "ip route add 10.7.0.0/16 nexthop via 10.1.0.5 dev v0 weight 3 nexthop via 10.1.0.6 dev v0 onlink nexthop dev v1",
        "ip nexthop add id 1 via 10.1.0.5 dev v0",
        "ip nexthop add id 2 via 10.1.0.6 dev v0",
        "ip nexthop add id 10 group 1/2,3",
        "ip route add 10.5.0.0/16 nhid 10",
        "ip route add 10.5.1.0/24 nhid 1",
        "ip -6 route add fd07::/64 nexthop via fd00::5 dev v0 nexthop via fd00::6 dev v0 weight 2",
    )
    rows = agree(space)
    assert sorted((row.hop, row.weight) for row in rows if row.weight and row.nhid is None and row.family == 4) == [
        (0, 3),
        (1, 1),
        (2, 1),
    ]


def test_a_device_that_lost_its_cable_is_told(space: Space) -> None:
    """Its routes are linkdown."""
    two_cables(space)
    space.do("ip route add 10.2.0.0/16 via 10.1.0.2", "ip link set v1 down")
    assert any(row.flags == "linkdown" for row in agree(space))


def test_ten_thousand_routes_are_read(space: Space) -> None:
    """None lost, none twice."""
    two_cables(space)
    space.batch("".join(f"route add 20.{n // 250}.{n % 250}.0/24 via 10.1.0.2\n" for n in range(10_000)))
    rows = [row for row in space.table(route.rows, route.TABLES[4]) if row.via is not None]
    assert len({row.dst for row in rows}) == len(rows) == 10_000
