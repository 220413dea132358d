"""Who takes part in an overlay."""

from podpath.checks.overlay.mesh.overlay import find_vteps
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.address import ip_text
from tests.checks.overlay.mesh.clusters import judged, texts


def loaded(files: dict[str, str]) -> Store:
    """Return a store with these texts, merged."""
    store = Store()
    for name, text in files.items():
        load_text(store, f"{name}.txt", name, None, text.splitlines())
    merge(store)
    return store


def vxlan(name: str, vni: int, local: str) -> str:
    """Return what `ip -d link` prints of a VXLAN device."""
    return (f"$ ip -d link\n5: {name}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 state UNKNOWN\n"
            f"    link/ether 02:00:00:00:00:{int(local[-1]):02x} brd ff:ff:ff:ff:ff:ff\n"
            f"    vxlan id {vni} local {local} dev eth0 dstport 4789\n")  # fmt: skip


def test_a_device_with_addresses_in_its_forwarding_table_makes_its_name_an_overlay() -> None:
    """Only one of the three nodes shows its forwarding table, yet all three take part."""
    with loaded(texts()) as store:
        assert [(v.name, v.dev, v.overlay) for v in find_vteps(store)] == [
            (name, "flannel.1", "flannel.1") for name in ("204", "205", "206")
        ]


def test_devices_of_other_names_and_one_vni_are_one_overlay() -> None:
    """Names are the CNI's own business; what the wire carries is the VNI."""
    with loaded({"a": vxlan("vx0", 7, "10.0.0.1"), "b": vxlan("tun7", 7, "10.0.0.2")}) as store:
        assert len({v.overlay for v in find_vteps(store)}) == 1


def test_two_devices_of_one_node_are_two_overlays() -> None:
    """Even when they share a VNI."""
    both = vxlan("vx0", 7, "10.0.0.1") + vxlan("vx1", 7, "10.0.0.1").removeprefix("$ ip -d link\n")
    with loaded({"a": both, "b": vxlan("vx0", 7, "10.0.0.2")}) as store:
        assert sorted((v.name, v.overlay) for v in find_vteps(store)) == [("a", "vx0"), ("a", "vx1"), ("b", "vx0")]


def test_without_any_vxlan_device_there_is_no_overlay() -> None:
    """A Docker host has none."""
    with loaded({"a": "$ ip route\n10.0.0.0/24 dev eth0 scope link\n"}) as store:
        assert find_vteps(store) == []


def test_long_addresses_keep_their_last_digits() -> None:
    """A list of 128-bit numbers must not pass through a double on its way into the database."""
    with loaded({"a": vxlan("vx0", 7, "fd00:70::1"), "b": vxlan("vx0", 7, "fd00:70::2")}) as store:
        assert [ip_text(v.local) for v in find_vteps(store) if v.local is not None] == ["fd00:70::1", "fd00:70::2"]
        rows = store.raw('SELECT "local" FROM vtep ORDER BY vt')
        assert [ip_text(row[0]) for row in rows] == ["fd00:70::1", "fd00:70::2"]


def bridged(at: int, peer: int, wrap: str = "") -> str:
    """Return a node whose VXLAN device is a port of a bridge; with ``wrap`` it was moved into a namespace."""
    mac = "02:00:00:00:01:"
    flood = (
        f"00:00:00:00:00:00 dev vxlan0 dst 192.0.2.{peer} self permanent"
        if not wrap
        else (f"{mac}{peer:02x} dev vxlan0 dst 192.0.2.{peer} self permanent")
    )
    return (f"$ ip -d addr\n2: eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 state UP\n"
            f"    link/ether 02:00:00:00:02:{at:02x} brd ff:ff:ff:ff:ff:ff\n    inet 192.0.2.{at}/24 scope global eth1\n"
            f"$ {wrap}ip -d link\n5: vxlan0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 master br0 state UNKNOWN\n"
            f"    link/ether 02:00:00:00:03:{at:02x} brd ff:ff:ff:ff:ff:ff\n    vxlan id 100 dstport 4789\n"
            f"$ {wrap}bridge fdb show\n{flood}\n")  # fmt: skip


def test_devices_that_are_ports_of_bridges_need_no_routes() -> None:
    """Their forwarding table alone decides: default entries, or those of the bridge's own MACs (docker swarm)."""
    for wrap in ("", "ip netns exec 1-abcdef "):
        report = judged({"a": bridged(1, 2, wrap), "b": bridged(2, 1, wrap)})
        assert [(o.proven, o.broken, o.unknown) for o in report.overlays] == [(2, 0, 0)]
        assert [f for f in report.findings if f.severity.value != "info"] == []
