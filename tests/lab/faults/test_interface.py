"""What faults are made of."""

import pytest

from podpath.lab.client import Cluster, LabError
from podpath.lab.compose import compose
from podpath.lab.faults.interface import Scene, all_of, cut_off, has_bridge, has_vtep, is_routed, many_nodes, pod_lost
from podpath.lab.load import load


def scene(cluster: Cluster, node: str = "n1") -> Scene:
    """Return a place in a lab."""
    plan = cluster.plan
    return Scene(cluster, plan.node(node), plan.node("n2"), plan.node(node).pods[0])


def test_conditions_say_why_not() -> None:
    """Or nothing, where a lab suits."""
    vxlan, routed = compose(load("flannel-vxlan")), compose(load("calico-bgp"))
    assert (has_vtep(vxlan), has_bridge(vxlan), many_nodes(vxlan)) == ("", "", "")
    assert is_routed(routed) == ""
    assert has_vtep(routed) == "it has no VXLAN"
    assert has_bridge(routed) == "its pods are on no bridge"
    assert many_nodes(compose(load("flannel-vxlan", 1))) == "it has one node only"
    assert all_of(has_bridge, is_routed)(vxlan) == "its pods have no routes of their own"


@pytest.mark.lab
def test_a_scene_notes_what_was_run(small: Cluster) -> None:
    """As a person would have typed it."""
    place = scene(small)
    place.do("true")
    assert place.setting("net/ipv4/ip_forward", "1") == "1"
    place.restore("10.244.2.0 lladdr")
    assert place.done == [
        ("n1", "true"),
        ("n1", "sysctl -w net.ipv4.ip_forward=1"),
        ("n1", "ip neighbour replace 10.244.2.0 lladdr 0a:58:0a:f4:02:00 dev flannel.1 nud permanent"),
    ]
    with pytest.raises(LabError, match="n1: cat /proc/sys/net/none"):
        place.setting("net/none", "1")
    place.pod = None
    with pytest.raises(LabError, match="n1 has no pod"):
        _ = place.pod_name


@pytest.mark.lab
def test_common_symptoms(small: Cluster) -> None:
    """A node that is cut off, a pod that is lost."""
    assert {(rule.source, rule.target) for rule in cut_off("n1")} == {
        ("pod@!n1,node@!n1", "pod@n1"),
        ("pod@n1,node@n1", "pod@!n1"),
    }
    assert {(rule.source, rule.target) for rule in pod_lost(scene(small))} == {("*", "n1/p1"), ("n1/p1", "*")}
