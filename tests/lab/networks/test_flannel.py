"""What flannel writes."""

import pytest

from podpath.lab.client import Cluster
from podpath.lab.compose import compose
from podpath.lab.load import load


@pytest.mark.lab
def test_every_peer_has_its_three_lines(small: Cluster) -> None:
    """Route, neighbour, forwarding entry, as the kernel shows them."""
    assert "10.244.2.0/24 via 10.244.2.0 dev flannel.1 onlink" in small.run("n1", "ip route").out
    assert small.run("n1", "ip neigh show dev flannel.1").out == "10.244.2.0 lladdr 0a:58:0a:f4:02:00 PERMANENT \n"
    assert "0a:58:0a:f4:02:00 dst 192.168.50.12 self permanent" in small.run("n1", "bridge fdb show dev flannel.1").out


def test_host_gateways_are_plain_routes() -> None:
    """By the peer's own address, and no tunnel."""
    lines = compose(load("flannel-hostgw", 2)).node("n1").ip
    assert "route replace 10.244.2.0/24 via 192.168.50.12 dev eth0" in lines
    assert not any("vxlan" in line for line in lines)


@pytest.mark.lab
def test_pods_are_hidden_outside_and_nowhere_else(small: Cluster) -> None:
    """The outside host sees the node, a pod sees the pod."""
    assert small.run("p1", "curl -s -m 3 http://192.168.50.100/").out == "ext answers 192.168.50.11\n"
    assert small.run("p1", "curl -s -m 3 http://10.244.2.10/").out == "n2/p2 answers 10.244.1.10\n"
