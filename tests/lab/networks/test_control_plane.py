"""The control plane of Kubernetes: what is written before it runs; the real one is in tests/real."""

import json

from podpath.lab.compose import compose
from podpath.lab.load import load
from podpath.lab.networks import control_plane

TOPOLOGY = load("kubernetes")


def test_objects_are_those_of_the_lab() -> None:
    """Nodes with their blocks, pods with their addresses, services with selectors that mean their endpoints."""
    made = {(each["kind"], each["metadata"]["name"]): each for each in control_plane.objects(TOPOLOGY)}
    assert made["Node", "n2"]["spec"]["podCIDR"] == "10.244.2.0/24"
    pod, service = made["Pod", "p1"], made["Service", "web"]
    assert (pod["spec"]["nodeName"], pod["status"]["podIP"]) == ("n1", "10.244.1.10")
    assert service["spec"]["selector"].items() <= pod["metadata"]["labels"].items()
    assert (service["spec"]["clusterIP"], service["spec"]["ports"][0]["nodePort"]) == ("10.96.0.10", 30080)
    assert not any(made["Service", "empty"]["spec"]["selector"].items() <= one["metadata"]["labels"].items()
                   for (kind, _), one in made.items() if kind == "Pod")  # fmt: skip
    assert made["Service", "edge"]["spec"]["externalTrafficPolicy"] == "Local"
    assert made["Service", "sticky"]["spec"]["sessionAffinity"] == "ClientIP"


def test_nodes_are_the_last_objects() -> None:
    """Agents wait for their node: by then all else is there."""
    kinds = [each["kind"] for each in control_plane.objects(TOPOLOGY)]
    assert kinds[-3:] == ["Node"] * 3
    assert "Node" not in kinds[:-3]


def test_each_user_has_a_token_that_its_kubeconfig_holds() -> None:
    """The one of the administrator is found by kubectl."""
    host = compose(TOPOLOGY).node("cp")
    config = json.loads(host.files["kubernetes/admin.conf"])
    assert config["clusters"][0]["cluster"]["server"] == "https://192.168.50.99:6443"
    assert f'{config["users"][0]["user"]["token"]},admin,0,"system:masters"\n' in host.files["kubernetes/tokens.csv"]
    assert host.env == {"KUBECONFIG": "/etc/kubernetes/admin.conf"}


def test_the_control_plane_has_a_port_on_the_switch() -> None:
    """As every host of the underlay."""
    assert any(" netns {pid_cp}" in line for line in compose(TOPOLOGY).switch.ip)
