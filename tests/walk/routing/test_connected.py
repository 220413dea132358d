"""The routes of addresses: the kernel's own tables say what they are."""

import pytest

from podpath.state.address import V4, V6, parse_ip
from podpath.state.link import Address
from podpath.state.route import Route
from podpath.walk.cluster import Cluster
from podpath.walk.namespace import Namespace
from podpath.walk.routing.connected import connected
from tests.walk.pasted import node, world
from tests.walk.real import Lab, needs_root

LINES = """
a: ip link add d0 type veth peer name d1
a: ip link set d0 up
a: ip link set d1 up
a: ip link set lo up
a: ip address add 10.0.0.1 peer 10.0.0.2/32 dev d0
a: ip address add 10.1.0.1 peer 10.2.0.2/24 dev d0
a: ip address add 10.5.0.1/24 dev lo
a: ip address add 10.6.0.1/32 dev lo
a: ip address add 10.7.0.1/24 dev d1
a: ip address add 10.7.0.2/24 dev d1
a: ip address add 10.8.0.1/31 dev d1
a: ip address add 10.9.0.1/24 dev d1 noprefixroute
a: ip address add fd00::1/128 dev d0 nodad
a: ip address add fd01::1/64 dev d0 nodad
a: ip address add fd03::1 peer fd03::2/128 dev d0 nodad
a: ip address add fd09::1/64 dev lo
a: ip address add fd0b::1/64 dev d1 noprefixroute nodad
"""


def told(rows: list[Route]) -> set[tuple[object, ...]]:
    """Return what routes say, but for what only one tool shows; link-local ones of IPv6 are the devices' own."""
    local = parse_ip("fe80::")
    return {
        (row.table, row.type, row.dst, row.dst_len, row.dev, row.prefsrc if row.family == V4 else row.metric or None)
        for row in rows
        if row.proto == "kernel" and row.type != "multicast" and row.dst >> 64 != local >> 64
    }


def made(space: Namespace) -> list[Route]:
    """Return what podpath says of all addresses."""
    return [route for held in space.all(Address) for route in connected(space, held.row)]


@pytest.mark.root
@pytest.mark.parametrize("down", ["", "a: ip link set d1 down"])
def test_the_kernel_has_the_same_routes(down: str) -> None:
    """Of first and second addresses, of peers, networks of two, hosts, lo, and devices that are down."""
    needs_root()
    with Lab() as lab:
        lab.add("a")
        lab.run([line for line in [*LINES.splitlines(), down] if line])
        with lab.capture() as store:
            space = Cluster(store).netns(1)
            assert told(made(space)) == told([held.row for held in space.all(Route)])


def test_an_address_that_is_not_used_yet_is_not_local() -> None:
    """A tentative one of IPv6; the way to its network is there."""
    space = world({"n1": node(1)}).netns(1)
    row = Address("eth0", V6, parse_ip("fd00::1"), 64, "global", "tentative")
    assert {route.table for route in connected(space, row)} == {"main"}
