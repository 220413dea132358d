"""Rows as the lines of their commands."""

import pytest

from podpath.readers.bridge_fdb import READER as FDB
from podpath.readers.interface import Bad, Reader
from podpath.readers.ip_neigh import READER as NEIGH
from podpath.readers.ip_route import READER as ROUTE
from podpath.readers.ip_rule import READER as RULE
from podpath.state.address import parse_ip
from podpath.state.evidence import covers
from podpath.state.host import Capture
from podpath.state.kube import Endpoint
from podpath.state.neighbour import Neighbour
from podpath.state.render import command_of, line_of
from podpath.state.route import Route


@pytest.mark.parametrize(
    ("reader", "line"),
    [
        (ROUTE, "10.42.1.0/24 via 10.42.1.0 dev flannel.1 onlink"),
        (ROUTE, "default via 192.168.50.1 dev eth0 proto static metric 100"),
        (ROUTE, "blackhole 10.9.0.0/16"),
        (ROUTE, "local 10.1.0.1 dev br0 table local proto kernel scope host src 10.1.0.1"),
        (ROUTE, "fd00::/64 dev br0 proto kernel metric 256"),
        (NEIGH, "10.2.1.0 dev vx1 lladdr 02:00:00:00:00:01 PERMANENT"),
        (NEIGH, "10.2.1.9 dev vx1 FAILED"),
        (FDB, "02:00:00:00:00:01 dev vx1 dst 10.1.0.2 self permanent"),
        (RULE, "32765: from 10.0.0.0/8 lookup 52"),
        (RULE, "100: not from all fwmark 0xca6c lookup 51820"),
    ],
)
def test_a_row_is_written_as_the_tool_wrote_it(reader: Reader, line: str) -> None:
    """Lines that iproute2 printed are read, and written again as they were."""
    assert reader.read is not None
    rows = [row for _, row in reader.read([], [line]) if not isinstance(row, Bad)]
    assert [line_of(row) for row in rows] == [line]


def test_each_row_says_which_command_shows_it() -> None:
    """The command is the one that a person would type."""
    assert NEIGH.read is not None
    ((_, row),) = NEIGH.read([], ["10.2.1.0 dev vx1 lladdr 02:00:00:00:00:01 PERMANENT"])
    assert not isinstance(row, Bad)
    assert command_of(row) == "ip neigh show dev vx1"


def test_a_table_in_which_something_is_missing_has_its_command() -> None:
    """Of either family."""
    assert command_of(covers(Neighbour)) == "ip neigh show"
    assert command_of(covers(Route, 6)) == "ip -6 route show table all"
    assert command_of(covers(Capture)) == "podpath sql 'select * from capture'"


def test_a_row_without_a_command_of_its_own_shows_addresses_as_people_write_them() -> None:
    """In a row they are numbers."""
    row = Endpoint("default", "web", "web-1", parse_ip("10.42.0.2"))
    assert "address=10.42.0.2" in line_of(row).split()
