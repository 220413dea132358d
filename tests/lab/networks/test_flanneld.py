"""The real flanneld: what is written for it. That it makes a healthy network is in tests/lab/topologies/test_healthy.py."""

import json

import pytest

from podpath.lab.compose import compose
from podpath.lab.load import load
from podpath.lab.networks.flanneld import configuration, until


def words(topology: str) -> str:
    """Return the command line of the agent of a node."""
    node = compose(load(topology)).node("n1")
    return next(" ".join(command["argv"]) for command in node.commands if command["argv"][0] == "real:flanneld")


def test_it_asks_the_api_server_or_etcd() -> None:
    """As the topology says."""
    assert "--kube-subnet-mgr --kubeconfig-file=/etc/kubernetes/flannel.conf" in words("kubernetes")
    assert "--etcd-endpoints=http://192.168.50.99:2379 --etcd-prefix=/coreos.com/network" in words("flannel-real")


def test_a_node_asks_for_its_own_block() -> None:
    """By the file that flanneld wrote when it ran last."""
    node = compose(load("flannel-real-dual-stack")).node("n2")
    text = next(command["text"] for command in node.commands if "subnet.env" in command["argv"][-1] and command["text"])
    assert text.splitlines() == [
        "FLANNEL_NETWORK=10.244.0.0/16", "FLANNEL_SUBNET=10.244.2.1/24",
        "FLANNEL_IPV6_NETWORK=fd00:10:244::/48", "FLANNEL_IPV6_SUBNET=fd00:10:244:2::1/64",
    ]  # fmt: skip


@pytest.mark.parametrize(("topology", "backend"), [("flannel-real", "vxlan"), ("flannel-real-hostgw", "host-gw")])
def test_the_configuration_is_that_of_the_topology(topology: str, backend: str) -> None:
    """Backend, families, networks."""
    network = load(topology).network
    assert network is not None
    made = json.loads(configuration(network))
    assert (made["Backend"]["Type"], made["EnableIPv6"], made["Network"]) == (backend, False, "10.244.0.0/16")


def test_what_never_comes_to_be_is_told_with_the_log() -> None:
    """The test is asked again and again, for some time."""
    command = until("[ -e /run/x ]", "/run/x.log", 3)
    assert command["argv"][-1].startswith("for i in $(seq 30); do { [ -e /run/x ]; } && exit 0;")
    assert command["argv"][-1].endswith("tail -n 8 /run/x.log; exit 1")
