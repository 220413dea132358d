"""Nodes that a snapshot speaks of, and has not seen."""

from podpath.snapshot.load import load_text
from podpath.snapshot.store import Store
from podpath.snapshot.uncaptured import Uncaptured, uncaptured
from podpath.state.address import parse_ip
from podpath.state.host import Capture

N1 = """# ip address show
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
    inet 10.0.0.1/24 scope global eth0
# bridge fdb show
ee:2c:05:d1:29:00 dev flannel.1 dst 10.0.0.1 self permanent
82:ce:7c:3e:91:36 dev flannel.1 dst 10.0.0.2 self permanent
82:ce:7c:3e:91:37 dev flannel.1 dst 10.0.0.3 self permanent
00:00:00:00:00:00 dev flannel.1 dst 0.0.0.0 self permanent
"""


def test_where_tunnels_lead_and_what_failed() -> None:
    """A node that failed is reached as it was tried; a node that was seen is not named, nor is no address."""
    with Store() as store:
        load_text(store, "n1", "n1", None, N1.splitlines())
        ns = store.netns(store.node("n2", parse_ip("10.0.0.2")))
        store.add(ns, 0, [(0, Capture(None, "n2.lan", 1.0, 2.0, problem="refused"))])
        assert uncaptured(store) == [Uncaptured("n2", "n2.lan"), Uncaptured("10.0.0.3", "10.0.0.3")]
