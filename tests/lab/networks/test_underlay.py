"""The underlay."""

import pytest

from podpath.lab.client import Cluster
from podpath.lab.compose import compose
from podpath.lab.load import load


def test_the_switch_has_a_port_for_everybody() -> None:
    """Called like whose it is."""
    ports = [line.split()[3] for line in compose(load("flannel-vxlan", 2)).switch.ip if "veth" in line]
    assert ports == ["n1", "n2", "ext"]


@pytest.mark.lab
def test_the_outside_host_is_the_gateway_and_forwards_nothing(small: Cluster) -> None:
    """What falls through to a node's default route is lost there."""
    assert small.run("n1", "ping -c 1 -W 1 192.168.50.1").code == 0
    assert small.run("n1", "ping -c 1 -W 0.3 8.8.8.8").code == 1
    assert small.run("ext", "cat /proc/sys/net/ipv4/ip_forward").out == "0\n"
