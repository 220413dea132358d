"""The graph of a snapshot."""

from pathlib import Path

from podpath.cli.progress import Progress
from podpath.cli.snapshots import open_snapshots
from podpath.picture.graph import map_of, natural, nodes_with, space_id
from podpath.picture.model import EdgeKind, Map, Role, SegmentKind, State, Status
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.tun import Tun
from tests.picture.maps import ROOT, map_from, sample

_CALICO = """
[root@n1 ~]# ip -d addr
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
2: ens3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc fq_codel state UP group default
    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff link-netnsid 9
    inet 10.0.0.1/24 scope global ens3
7: cali0123456789a@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 state UP group default
    link/ether ee:ee:ee:ee:ee:ee brd ff:ff:ff:ff:ff:ff link-netns cni-1
    veth
9: bond0.7@ens3: <BROADCAST,MULTICAST> mtu 1500 state DOWN group default
    link/ether 52:54:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    vlan protocol 802.1Q id 7
    inet6 2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff/64 scope global
[root@n1 ~]# ip route
default via 10.0.0.254 dev ens3
10.42.0.10 dev cali0123456789a scope link
10.0.0.0/24 dev ens3 proto kernel scope link src 10.0.0.1
[root@n1 ~]# ip netns exec web ip -d addr
3: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 state UP group default
    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff link-netnsid 0
    veth
    inet 10.42.0.10/32 scope global eth0
"""


def pasted(folder: Path, text: str) -> Map:
    """Return the map of a pasted text."""
    (folder / "n1.txt").write_text(text, encoding="utf-8")
    return map_from(folder / "n1.txt")


def roles(graph: Map) -> dict[str, Role]:
    """Return what the interfaces of all hosts are for."""
    return {item.id: item.role for node in graph.nodes for item in node.host.interfaces}


def edges(graph: Map, kind: EdgeKind) -> list[tuple[str, str | None, Status]]:
    """Return the connections of a kind."""
    return [(edge.source, edge.target, edge.status) for edge in graph.edges if edge.kind is kind]


def test_a_bridge_its_ports_and_their_cables() -> None:
    """Each container hangs by its cable on a port of the bridge."""
    graph = sample("broken-tunnel")
    assert roles(graph)["n1/host/cni0"] is Role.BRIDGE
    assert edges(graph, EdgeKind.PORT)[0][1] == "n1/host/cni0"
    assert ("n1/netns:p1/eth0", "n1/host/vethadedb440", Status.GOOD) in edges(graph, EdgeKind.CABLE)


def test_a_routed_container_hangs_on_the_host_by_its_route(tmp_path: Path) -> None:
    """As Calico does it: no bridge, a route to one address."""
    graph = pasted(tmp_path, _CALICO)
    assert roles(graph)["n1/host/cali0123456789a"] is Role.ROUTED
    (edge,) = [edge for edge in graph.edges if edge.kind is EdgeKind.ROUTED]
    assert (edge.source, edge.target, edge.label) == ("n1/host/cali0123456789a", "n1/host", "10.42.0.10")


def test_what_is_down_and_what_it_stands_on(tmp_path: Path) -> None:
    """A VLAN device says its VLAN, its state, and the device below it."""
    graph = pasted(tmp_path, _CALICO)
    vlan = next(item for item in graph.nodes[0].host.interfaces if item.name == "bond0.7")
    assert (vlan.role, vlan.state, vlan.details) == (Role.STACKED, State.DOWN, ("VLAN 7",))
    assert ("n1/host/bond0.7", "n1/host/ens3", Status.GOOD) in edges(graph, EdgeKind.STANDS_ON)


def test_tunnels_and_the_network_below_them_are_segments() -> None:
    """The overlay with its VNI, port and MTU, the underlay with its prefix and gateway."""
    overlay, lan = sorted(sample("broken-tunnel").segments, key=lambda segment: segment.kind)
    assert (overlay.kind, overlay.name, overlay.details) == (SegmentKind.OVERLAY, "flannel.1", ("VNI 1", "UDP 8472", "MTU 1450"))
    assert (lan.kind, lan.name, lan.details) == (SegmentKind.SHARED, "192.168.50.0/24", ("gateway 192.168.50.1",))


def test_a_finding_is_at_the_interface_that_it_blames() -> None:
    """And pairs of nodes that it breaks are broken connections."""
    graph = sample("broken-tunnel")
    assert graph.problems[0].check == "vtep-mac-mismatch"
    assert graph.problems[0].objects == ("n2/host/flannel.1",)
    blamed = next(item for item in graph.nodes[1].host.interfaces if item.name == "flannel.1")
    assert 0 in blamed.problems
    assert ("n1/host/flannel.1", "n2/host/flannel.1", Status.BROKEN) in edges(graph, EdgeKind.TUNNEL)


def test_a_cable_whose_other_end_was_not_seen_is_unknown() -> None:
    """With the command that would tell; what dockerveth claims is drawn, and stays unknown."""
    (cable,) = [edge for edge in sample("docker-bridge").edges if edge.kind is EdgeKind.CABLE]
    assert cable.status is Status.UNKNOWN
    assert cable.command


def test_many_networks_without_a_common_one_are_routed(tmp_path: Path) -> None:
    """Nodes of networks of their own: what is between them nobody captured."""
    for at in range(1, 8):
        text = f"[root@n{at} ~]# ip addr\n2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500\n    inet 10.{at}.0.1/24 scope global eth0\n"
        (tmp_path / f"n{at}.txt").write_text(text, encoding="utf-8")
    graph = map_from(tmp_path)
    assert [segment.kind for segment in graph.segments] == [SegmentKind.ROUTED]


def test_numbers_in_names_are_counted() -> None:
    """web-2 comes before web-10."""
    assert sorted(["web-10", "web-2", "web"], key=natural) == ["web", "web-2", "web-10"]


def test_a_slash_in_the_name_of_a_node_is_no_separator() -> None:
    """Identifiers are unique."""
    assert space_id("a/b", "") != space_id("a", "b/host")
    assert space_id("a", "") == "a/host"


def test_tunnels_that_no_check_compares_are_drawn_too(tmp_path: Path) -> None:
    """IP in IP of two nodes is one overlay, with its MTU; one that is down and has no address is none."""
    for at in (1, 2):
        text = (
            f"[root@n{at} ~]# ip -d addr\n2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500\n    inet 10.0.0.{at}/24 scope global eth0\n"
            f"3: tunl0@NONE: <NOARP,UP,LOWER_UP> mtu 1480\n    link/ipip 0.0.0.0 brd 0.0.0.0\n    ipip any remote any local any\n"
            f"    inet 10.42.{at}.0/32 scope global tunl0\n"
            "4: gre0@NONE: <NOARP> mtu 1476\n    link/gre 0.0.0.0 brd 0.0.0.0\n    gre remote any local any\n"
        )
        (tmp_path / f"n{at}.txt").write_text(text, encoding="utf-8")
    graph = map_from(tmp_path)
    (overlay,) = [segment for segment in graph.segments if segment.kind is SegmentKind.OVERLAY]
    assert (overlay.name, "MTU 1480" in overlay.details) == ("tunl0", True)
    assert [source for source, _, _ in edges(graph, EdgeKind.MEMBER)] == ["n1/host/tunl0", "n2/host/tunl0"]


def test_a_map_of_some_nodes_has_no_others() -> None:
    """What the checks say is not needed for it."""
    with Progress() as progress, open_snapshots([str(ROOT / "samples" / "broken-tunnel")], progress) as store:
        graph = map_of(store, nodes={"n2"})
        assert nodes_with(store, "10.244.1.10") == {"n1"}
        assert nodes_with(store, "192.0.2.1") == nodes_with(store, "nothing") == set()
    assert [node.name for node in graph.nodes] == ["n2"]
    assert graph.problems == ()
    assert {edge.source.partition("/")[0] for edge in graph.edges} == {"n2"}


def test_a_tun_device_says_whose_it_is() -> None:
    """Its other end is a process."""
    text = "$ ip -d address show\n3: tap0: <BROADCAST,UP,LOWER_UP> mtu 65520 qdisc fq_codel state UNKNOWN\n    tun type tap\n"
    with Store() as store:
        load_text(store, "n1.txt", "n1", None, text.splitlines())
        ns = store.netns(store.node("n1"))
        store.add(ns, store.source(ns, "n1", "/proc", typed=True, first=0, text=None), [(0, Tun("tap0", "slirp4netns", 4711))])
        merge(store)
        (device,) = map_of(store).nodes[0].host.interfaces
    assert device.details == ("to slirp4netns (process 4711)",)
