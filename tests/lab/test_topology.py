"""Topologies in plain types."""

from podpath.lab.load import load


def test_every_pod_is_found_by_its_name() -> None:
    """With its node."""
    pods = load("canal").pods
    node, pod = pods["p5"]
    assert (len(pods), node.name, str(pod.addresses[0]), pod.interface) == (16, "n2", "10.42.2.18", "calia386a0ae7e9")
