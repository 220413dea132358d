"""Policies as ``kubectl describe networkpolicy`` prints them, held against the rows of the object itself."""

# ruff: noqa: E501 - tables as they are printed

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podpath.readers.described_policy import spec
from podpath.readers.interface import Bad
from podpath.readers.kube_policy import policy
from podpath.readers.kubectl_describe import READER
from podpath.state.policy import NetworkPolicy, PolicyRule
from tests.readers.helper import read, rows

DESCRIBED = """\
Name:         all
Namespace:    shop
Created on:   2026-12-01 05:38:22 +0000 UTC
Labels:       <none>
Annotations:  <none>
Spec:
  PodSelector:     <none> (Allowing the specific traffic to all pods in this namespace)
  Not affecting ingress traffic
  Allowing egress traffic:
    To Port: <any> (traffic allowed to all ports)
    To:
      NamespaceSelector: <none>
    To:
      PodSelector: <none>
  Policy Types: Egress


Name:         db
Namespace:    shop
Created on:   2026-12-01 05:38:22 +0000 UTC
Labels:       <none>
Annotations:  <none>
Spec:
  PodSelector:     app=db,!old,tier in (back,store)
  Allowing ingress traffic:
    To Port: 5432/TCP
    To Port Range: 6000-6010/UDP
    From:
      NamespaceSelector: kubernetes.io/metadata.name=web
      PodSelector: role notin (guest)
    From:
      IPBlock:
        CIDR: 10.0.0.0/8
        Except: 10.1.0.0/16, 10.2.0.0/16
    ----------
    To Port: metrics/TCP
    From: <any> (traffic not restricted by source)
  Allowing egress traffic:
    <none> (Selected pods are isolated for egress connectivity)
  Policy Types: Ingress, Egress
"""
"""What kubectl 1.36 printed of the objects below."""
OBJECTS = (
    """{"kind": "NetworkPolicy", "metadata": {"namespace": "shop", "name": "all", "creationTimestamp": "2026-12-01T05:38:22Z"}, "spec": {
    "podSelector": {}, "policyTypes": ["Egress"], "egress": [{"to": [{"namespaceSelector": {}}, {"podSelector": {}}]}]}}""",
    """{"kind": "NetworkPolicy", "metadata": {"namespace": "shop", "name": "db", "creationTimestamp": "2026-12-01T05:38:22Z"}, "spec": {
    "podSelector": {"matchLabels": {"app": "db"}, "matchExpressions": [
        {"key": "old", "operator": "DoesNotExist"}, {"key": "tier", "operator": "In", "values": ["back", "store"]}]},
    "policyTypes": ["Ingress", "Egress"],
    "ingress": [
        {"ports": [{"port": 5432, "protocol": "TCP"}, {"port": 6000, "endPort": 6010, "protocol": "UDP"}], "from": [
            {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "web"}},
             "podSelector": {"matchExpressions": [{"key": "role", "operator": "NotIn", "values": ["guest"]}]}},
            {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.2.0.0/16"]}}]},
        {"ports": [{"port": "metrics", "protocol": "TCP"}]}]}}""",
)


def test_rows_are_those_of_the_objects() -> None:
    """Selectors, blocks, ports and rules; ``<none>`` selects everything."""
    objects = [json.loads(each) for each in OBJECTS]
    expected = [row for each in objects for row in policy(each, each["metadata"]["name"])]
    assert rows(READER, "kubectl describe networkpolicy -n shop", DESCRIBED) == expected


@pytest.mark.parametrize(
    "command", ["kubectl describe netpol -A", "kubectl -n shop describe networkpolicies.networking.k8s.io db"]
)
def test_the_command_is_known(command: str) -> None:
    """By any of its names."""
    accepted = READER.accepts(command.split())
    assert accepted is not None
    assert {part.table for part in accepted} >= {"network_policy", "policy_rule"}


@given(cut=st.integers(6, len(DESCRIBED.splitlines()) - 1))
def test_a_policy_that_is_cut_off_is_not_read(cut: int) -> None:
    """What its missing rules would allow is not known."""
    lines = DESCRIBED.splitlines()[:cut]
    found = [item for _, item in read(READER, "kubectl describe netpol -n shop", "\n".join(lines))]
    whole = sum(line.startswith("  Policy Types:") for line in lines)
    assert sum(isinstance(item, NetworkPolicy) for item in found) == whole
    if sum(line.startswith("Created on") for line in lines) > whole:
        assert any(isinstance(item, Bad) for item in found)


@pytest.mark.parametrize(
    "lines",
    [
        ["PodSelector: app in (a", "Allowing ingress traffic:", "<none> (isolated)"],
        ["PodSelector: <none>", "Allowing ingress traffic:", "To Port: eighty", "From: <any> (…)"],
        ["PodSelector: <none>", "Allowing ingress traffic:", "To Port: 80/TCP"],
        ["PodSelector: <none>", "Allowing ingress traffic:", "From:", "ServiceSelector: x"],
        ["PodSelector: <none>"],
        [],
    ],
)
def test_a_strange_line_is_an_error(lines: list[str]) -> None:
    """Nothing is concluded from the rest of such a policy."""
    with pytest.raises(ValueError, match=r"\w"):
        spec(lines, ["Ingress"])


def test_all_ports_of_a_protocol() -> None:
    """By kubectl a port that is not given is printed as ``<nil>``."""
    made = spec(["PodSelector: <none>", "Allowing ingress traffic:", "To Port: <nil>/UDP", "From: <any> (…)"], ["Ingress"])
    item = {"kind": "NetworkPolicy", "metadata": {"namespace": "a"}, "spec": made}
    assert [row.proto for row in policy(item, "p") if isinstance(row, PolicyRule)] == ["UDP"]
