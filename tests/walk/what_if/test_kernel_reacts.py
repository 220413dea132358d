"""What a hypothetical change leaves behind, compared with what the kernel makes of the same command."""

import pytest

from podpath.snapshot.store import Store
from podpath.state.address import V4, is_link_local, parse_ip
from podpath.state.link import Address, BridgePort, Link
from podpath.state.neighbour import Neighbour
from podpath.state.route import Route
from podpath.walk.cluster import Cluster
from podpath.walk.what_if.commands import changes
from tests.walk.real import Lab, needs_root

_LINES = """
a: ip link add eth0 type veth peer name p0 netns {b}
b: ip link add br0 type bridge
b: ip link set p0 master br0
b: ip link set p0 up
b: ip link set br0 address 02:00:00:00:00:b0
b: ip link set br0 up
b: ip address add 10.0.0.2/24 dev br0
b: ip address add 10.9.0.1/32 dev br0
b: ip address add fd00::2/64 dev br0 nodad
a: ip link set eth0 up
a: ip address add 10.0.0.1/24 broadcast 10.0.0.255 dev eth0
a: ip address add 10.0.0.7/24 dev eth0
a: ip address add 10.0.1.1/31 dev eth0
a: ip address add fd00::1/64 dev eth0 nodad
a: ip route add 10.8.0.0/16 via 10.0.0.2
a: ip route add default dev eth0
a: ip route add fd08::/16 via fd00::2
a: ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev eth0 nud permanent
b: ip neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev br0 nud permanent
b: ip neigh add 10.0.0.8 lladdr 02:00:00:00:00:08 dev br0 nud reachable
b: ip link add br1 type bridge
b: ip link add q0 address 02:00:00:00:00:02 type veth peer name q1
b: ip link add r0 address 02:00:00:00:00:03 type veth peer name r1
b: ip link set q0 master br1
b: ip link set r0 master br1
b: ip link set q0 up
b: ip link set q1 up
b: ip link set r0 up
b: ip link set r1 up
b: ip link set br1 up
a: ip link add d0 type bridge
a: ip address add 10.5.0.1/24 dev d0
"""
_COMMANDS = (
    "a: ip link set eth0 down",
    "a: ip link set d0 up",
    "a: ip address add 10.6.0.1/24 dev d0",
    "a: ip address add 10.6.0.1/24 dev eth0",
    "a: ip address add fd06::1/64 dev eth0 nodad",
    "a: ip address add 10.6.0.1/24 dev eth0 noprefixroute",
    "a: ip address del 10.0.1.1/31 dev eth0",
    "a: ip address del fd00::1/64 dev eth0",
    "b: ip link set br0 down",
    "b: ip link set p0 down",
    "b: ip address del 10.9.0.1/32 dev br0",
    "b: ip link set p0 nomaster",
    "a: ip link set eth0 address 02:00:00:00:00:77",
    "b: ip link set q0 nomaster",
    "b: ip link set r0 nomaster",
    "b: ip link set q0 address 02:00:00:00:00:04",
)

_FIRST = ("a: ip link set eth0 down", "b: ip link set br0 down", "b: ip link set p0 nomaster")
"""What was done before."""

_ENTERED = {parse_ip("10.0.0.8"), parse_ip("10.0.0.9")}
"""Neighbours that somebody has entered."""


def _told(world: Cluster, ns: int) -> set[tuple[object, ...]]:
    """Return what is compared of a namespace: devices, ports, addresses, routes; not groups, nor what is the link's alone."""
    space = world.netns(ns)
    links = {("link", h.row.name, h.row.up, h.row.carrier, h.row.mac) for h in space.all(Link)}
    ports = {("port", h.row.name, h.row.state) for h in space.all(BridgePort)}
    addresses = {("address", h.row.dev, h.row.address) for h in space.all(Address) if not is_link_local(h.row.address)}
    routes = {
        ("route", h.row.table, h.row.type, h.row.dst, h.row.dst_len, h.row.dev, h.row.via)
        for h in space.all(Route)
        if h.row.type in {"unicast", "local"} or (h.row.family == V4 and h.row.type == "broadcast")
        if not is_link_local(h.row.dst)
    }
    entries = {("neighbour", h.row.dev, h.row.address, h.row.state) for h in space.all(Neighbour) if h.row.address in _ENTERED}
    return links | ports | addresses | routes | entries


def _numbers(store: Store) -> dict[str, int]:
    return {name: ns for ns, name in store.raw("SELECT ns, name FROM netns")}


@pytest.mark.root
@pytest.mark.parametrize("first", ["", *(pytest.param(line, marks=pytest.mark.long) for line in _FIRST)])
@pytest.mark.parametrize(
    "command", [*_COMMANDS, "a: ip link set eth0 up", "b: ip link set br0 up", "b: ip link set p0 master br0"]
)
def test_the_kernel_leaves_what_was_thought(first: str, command: str) -> None:
    """After each command, also where the device was down before."""
    needs_root()
    with Lab() as lab:
        lab.add("a", "b")
        lab.run([*_LINES.strip().splitlines(), *([first] if first else [])])
        lab.settle()
        name, _, typed = command.partition(": ")
        with lab.capture() as store:
            place = f"on lab: ip netns exec {name} {typed}"
            thought = Cluster(store, changes(store, [place]))
            wanted = {space: _told(thought, ns) for space, ns in _numbers(store).items()}
        lab.run([command], force=True)
        lab.settle()
        with lab.capture() as store:
            made = {space: _told(Cluster(store), ns) for space, ns in _numbers(store).items()}
    for space, found in made.items():
        assert (wanted[space] - found, found - wanted[space]) == (set(), set()), space
