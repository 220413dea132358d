"""Forwarding tables."""

import pytest

from podpath.netlink import fdb
from podpath.state.fdb import FdbEntry
from tests.netlink.space import Space, of_type

pytestmark = pytest.mark.root


def test_entries_are_what_bridge_prints(space: Space) -> None:
    """Those of a bridge, of VXLAN devices with and without a peer of their own, and a device's own addresses."""
    space.do(
        "ip link add br0 type bridge",
        "ip link add v0 type veth peer name v1",
        "ip link set v0 master br0 up",
        "ip link set v1 up",
        "ip link set br0 up",
        "bridge fdb add 02:00:00:00:00:05 dev v0 master static",
        "bridge fdb add 02:00:00:00:00:06 dev v0 master static sticky",
        "bridge fdb add 02:00:00:00:00:07 dev v0 master extern_learn",
        "ip link add vx type vxlan id 7 dstport 8472 local 10.1.0.1 nolearning",
        "ip link set vx up",
        "bridge fdb add 02:00:00:00:00:01 dev vx dst 10.1.0.77 self permanent",
        "bridge fdb append 00:00:00:00:00:00 dev vx dst 10.1.0.78 self permanent",
        "bridge fdb append 00:00:00:00:00:00 dev vx dst 10.1.0.79 port 4790 vni 9 via v1 self permanent",
        "bridge fdb add 02:00:00:00:00:02 dev vx dst 10.1.0.80 self dynamic router",
    )
    rows = of_type(FdbEntry, space.table(fdb.rows, fdb.TABLE))
    assert rows == of_type(FdbEntry, space.read("bridge -j fdb show"))
    assert sum(row.dst is not None for row in rows) == 4
