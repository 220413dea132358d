"""Sources that are hidden, or are not; tests/walk/test_lab_truth.py and test_stops.py try both on real clusters."""

import pytest

from podpath.state.address import parse_ip
from podpath.walk.diagnosis.roots.sources import all_pods, masquerading
from podpath.walk.walker import Walker
from tests.walk.pasted import node, world

POD = """# ip netns exec p{0} ip address show
2: eth0@if{0}: <UP> mtu 1450
    link/ether 0a:58:0a:f4:00:0{0}
    inet 10.244.{0}.10/24 scope global eth0
"""


@pytest.mark.parametrize(
    ("like", "without", "net"),
    [("10.244.2.10", (), "10.244.0.0/22"), ("10.244.2.10", ("10.244.3.3",), "10.244.2.10/32"), ("fd00::1", (), "fd00::1")],
)
def test_the_pods_network_is_the_smallest_that_holds_them(like: str, without: tuple[str, ...], net: str) -> None:
    """And never one that holds an address that must stay outside."""
    shown = world({"n1": node(1, POD.format(1), POD.format(2))})
    assert len(shown.addresses_of_pods()) == 2
    assert all_pods(Walker(shown), parse_ip(like), *(parse_ip(ip) for ip in without)) == net


def test_the_rule_that_masquerades_holds_no_placeholder() -> None:
    """Networks of the snapshot; one pod is no reason to masquerade what goes to its neighbours."""
    shown = world({"n1": node(1, POD.format(1), routes="10.244.1.0/24 dev cni0 proto kernel scope link src 10.244.1.1")})
    fix = masquerading(Walker(shown), next(ns for ns, _ in shown.owners(parse_ip("192.168.0.1"))), parse_ip("10.244.1.10"))
    assert fix.text == "iptables -t nat -A POSTROUTING -s 10.244.1.0/24 ! -d 10.244.1.0/24 -j MASQUERADE"
