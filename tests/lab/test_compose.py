"""From topologies to plans."""

from podpath.lab.compose import compose
from podpath.lab.load import load


def test_every_end_is_a_target_and_every_pod_has_a_cable() -> None:
    """Nobody is forgotten."""
    plan = compose(load("flannel-vxlan", 3, 7))
    assert [end.name for end in plan.targets] == [
        "n1/p1", "n1/p4", "n1/p7", "n2/p2", "n2/p5", "n3/p3", "n3/p6", "n1", "n2", "n3", "ext"]  # fmt: skip
    assert all(pod.outside and any(pod.outside in line for line in node.ip) for node in plan.nodes for pod in node.pods)


def test_the_plan_names_the_commands_that_it_runs() -> None:
    """So that a missing one is told before anything is built."""
    assert set(compose(load("calico-bgp")).tools) == {"ip", "iptables-restore", "ipset"}
    assert set(compose(load("flannel-vxlan")).tools) == {"ip", "bridge", "iptables-restore"}
