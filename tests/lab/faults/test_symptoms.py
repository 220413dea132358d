"""Symptoms that several faults share."""

from typing import TYPE_CHECKING, cast

from podpath.lab.compose import compose
from podpath.lab.faults.interface import Scene
from podpath.lab.faults.symptoms import cut_off, half_lost, half_of, pair_cut, pod_lost, rules_of, services
from podpath.lab.load import load
from podpath.lab.reach import Rule

if TYPE_CHECKING:
    from podpath.lab.client import Cluster


def scene(topology: str) -> Scene:
    """Return a place in a plan; no lab is built."""
    plan = compose(load(topology))
    return Scene(cast("Cluster", None), plan, plan.node("n1"), plan.node("n2"), plan.node("n1").pods[0])


def ends(rules: tuple[Rule, ...]) -> list[tuple[str, str]]:
    """Return who is meant by rules."""
    return [(rule.source, rule.target) for rule in rules]


def test_common_symptoms() -> None:
    """A node that is cut off, two nodes that do not find each other, a pod that is lost."""
    place = scene("flannel-vxlan")
    assert ends(cut_off("n1")) == [("pod@!n1,node@!n1", "pod@n1"), ("pod@n1,node@n1", "pod@!n1")]
    assert ends(pair_cut(place)) == [("pod@n1,node@n1", "pod@n2"), ("pod@n2,node@n2", "pod@n1")]
    assert ends(pod_lost(place)) == [("*", "n1/p1"), ("n1/p1", "*")]


def test_without_a_tunnel_a_peer_is_found() -> None:
    """It speaks with its own address; and behind a lost route there is a blackhole."""
    place = scene("calico-bgp")
    assert ends(pair_cut(place)) == [("pod@n1,node@n1", "pod@n2"), ("pod@n2", "pod@n1")]
    assert pod_lost(place)[-1] == Rule("n1", "n1/p1", "EINVAL")
    assert half_of(place.peer) == "10.100.0.128/27"
    assert half_lost(place, "EINVAL")[-1] == Rule("n1", "n2/p2,n2/p5", "EINVAL")


def test_services_and_their_rules_are_found() -> None:
    """Those with endpoints."""
    place = scene("kube-proxy-iptables")
    assert [end.name for end in services(place)][:2] == ["service/web", "service/alone"]
    assert {end.node for end in services(place, "nodeport")} == {"n1", "n2", "n3"}
    assert len(rules_of(place.node, "-A KUBE-SERVICES", "-d 10.96.0.10/32")) == 1
