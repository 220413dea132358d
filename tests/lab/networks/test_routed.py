"""Pods with a route each."""

import pytest

from podpath.lab.client import Cluster

pytestmark = pytest.mark.lab


def test_a_pod_is_attached_as_calico_does_it(canal: Cluster) -> None:
    """A /32, a gateway that is nobody's, and an interface that answers for it."""
    assert "10.42.0.10 dev cali72476272766 scope link" in canal.run("n1", "ip route").out
    assert "10.42.0.10/32" in canal.run("p1", "ip -o address show eth0").out
    routes = canal.run("p1", "ip route").out
    assert routes.splitlines() == ["default via 169.254.1.1 dev eth0 ", "169.254.1.1 dev eth0 scope link "]
    assert canal.run("n1", "cat /proc/sys/net/ipv4/conf/cali72476272766/proxy_arp").out == "1\n"
    canal.do("p1", "ping -c 1 -W 2 10.42.2.18")
    assert "169.254.1.1 dev eth0 lladdr ee:ee:ee:ee:ee:ee" in canal.run("p1", "ip neigh").out
