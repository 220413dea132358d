"""Names, endpoints and targets of services."""

from podpath.lab.load import load
from podpath.lab.networks import services
from podpath.lab.reach import Expectation


def test_a_service_is_a_target_at_its_address_and_at_every_node() -> None:
    """With the pods that may answer."""
    topology = load("kube-proxy-iptables")
    found = {end.name: end for end in services.targets(topology)}
    assert found["service/web"].ports == {"tcp": 80}
    assert found["service/web"].backends == ["n1/p1", "n2/p2"]
    assert (found["service/web@n3"].addresses, found["service/web@n3"].ports) == (["192.168.50.13"], {"tcp": 30080})
    assert found["service/dns"].ports == {"udp": 53}
    assert not any(end.sends for end in found.values())


def test_who_is_not_meant_to_reach_a_service() -> None:
    """None without endpoints; a node without one for traffic from outside, where the policy is Local."""
    topology = load("kube-proxy-iptables")
    rules = Expectation(services.rules(topology))
    ends = {end.name: end for end in services.targets(topology)}
    pod = ends["service/web@n1"]  # any end on n1 will do as a sender
    for target, sees in (
        ("service/empty", "ECONNREFUSED"),
        ("service/edge@n2", ""),
        ("service/edge@n3", "lost"),
        ("service/edge", ""),
    ):
        sender = type(pod)("n1/p1", "pod", "n1", ["10.244.1.10"])
        rule = rules.of(sender, ends[target], "tcp small", 4)
        assert (rule.sees if rule else "") == sees, target
