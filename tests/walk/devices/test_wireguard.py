"""WireGuard, from rows: this kernel has no such driver."""

from podpath.snapshot.store import Store
from podpath.state.address import Ip, parse_ip
from podpath.state.link import Link, WireguardPeer
from podpath.walk.cluster import Cluster
from podpath.walk.devices.wireguard import peer_for


def test_the_longest_allowed_prefix_takes_the_packet() -> None:
    """As in the kernel's allowedips.c: two peers may hold an address, the nearer one gets it."""
    with Store() as store:
        ns = store.netns(store.node("n1"))
        peers = [
            WireguardPeer("wg0", "far", None, None, 4, parse_ip("10.0.0.0"), 8),
            WireguardPeer("wg0", "near", None, None, 4, parse_ip("10.42.0.0"), 16),
        ]
        store.add(ns, 0, [(0, Link("wg0", 3, "wireguard")), *((0, peer) for peer in peers)])
        store.flush()
        space = Cluster(store).netns(ns)

        def taken(address: str) -> str | None:
            held = peer_for(space, "wg0", Ip(parse_ip(address)))
            return held.row.peer if held is not None else None

        assert (taken("10.42.1.1"), taken("10.9.1.1"), taken("11.0.0.1")) == ("near", "far", None)
