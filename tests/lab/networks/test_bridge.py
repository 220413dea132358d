"""Pods on a bridge."""

import pytest

from podpath.lab.client import Cluster

pytestmark = pytest.mark.lab


def test_a_pod_is_on_the_bridge_as_cni_puts_it_there(small: Cluster) -> None:
    """A cable in hairpin mode, the MAC made of the address, the bridge as gateway."""
    pod = small.plan.node("n1").pods[0]
    assert "master cni0" in small.run("n1", f"ip -o link show {pod.outside}").out
    assert "hairpin on" in small.run("n1", f"bridge -d link show dev {pod.outside}").out
    assert "0a:58:0a:f4:01:0a" in small.run("p1", "ip -o link show eth0").out
    assert small.run("p1", "ip route").out.startswith("default via 10.244.1.1 dev eth0")
