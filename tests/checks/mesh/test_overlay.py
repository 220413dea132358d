"""Who takes part in an overlay."""

from podpath.checks.mesh.overlay import find_vteps
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from tests.checks.mesh.clusters import texts


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
