"""Neighbours."""

import pytest

from podpath.netlink import neighbour
from podpath.state.neighbour import Neighbour
from tests.netlink.space import Space, of_type

pytestmark = pytest.mark.root


def test_neighbours_are_what_ip_prints(space: Space) -> None:
    """Every state that can be set by hand, both families, and the addresses that a device answers for."""
    space.do("ip link add v0 type veth peer name v1", "ip link set v0 up", "ip address add 10.1.0.1/24 dev v0")
    for at, state in enumerate(("permanent", "noarp", "stale", "reachable", "delay", "probe"), 2):
        space.do(f"ip neigh add 10.1.0.{at} lladdr 02:00:00:00:00:0{at} dev v0 nud {state}")
    space.do(
        "ip -6 neigh add fd00::9 lladdr 02:00:00:00:00:09 dev v0 nud permanent router",
        "ip neigh add 10.1.0.20 dev v0 lladdr 02:00:00:00:00:20 nud permanent extern_learn",
        "ip neigh add proxy 10.1.0.9 dev v0",
        "ip -6 neigh add proxy fd00::8 dev v0",
    )

    def static(rows: list[object]) -> list[Neighbour]:
        return [row for row in of_type(Neighbour, rows) if row.state in {"PERMANENT", "STALE", None}]

    rows = static(space.table(neighbour.rows, neighbour.TABLE))
    assert rows == static(space.read("ip -j neigh show nud all"))
    assert len(rows) == 4
    proxies = space.table(neighbour.rows, neighbour.PROXIES)
    assert of_type(Neighbour, proxies) == of_type(Neighbour, space.read("ip -j neigh show proxy"))
    assert [row.flags for row in proxies] == ["proxy", "proxy"]


def test_one_that_does_not_answer_has_no_address(space: Space) -> None:
    """It is INCOMPLETE, or FAILED after a while."""
    space.do(
        "ip link add v0 type veth peer name v1", "ip link set v0 up", "ip link set v1 up", "ip address add 10.1.0.1/24 dev v0"
    )
    space.run("sh", "-c", "ping -c 1 -W 1 10.1.0.77 >/dev/null || true")
    (row,) = [row for row in space.table(neighbour.rows, neighbour.TABLE) if row.family == 4 and row.state != "NOARP"]
    assert (row.mac, row.state in {"INCOMPLETE", "FAILED"}) == (None, True)
