"""Nodes and workload endpoints as Calico lists them (its documentation)."""

# ruff: noqa: E501 - tables as they are printed

from podpath.readers.calicoctl_get import READER
from podpath.state.address import parse_ip
from podpath.state.kube import KubeNode, Pod
from tests.readers.helper import complaints, rows

NODES = """\
NAME   ASN       IPV4            IPV6
n1     (64512)   192.0.2.11/24
n2     (64512)   192.0.2.12/24
""".replace("/24\n", "/24          \n")
ENDPOINTS = """\
NAMESPACE     NAME                                    WORKLOAD                   NODE   NETWORKS            INTERFACE         PROFILES                          NATS
default       n1-k8s-web-eth0                         web                        n1     10.244.120.65/32    cali09e8b2f4c61   kns.default,ksa.default.default
"""
BRIEF = """\
WORKLOAD   NODE   NETWORKS                        INTERFACE
web        n1     10.244.120.65/32,fd00::1/128    cali09e8b2f4c61
"""


def test_a_node_has_the_address_that_calico_announces() -> None:
    """With or without one of IPv6."""
    assert rows(READER, "calicoctl get nodes -o wide", NODES) == [
        KubeNode("n1", calico_ip=parse_ip("192.0.2.11")),
        KubeNode("n2", calico_ip=parse_ip("192.0.2.12")),
    ]


def test_an_endpoint_is_the_address_of_a_pod() -> None:
    """On a node."""
    assert rows(READER, "calicoctl get wep -A -o wide", ENDPOINTS) == [Pod("default", "web", "n1", parse_ip("10.244.120.65"))]


def test_the_short_form_is_of_a_namespace() -> None:
    """The one that ``-n`` names; a pod may have an address of each family."""
    pod = Pod("shop", "web", "n1", parse_ip("10.244.120.65"), second_ip=parse_ip("fd00::1"))
    assert rows(READER, "calicoctl get workloadendpoints -n shop", BRIEF) == [pod]


def test_a_damaged_address_is_a_complaint() -> None:
    """Not a pod without one."""
    assert len(complaints(READER, "calicoctl get wep", BRIEF.replace("10.244.120.65/32", "10.244.120/99"))) == 1
    assert READER.accepts(["calicoctl", "get", "ippool"]) is None
