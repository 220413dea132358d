"""All that the kernel says of one namespace."""

import errno
import os
from pathlib import Path
from unittest import mock

import pytest

from podpath.collect.node import inside
from podpath.collect.node.inside import Inside, identifiers
from podpath.netlink import ethtool, fdb, nexthop, route_socket
from podpath.netlink.generic import NETLINK_GENERIC
from podpath.netlink.route_socket import Table
from podpath.netlink.sock import Netlink, NetlinkError
from podpath.state.host import Feature, Missing, NetnsId, Sysctl
from podpath.state.link import Link
from tests.netlink.space import Space

pytestmark = pytest.mark.root


def look(space: Space) -> Inside:
    """Look at a namespace."""
    with Netlink(NETLINK_GENERIC) as socket:
        features = ethtool.names(socket)
    seen = Inside({}, host=False, features=features)
    space.inside(lambda: seen.look(lambda _wanted, _socket: ()))
    return seen


def rows(seen: Inside) -> list[object]:
    """Return all rows."""
    return [row for part in seen.rows for row in part]


def test_every_table_is_taken(space: Space) -> None:
    """And called complete."""
    seen = look(space)
    tables = {coverage.table for coverage in seen.coverage}
    assert tables >= {"link", "address", "route", "rule", "neighbour", "fdb", "bridge_vlan", "nexthop", "qdisc",
                      "socket", "counter", "link_counters", "xfrm_policy", "conntrack", "vxlan", "bridge"}  # fmt: skip
    found = rows(seen)
    assert [row.name for row in found if isinstance(row, Link)] == ["lo"]
    assert [row for row in found if isinstance(row, Missing)] == []
    names = {row.name for row in found if isinstance(row, Sysctl)}
    assert names >= {
        "net.ipv4.ip_forward",
        "net.ipv4.conf.all.rp_filter",
        "net.ipv6.conf.all.forwarding",
    }


def test_a_table_that_the_kernel_refuses_is_missing(space: Space) -> None:
    """It has no coverage, and the others have."""
    real = route_socket.dump

    def refusing(socket: Netlink, table: Table) -> object:
        if table in (fdb.TABLE, nexthop.TABLE):
            raise NetlinkError(errno.EPERM, "Operation not permitted")
        return real(socket, table)

    with mock.patch.object(inside, "dump", refusing):
        seen = look(space)
    missing = [row for row in rows(seen) if isinstance(row, Missing)]
    assert [row.command for row in missing] == ["bridge fdb show", "ip nexthop show"]
    assert "Operation not permitted" in missing[0].what
    tables = {coverage.table for coverage in seen.coverage}
    assert "fdb" not in tables
    assert "neighbour" in tables


def test_modules_that_are_not_loaded_are_not_asked(space: Space) -> None:
    """Sockets come from /proc then; policies cannot exist; of connections nothing is known."""
    with mock.patch.object(inside, "present", return_value=False):
        seen = look(space)
    covered = {coverage.table for coverage in seen.coverage}
    assert {"socket", "xfrm_policy"} <= covered
    with mock.patch.object(inside, "present", return_value=None):
        missing = [row.what for row in rows(look(space)) if isinstance(row, Missing)]
    assert any("xfrm_user" in what for what in missing)


def test_identifiers_lead_to_namespaces(space: Space) -> None:
    """Those that devices name, the likeliest candidate first."""
    with Space() as other, Space() as stranger:
        space.do(f"ip link add v0 type veth peer name v1 netns {other.name}")
        descriptors = [os.open(f"/run/netns/{name}", os.O_RDONLY) for name in (stranger.name, other.name)]
        candidates = [(os.fstat(descriptor).st_ino, descriptor) for descriptor in descriptors]
        with space.socket() as socket:
            found = list(identifiers({0, 77}, socket, candidates))
        for descriptor in descriptors:
            os.close(descriptor)
        assert found == [NetnsId(0, Path(f"/run/netns/{other.name}").stat().st_ino)]


def test_offloads_that_the_kernel_does_not_name_are_missing(space: Space) -> None:
    """An old kernel's silence is not "off"."""
    seen = Inside({}, host=False, features=())
    space.inside(lambda: seen.look(lambda _wanted, _socket: ()))
    found = rows(seen)
    assert [row for row in found if isinstance(row, Feature)] == []
    assert [row.command for row in found if isinstance(row, Missing)] == ["ethtool -k"]
    assert "feature" not in {coverage.table for coverage in seen.coverage}
