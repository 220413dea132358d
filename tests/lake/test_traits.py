"""What a cluster is like."""

from pathlib import Path

from podpath.checks.overlay.mesh.overlay import find_vteps
from podpath.lake.traits import traits_of
from podpath.snapshot.store import Store
from podpath.state.address import ip_text, parse_ip
from podpath.state.fleet import Network
from tests.lake.helper import made


def test_settings_networks_and_addresses_are_told(tmp_path: Path) -> None:
    """The commonest value first, networks joined where they adjoin."""
    path = made(tmp_path / "s.podpath", 4)
    with Store.open_for_writing(path) as store:
        run = store.connection.execute
        run("UPDATE vxlan SET port = 4789 WHERE ns = 1")
        run("INSERT INTO fact SELECT ns, 0, 0, 'kernel', '6.1.0-28-amd64' FROM netns")
        subnet = f"{parse_ip('10.0.0.1')} + 256 * (i - 1), 24"
        run(f"INSERT INTO pod_network SELECT i, 0, 0, 4, NULL, NULL, {subnet}, 1450, true FROM range(1, 5) t(i)")
        run("INSERT INTO virtual_server (ns, source, line) VALUES (2, 0, 0)")
        run("INSERT INTO wireguard_peer (ns, source, line, dev, peer, endpoint) VALUES (1, 0, 0, 'wg0', 'x', 281470681743361)")
        find_vteps(store)
        traits = traits_of(store)
    assert traits.settings == {
        "VXLAN port": ("8472", "4789"), "MTU of the overlay": ("1450",), "kernel": ("6.1",), "mode of kube-proxy": ("ipvs",),
    }  # fmt: skip
    assert traits.pods == (Network(4, parse_ip("10.0.0.0"), 22),)
    assert {ip_text(ip) for ip in traits.addresses} == {f"192.168.0.{last}" for last in (1, 2, 3, 4)}  # type: ignore[arg-type]
    assert [ip_text(ip) for ip in traits.hops] == ["0.0.0.1"]  # type: ignore[arg-type]
