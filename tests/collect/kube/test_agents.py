"""Nodes through pods of their network."""

import pytest

from podpath.collect.kube.agents import Agent, ranked

PROXY, FLANNEL = Agent("n1", "kube-system", "kube-proxy-abcde"), Agent("n1", "kube-flannel", "kube-flannel-ds-x2x4z")


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("calico-node-8xk2p", 0), ("canal-abcde", 0), ("kube-flannel-ds-x2x4z", 1), ("kube-router-abcde", 2), ("cilium-abcde", 2),
        ("kube-proxy-abcde", 3), ("cilium-operator-5f", None), ("calico-typha-abc", None), ("coredns-abc", None),
        ("my-calico-node", None),
    ],
)  # fmt: skip
def test_pods_of_the_network_are_known_by_their_names(name: str, rank: int | None) -> None:
    """Those whose images have the most come first."""
    assert Agent("n1", "kube-system", name).rank == rank


def test_the_best_pod_of_each_node_comes_first() -> None:
    """A node without one is not there."""
    other = Agent("n2", "kube-system", "coredns-abc")
    assert ranked([PROXY, other, FLANNEL]) == {"n1": [FLANNEL, PROXY]}
