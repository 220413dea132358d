"""Policies of the Kubernetes API as rows."""

from typing import Any

import pytest

from podpath.readers.interface import Bad
from podpath.readers.kubectl import READER
from podpath.state.calico import CalicoPolicy
from podpath.state.policy import NetworkPolicy, PolicyRule

BASE: dict[str, Any] = {
    "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
    "metadata": {"name": "web", "namespace": "shop", "creationTimestamp": "2026-01-02T03:04:05Z"},
}  # fmt: skip


def rows(spec: dict[str, Any], **more: str) -> list[Any]:
    """Return the rows of a policy."""
    return read({**BASE, **more, "spec": spec})


def read(document: dict[str, Any]) -> list[Any]:
    """Return the rows of a document, whosever it is."""
    assert READER.read_json is not None
    return [row for _, row in READER.read_json([], document)]


def test_a_rule_of_several_peers_and_ports_is_a_row_for_each_of_both() -> None:
    """With the number of the rule."""
    found = rows({
        "podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": [
                    {"podSelector": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["x", "y"]}]}},
                    {"namespaceSelector": {}, "podSelector": {"matchLabels": {"a": "b"}}},
                    {"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16", "10.2.0.0/16"]}},
                ],
                "ports": [{"port": 80}, {"protocol": "UDP", "port": "dns"}, {"port": 1000, "endPort": 2000}],
            }
        ],
    })  # fmt: skip
    assert found[0] == NetworkPolicy(
        "NetworkPolicy", "shop", "web", "namespace", None, "app=web", None, ingress=True, egress=False, created=1767323045
    )
    rule = PolicyRule("NetworkPolicy", "shop", "web", "ingress", 1, "allow")
    assert len(found) == 10
    assert found[1] == rule._replace(pods="app!=x|y", proto="TCP", port=80)
    assert found[5] == rule._replace(pods="a=b", namespaces="*", proto="UDP", port_name="dns")
    assert found[9] == rule._replace(block="10.0.0.0/8", but="10.1.0.0/16,10.2.0.0/16", proto="TCP", port=1000, last_port=2000)


@pytest.mark.parametrize(
    ("spec", "ingress", "egress"),
    [
        ({}, True, False), ({"egress": [{}]}, True, True), ({"egress": []}, True, False),
        ({"policyTypes": ["Egress"]}, False, True), ({"policyTypes": ["Egress"], "ingress": [{}]}, False, True),
    ],
)  # fmt: skip
def test_what_a_policy_is_about_where_it_does_not_say(spec: dict[str, Any], ingress: bool, egress: bool) -> None:  # noqa: FBT001
    """Ingress, and egress where it has such rules (Kubernetes API, policyTypes)."""
    policy = rows(spec)[0]
    assert (policy.ingress, policy.egress) == (ingress, egress)
    assert all(rule.direction == "egress" or ingress for rule in rows(spec)[1:])


def test_an_empty_rule_is_about_everybody() -> None:
    """And no rule about nobody."""
    assert rows({"ingress": [{}]})[1].everybody
    assert rows({"ingress": []})[1:] == []


@pytest.mark.parametrize(
    "spec",
    [
        {"ingress": [{"from": [{"podSelector": {}, "fqdn": "x"}]}]}, {"ingress": [{"when": "now"}]},
        {"ingress": [{"ports": [{"port": 1, "dscp": 2}]}]},
    ],
)  # fmt: skip
def test_what_is_not_known_is_named(spec: dict[str, Any]) -> None:
    """So that nothing is concluded from the rest."""
    assert rows(spec)[1].unread in {"fqdn", "when", "dscp"}
    assert not rows(spec)[1].everybody


@pytest.mark.parametrize(
    ("spec", "reason"),
    [
        ({"podSelector": {"matchExpressions": [{"key": "a", "operator": "Gt", "values": ["1"]}]}}, '"Gt"'),
        ({"ingress": [{"from": [{"ipBlock": {"cidr": "10.0.0/8"}}]}]}, "10.0.0"),
        ({"ingress": [{"from": [{}]}]}, "empty"),
        ({"podSelector": {"matchLabels": {"a,b": "c"}}}, "no label"),
        ({"podSelector": ["a"]}, "object"),
        ({"podSelector": {"matchLabels": {"a": {"b": "c"}}}}, "an object"),
    ],
)
def test_what_the_api_server_would_refuse_is_told(spec: dict[str, Any], reason: str) -> None:
    """With the policy's name."""
    told = [row.reason for row in rows(spec) if isinstance(row, Bad)]
    assert told
    assert "NetworkPolicy web" in told[0]
    assert reason in told[0]


def test_policies_of_the_whole_cluster_have_tiers_and_priorities() -> None:
    """AdminNetworkPolicy, BaselineAdminNetworkPolicy and what follows them, ClusterNetworkPolicy."""
    group = "policy.networking.k8s.io"
    subject = {"subject": {"pods": {"namespaceSelector": {"matchLabels": {"a": "b"}}, "podSelector": {}}}}
    rule = {"name": "x", "action": "Deny", "to": [{"networks": ["10.0.0.0/8"]}, {"nodes": {}}, {"domainNames": ["x.example."]}]}
    found = rows({**subject, "priority": 7, "egress": [rule]}, apiVersion=f"{group}/v1alpha1", kind="AdminNetworkPolicy")
    assert (found[0].tier, found[0].priority, found[0].namespaces, found[0].egress) == ("admin", 7, "a=b", True)
    assert [(one.block, one.nodes, one.unread) for one in found[1:]] == [
        ("10.0.0.0/8", None, None), (None, "*", None), (None, None, "domainNames"),
    ]  # fmt: skip
    ports = [{"portRange": {"protocol": "UDP", "start": 1, "end": 9}}, {"namedPort": "web"}]
    base = {**subject, "ingress": [{"action": "Allow", "from": [{"namespaces": {}}], "ports": ports}]}
    found = rows(base, apiVersion=f"{group}/v1alpha1", kind="BaselineAdminNetworkPolicy")
    assert (found[0].tier, found[0].priority) == ("baseline", None)
    assert [(one.proto, one.port, one.last_port, one.port_name) for one in found[1:]] == [
        ("UDP", 1, 9, None),
        (None, None, None, "web"),
    ]
    protocols = [{"tcp": {"destinationPort": {"number": 80}}}, {"sctp": {}}, {"icmp": {}}]
    spec = {
        **subject,
        "tier": "Baseline",
        "priority": 1,
        "ingress": [{"action": "Pass", "from": [{"pods": {}}], "protocols": protocols}],
    }
    found = rows(spec, apiVersion=f"{group}/v1alpha2", kind="ClusterNetworkPolicy")
    assert [(one.action, one.proto, one.port, one.unread) for one in found[1:]] == [
        ("pass", "TCP", 80, None), ("pass", "SCTP", None, None), ("pass", None, None, "icmp"),
    ]  # fmt: skip


def test_a_policy_of_another_group_is_another_thing() -> None:
    """Calico's has the same kind."""
    (row,) = rows({"selector": "all()"}, apiVersion="projectcalico.org/v3")
    assert isinstance(row, CalicoPolicy)
