"""Where every interface is plugged in."""

import pytest

from podpath.api.live import this_node
from podpath.snapshot.store import Store
from podpath.state.address import parse_ip
from podpath.state.attachment import Attachment
from podpath.state.evidence import covers
from podpath.state.finding import Status
from podpath.state.host import NetnsHolder, NetnsId
from podpath.state.link import Address, BridgePort, Link
from podpath.state.route import Route
from podpath.state.runtime import Container, PodSandbox
from podpath.state.tun import Tun
from podpath.wiring.attachments import attachments
from tests.netlink.space import Space


def live() -> dict[str, Attachment]:
    """Return this node's rows by the name of their namespace."""
    with this_node() as store:
        return {row.container: row for row in attachments(store)}


@pytest.mark.root
def test_a_node_inside_a_node_has_its_own_bridge(space: Space) -> None:
    """A namespace that is a node: its container's cable ends in it, and is told once."""
    with Space() as inner:
        space.do(
            "ip link add br0 type bridge", "ip link set br0 up", f"ip link add v0 type veth peer name eth0 netns {inner.name}",
            "ip link set v0 master br0 up",
        )  # fmt: skip
        inner.do("ip link set eth0 up", "ip address add 10.1.0.2/24 dev eth0")
        rows = live()
        row = rows[inner.name]
        assert (row.outside, row.outside_netns, row.bridge, row.status) == ("v0", f"netns:{space.name}", "br0", Status.PROVEN)
        assert row.addresses == ("10.1.0.2/24",)
        assert rows[space.name].interface is None


@pytest.mark.root
def test_a_macvlan_and_a_leaked_cable_are_told(space: Space) -> None:
    """The device below the one; nobody at the other end of the other."""
    with Space() as inner:
        space.do("ip link add v0 type veth peer name v1", "ip link set v0 up", "ip link set v1 up")
        space.do_or_skip("ip link add mv0 link v0 type macvlan mode bridge")
        space.do(f"ip link set mv0 netns {inner.name}")
        row = live()[inner.name]
        assert (row.interface, row.kind, row.outside, row.status) == ("mv0", "macvlan", "v0", Status.PROVEN)


def made(*, master: str | None = "br0", up: bool = True, state: str = "forwarding", routed: bool = False) -> list[Attachment]:
    """Return the rows of a host with a container ``web``, one that joins it, a pod, and one in the host's network."""
    with Store() as store:
        node = store.node("h")
        host = store.netns(node, "host", inode=100)
        web = store.netns(node, "container", "web", inode=101)
        pod = store.netns(node, "pod", "shop/db-0", inode=102)
        rows: list[tuple[int, list[object]]] = [
            (host, [
                Link("br0", 2, "bridge", up=True, carrier=True),
                Link("v1", 5, "veth", up=up, carrier=True, peer_index=2, peer_netns=0, master=master),
                Link("v2", 6, "veth", up=True, carrier=True, peer_index=2, peer_netns=1),
                Link("v9", 9, "veth", up=True, carrier=True, peer_index=7, peer_netns=5),
                NetnsId(0, 101), NetnsId(1, 102),
                Route(4, "main", "unicast", parse_ip("10.42.0.10"), 32, dev="v2"),
                Container("a" * 64, "web", "shop", "running", 20, "bridge"),
                Container("b" * 64, "side", "shop", "running", 21, f"container:{'a' * 64}"),
                Container("c" * 64, "agent", "agent", "running", 1, "host"),
                Container("d" * 64, "old", "shop", "exited"),
                PodSandbox("e" * 64, "db-0", "shop", pid=30),
                Container("f" * 64, "nginx", "nginx", "running", 31, None, pod="e" * 64),
            ]),
            (web, [
                Link("lo", 1), Link("eth0", 2, "veth", peer_index=5, peer_netns=0), NetnsId(0, 100),
                Address("eth0", 4, parse_ip("172.17.0.2"), 16, "global"),
                NetnsHolder("process", "x", 20), NetnsHolder("process", "x", 21),
            ]),
            (pod, [
                Link("eth0", 2, "veth", peer_index=6, peer_netns=0), NetnsId(0, 100),
                Address("eth0", 4, parse_ip("10.42.0.10"), 32, "global"), NetnsHolder("process", "pause", 30),
            ]),
        ]  # fmt: skip
        for ns, items in rows:
            store.add(ns, 0, ((0, item) for item in items))  # type: ignore[misc]
        if master:
            store.add(host, 0, [(0, BridgePort("v1", master, 1, state, hairpin=True))])
        store.add(host, 0, [(0, covers(Route))])
        if routed:
            store.add(host, 0, [(0, Route(4, "main", "unicast", parse_ip("172.17.0.2"), 32, dev="v1"))])
        store.flush()
        return attachments(store)


def row_of(rows: list[Attachment], container: str) -> Attachment:
    """Return the one row of a container."""
    (row,) = [row for row in rows if row.container == container]
    return row


def test_each_container_has_its_rows() -> None:
    """Its own, one shared with another, a pod's with its route, one without a cable; a stopped one has none."""
    rows = made()
    assert [row.container for row in rows] == ["", "agent", "nginx", "side", "web"]
    web, side, nginx, agent = (row_of(rows, name) for name in ("web", "side", "nginx", "agent"))
    assert (web.outside, web.bridge, web.port, web.port_flags, web.status) == ("v1", "br0", 1, ("hairpin",), Status.PROVEN)
    assert (side.outside, side.shares) == ("v1", "web")
    assert (nginx.pod, nginx.outside, nginx.routes, nginx.bridge) == ("shop/db-0", "v2", ("10.42.0.10",), None)
    assert (agent.interface, agent.reason) == (None, "it uses the host's own network")


def test_a_cable_whose_other_end_nobody_has_is_told() -> None:
    """Leaked, or in a namespace that was not seen."""
    row = row_of(made(), "")
    assert (row.outside, row.status) == ("v9", Status.UNKNOWN)
    assert "(id 5)" in row.reason


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (made(master=None), "no master, and no route leads to it"),
        (made(up=False), "down"),
        (made(state="blocking"), "its bridge port is blocking"),
    ],
)
def test_what_is_plainly_wrong_is_told(rows: list[Attachment], reason: str) -> None:
    """Without a check."""
    row = row_of(rows, "web")
    assert (row.status, row.reason) == (Status.BROKEN, reason)


def test_a_route_is_as_good_as_a_bridge() -> None:
    """Calico's way."""
    row = row_of(made(master=None, routed=True), "web")
    assert (row.status, row.routes) == (Status.PROVEN, ("172.17.0.2",))


@pytest.mark.parametrize(
    ("holders", "status", "reason"),
    [
        ([Tun("tap0", "slirp4netns", 7)], Status.PROVEN, "slirp4netns (process 7) has its other end"),
        ([], Status.UNKNOWN, "a process has its other end"),
    ],
)
def test_a_process_may_have_the_other_end(holders: list[Tun], status: Status, reason: str) -> None:
    """A rootless container has an interface, though no cable."""
    with Store() as store:
        web = store.netns(store.node("n1"), "container", "web")
        rows = [Link("tap0", 2, "tun", up=True), Address("tap0", 4, parse_ip("10.0.2.100"), 24, "global"), *holders]
        store.add(web, 0, ((0, row) for row in rows))  # type: ignore[misc]
        store.flush()
        row = row_of(attachments(store), "web")
    assert (row.interface, row.addresses, row.status, row.reason) == ("tap0", ("10.0.2.100/24",), status, reason)
