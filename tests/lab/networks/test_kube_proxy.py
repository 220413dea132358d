"""The real kube-proxy: what is written for it; its rules are judged in tests/real."""

import pytest

from podpath.lab.compose import compose
from podpath.lab.load import load


@pytest.mark.parametrize(("topology", "mode"), [("kubernetes", "iptables"), ("kubernetes-nftables", "nftables")])
def test_each_node_runs_it_in_the_mode_of_the_topology(topology: str, mode: str) -> None:
    """It leaves alone what is the whole machine's, and its rules are not written by the lab."""
    plan = compose(load(topology))
    for node in plan.cluster_nodes:
        words = next(command["argv"] for command in node.commands if command["argv"][0] == "real:kube-proxy")
        assert {f"--proxy-mode={mode}", f"--hostname-override={node.name}", "--conntrack-max-per-core=0"} <= set(words)
        assert (node.iptables, node.nft) == ("", "")


def test_the_build_waits_for_the_rules_of_every_endpoint() -> None:
    """One line for each endpoint of each service, in each mode's words."""
    for topology, word in (("kubernetes", "--to-destination "), ("kubernetes-nftables", "( \\. |:)(53|80)")):
        node = compose(load(topology)).node("n1")
        last = next(words for command in node.commands if "kube-proxy.log" in (words := command["argv"][-1]))
        assert word in last
        assert '" -ge 8 ]' in last
