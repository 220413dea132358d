"""Nexthop objects."""

import pytest

from podpath.netlink import nexthop
from podpath.state.route import Nexthop
from tests.netlink.space import Space, of_type

pytestmark = pytest.mark.root


def test_objects_are_what_ip_prints(space: Space) -> None:
    """Single ones, groups with weights, blackholes, those of VXLAN, both families."""
    space.do(
        "ip link add v0 type veth peer name v1",
        "ip link set v0 up",
        "ip link set v1 up",
        "ip address add 10.1.0.1/24 dev v0",
        "ip -6 address add fd00::1/64 dev v0 nodad",
        "ip nexthop add id 1 via 10.1.0.5 dev v0",
        "ip nexthop add id 2 via 10.1.0.6 dev v0 proto bgp",
        "ip nexthop add id 3 blackhole",
        "ip nexthop add id 4 via fd00::2 dev v0",
        "ip nexthop add id 5 via 10.9.0.1 dev v0 onlink",
        "ip nexthop add id 6 via 10.1.0.7 fdb",
        "ip nexthop add id 10 group 1/2,3",
    )
    rows = of_type(Nexthop, space.table(nexthop.rows, nexthop.TABLE))
    assert rows == of_type(Nexthop, space.read("ip -d -j nexthop show"))
    assert len(rows) == 7
