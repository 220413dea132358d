"""Packet counters."""

import pytest

from podpath.netlink import link_counters
from podpath.state.link import LinkCounters
from tests.engines import wait_for
from tests.netlink.space import Space, of_type

pytestmark = pytest.mark.root

_ENDS = 2


def test_counters_are_what_ip_prints(space: Space) -> None:
    """After packets that came, went, and were dropped; `ip` leaves out otherhost where it is zero."""
    space.do(
        "sysctl -qw net.ipv6.conf.all.disable_ipv6=1",
        "ip link add v0 type veth peer name v1",
        "ip address add 10.1.0.1/24 dev v0",
        "ip neigh add 10.1.0.2 lladdr 02:00:00:00:00:01 dev v0",
        "ip link set v0 up",
        "ip link set v1 up",
    )
    wait_for("both ends have a carrier", lambda: space.run("ip", "-br", "link", "show", "type", "veth").count(" UP ") == _ENDS)
    space.run("sh", "-c", "ping -c 3 -i 0.01 -W 0.1 10.1.0.2 >/dev/null || true")
    rows = of_type(LinkCounters, space.table(link_counters.rows, link_counters.TABLE))
    read = of_type(LinkCounters, space.read("ip -s -s -j link show"))
    assert rows == [row._replace(rx_otherhost=told.rx_otherhost) for row, told in zip(read, rows, strict=True)]
    assert next(row.rx_packets for row in rows if row.name == "v1") == 3
    assert next(row.rx_otherhost for row in rows if row.name == "v1") == 3
