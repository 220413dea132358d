"""The topology kubernetes: objects of the real API, and the namespaces that they stand for."""

import ipaddress
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from podpath.lab.matrix import measure
from tests.engines import wait_for
from tests.real.labs import Kubernetes, kubernetes

pytestmark = [pytest.mark.root, pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module", params=["iptables", "nftables"])
def k8s(request: pytest.FixtureRequest) -> Iterator[Kubernetes]:
    """Return a cluster, with each form of kube-proxy."""
    with kubernetes(request.param) as made:
        yield made


def test_pods_of_the_api_are_namespaces_of_the_nodes(k8s: Kubernetes) -> None:
    """Ready, on the node and with the address that the API says."""
    pods = k8s.get("pods")["items"]
    assert len(pods) == 6
    for pod in pods:
        place = f"{pod['spec']['nodeName']}/{pod['metadata']['name']}"
        shown = json.loads(k8s.cluster.do(place, "ip -j -4 address show dev eth0"))
        assert [info["local"] for info in shown[0]["addr_info"]] == [pod["status"]["podIP"]]
        assert all(status["ready"] for status in pod["status"]["containerStatuses"])


def test_nodes_have_their_blocks(k8s: Kubernetes) -> None:
    """And flanneld has noted what the other nodes need to know."""
    for node in k8s.get("nodes")["items"]:
        block = ipaddress.ip_network(node["spec"]["podCIDR"])
        bridge = json.loads(k8s.cluster.do(node["metadata"]["name"], "ip -j -4 address show dev cni0"))
        assert ipaddress.ip_address(bridge[0]["addr_info"][0]["local"]) in block
        assert node["metadata"]["annotations"]["flannel.alpha.coreos.com/backend-type"] == "vxlan"


def test_a_person_with_a_kubeconfig_asks_from_outside(k8s: Kubernetes) -> None:
    """Kubectl is there, and finds the kubeconfig by itself."""
    done = k8s.cluster.run("ext", "kubectl get pods -o name")
    assert (done.code, done.out.splitlines()[0]) == (0, "pod/p1"), done.err
    assert "insecure-skip-tls-verify" in k8s.cluster.do("ext", f"cat {k8s.kubeconfig}")


def test_a_service_that_is_made_later_is_programmed(k8s: Kubernetes) -> None:
    """By the controllers and by kube-proxy: a connection reaches its pod, and no more once it is gone."""
    spec = {"clusterIP": "10.96.0.77", "selector": {"app": "p3"}, "ports": [{"port": 81, "targetPort": 80}]}
    k8s.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "later"}, "spec": spec})

    def answers() -> str:
        return k8s.cluster.run("n1/p1", "curl -s -m 1 http://10.96.0.77:81/").out

    try:
        wait_for("the service answers", lambda: "n3/p3 answers" in answers())
    finally:
        k8s.kubectl("delete", "service", "later", "--wait=false")
    wait_for("the service is gone", lambda: not answers())


def test_everybody_reaches_whom_they_should(k8s: Kubernetes) -> None:
    """Pods, nodes, ClusterIPs, node ports, with the real rules of the real agents."""
    assert measure(k8s.cluster, patience=3).unexpected == []


def test_nothing_is_left_behind() -> None:
    """No process lives on in any of its namespaces."""
    with kubernetes() as made:
        spaces = {os.fstat(descriptor).st_ino for descriptor in made.spaces.spaces.values()}
        assert spaces & _inhabited()
    assert not spaces & _inhabited()


def _inhabited() -> set[int]:
    """Return the network namespaces that some process is in."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/ns/net"):
        with suppress(OSError):  # it ended meanwhile
            found.add(path.stat().st_ino)
    return found
