"""What kind of device a device is when nothing names its kind."""

import pytest

from podpath.snapshot.store import Store
from podpath.state.link import Bridge, Link, WireguardPeer
from podpath.walk.device_kinds import kind_of
from podpath.walk.namespace import Namespace
from podpath.walk.tables import Tables


@pytest.mark.parametrize(
    ("name", "kind"),
    [("lo", "loopback"), ("br0", "bridge"), ("veth1", "veth"), ("eth0", None), ("docker0", "bridge"), ("wg0", "wireguard")],
)
def test_a_pasted_text_without_details_still_tells_kinds(name: str, kind: str | None) -> None:
    """By name, by what `brctl` shows, by the index of the other end."""
    with Store() as store:
        ns = store.netns(store.node("n"))
        rows: list[Link | Bridge | WireguardPeer] = [
            Link("lo"),
            Link("br0"),
            Bridge("br0"),
            Link("veth1", peer_index=4),
            Link("eth0"),
        ]
        rows += [Link("docker0"), Link("wg0"), WireguardPeer("wg0", "key")]
        store.add(ns, 0, ((0, row) for row in rows))
        store.flush()
        space = Namespace(Tables(store).rows, ns, "n", "")
        assert kind_of(space, space.links[name]) == kind
