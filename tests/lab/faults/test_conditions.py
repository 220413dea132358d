"""Which labs can have a fault."""

from podpath.lab.compose import compose
from podpath.lab.faults.conditions import (
    all_of,
    has_bridge,
    has_published,
    has_services,
    has_vtep,
    ipv4_alone,
    is_direct,
    is_routed,
    many_nodes,
    many_pods,
    own_addresses,
)
from podpath.lab.load import load


def test_conditions_say_why_not() -> None:
    """Or nothing, where a lab suits."""
    vxlan, routed = compose(load("flannel-vxlan")), compose(load("calico-bgp"))
    assert (has_vtep(vxlan), has_bridge(vxlan), many_nodes(vxlan), ipv4_alone(vxlan)) == ("", "", "", "")
    assert (is_routed(routed), is_direct(routed)) == ("", "")
    assert has_vtep(routed) == "it has no VXLAN"
    assert has_bridge(routed) == "its pods are on no bridge"
    assert is_direct(vxlan) == "its nodes have a tunnel"
    assert many_nodes(compose(load("flannel-vxlan", 1))) == "it has one node only"
    assert many_pods(compose(load("flannel-vxlan", 3, 3))) == "a node has one pod only"
    assert has_vtep(compose(load("dual-stack"))) == "it has IPv6"
    assert all_of(has_bridge, is_routed)(vxlan) == "its pods have no routes of their own"


def test_services_and_engines_are_told_apart() -> None:
    """Where a fault needs them."""
    proxy, docker, plugins = (compose(load(name)) for name in ("kube-proxy-iptables", "docker", "cni-bridge"))
    assert (has_services(proxy), has_published(docker), own_addresses(proxy)) == ("", "", "")
    assert has_services(docker) == "it has no services in iptables"
    assert has_published(proxy) == "it has no published ports"
    assert own_addresses(plugins) == "it has real CNI plugins, which masquerade"
