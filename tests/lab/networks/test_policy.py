"""NetworkPolicy in Calico's form."""

from podpath.lab.compose import compose
from podpath.lab.load import load
from podpath.lab.networks.policy import rules
from podpath.lab.reach import Expectation


def test_every_cable_has_a_chain_and_every_policy_a_set() -> None:
    """Only on nodes where a pod is concerned."""
    node = compose(load("network-policy")).node("n2")
    cable = node.pods[0].outside
    assert f"-A cali-to-wl-dispatch -o {cable} -g cali-tw-{cable}" in node.iptables
    assert "End of tier default. Drop if no policies passed packet" in node.iptables
    assert "-p tcp -m set --match-set cali40s:" in node.iptables
    assert "add cali40s:" in node.ipset


def test_who_may_come_is_a_rule() -> None:
    """By label and port; the pod's own node always."""
    plan = compose(load("network-policy"))
    ends = {end.name: end for end in plan.targets}
    wanted = Expectation(rules(load("network-policy")))
    web = ends["n2/p2"]
    for sender, probe, allowed in (
        ("n1/p1", "tcp small", True),
        ("n1/p1", "udp small", False),
        ("n3/p3", "tcp small", False),
        ("n2", "icmp small", True),
        ("n1", "icmp small", False),
    ):
        assert (wanted.of(ends[sender], web, probe, 4) is None) is allowed, (sender, probe)
    assert wanted.of(ends["n1/p1"], ends["n1/p7"], "tcp small", 4) is None
