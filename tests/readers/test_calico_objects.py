"""Objects of Calico as rows; they are written as ``kubectl get -o yaml`` and ``calicoctl get -o yaml`` print them."""

from typing import Any

import pytest

from podpath.readers.interface import Bad
from podpath.readers.kubectl import READER as JSON
from podpath.readers.kubectl_yaml import READER as YAML
from podpath.state.calico import CalicoHostEndpoint, CalicoPolicy, CalicoRule, CalicoSet, CalicoTier
from podpath.state.evidence import Complete
from tests.policy.calico_clusters import calico
from tests.readers.helper import json_rows, rows

GNP = """\
apiVersion: projectcalico.org/v3
items:
- apiVersion: projectcalico.org/v3
  kind: GlobalNetworkPolicy
  metadata:
    creationTimestamp: "2026-01-02T03:04:05Z"
    name: default.deny-egress
    uid: 06f13388-e1cc-4493-8b5b-ad176952afd3
  spec:
    egress:
    - action: Deny
      destination:
        nets:
        - 169.254.169.254/32
        notPorts:
        - 53
        - 8000:8010
        - dns
      metadata:
        annotations:
          why: no metadata
      notProtocol: ICMP
      source: {}
    - action: Log
      destination: {}
      source:
        namespaceSelector: team == 'web'
        notSelector: has(x)
        selector: app in {'a', 'b'}
        serviceAccounts:
          names:
          - robot
    namespaceSelector: kubernetes.io/metadata.name != 'kube-system'
    order: 10
    selector: all()
    serviceAccountSelector: all()
    types:
    - Egress
kind: GlobalNetworkPolicyList
metadata:
  resourceVersion: "123"
"""


def test_a_policy_has_a_row_and_one_for_each_rule() -> None:
    """What it selects is one selector of endpoints, with the labels that they inherit."""
    found, deny, log = rows(YAML, "calicoctl get globalnetworkpolicy -o yaml", GNP)
    assert isinstance(found, CalicoPolicy)
    assert (found.name, found.tier, found.order, found.ingress, found.egress, found.created) == (
        "deny-egress", None, 10.0, False, True, 1767323045,
    )  # fmt: skip
    expected = "all() && (pcns.kubernetes.io/metadata.name != 'kube-system') && has(projectcalico.org/serviceaccount)"
    assert (found.selector or "").replace("(", "").replace(")", "") == expected.replace("(", "").replace(")", "")
    assert isinstance(deny, CalicoRule)
    assert (deny.number, deny.action, deny.not_proto, deny.receiver_nets, deny.not_receiver_ports, deny.sender) == (
        1, "deny", "ICMP", "169.254.169.254/32", "53,8000-8010,dns", "*",
    )  # fmt: skip
    assert isinstance(log, CalicoRule)
    assert (log.action, log.not_sender) == ("log", "has(x)")
    assert log.sender == "pcns.team == 'web' && projectcalico.org/serviceaccount == 'robot' && app in {'a', 'b'}"


@pytest.mark.parametrize(
    ("words", "table", "part", "complete"),
    [
        ("calicoctl get globalnetworkpolicy -o yaml", "calico_policy", "globalnetworkpolicy", Complete.YES),
        ("calicoctl get gnp one -o yaml", "calico_policy", "globalnetworkpolicy", Complete.NO),
        ("calicoctl get networkpolicy -o yaml", "calico_policy", "default", Complete.YES),
        ("calicoctl get np -n shop -o yaml", "calico_policy", "shop", Complete.YES),
        ("calicoctl get policy -A -o yaml", "calico_policy", None, Complete.YES),
        ("calicoctl get tiers -o yaml", "calico_tier", None, Complete.YES),
        ("kubectl get networkpolicies.crd.projectcalico.org -A -o yaml", "calico_policy", None, Complete.YES),
        ("kubectl get tiers.projectcalico.org -o yaml", "calico_tier", None, Complete.YES),
        ("kubectl get globalnetworksets.crd.projectcalico.org -o yaml", "calico_set", "globalnetworkset", Complete.YES),
    ],
)
def test_a_command_says_what_it_covers(words: str, table: str, part: str | None, complete: Complete) -> None:
    """All of a kind, those of a namespace, or one."""
    shown = YAML.accepts(words.split())
    assert shown is not None
    assert (shown[0].table, shown[0].part, shown[0].complete) == (table, part, complete)
    assert JSON.accepts(words.split()) is None


@pytest.mark.parametrize(
    "words", ["calicoctl get nodes -o yaml", "calicoctl get gnp", "calicoctl apply -f x", "kubectl get tiers -o x"]
)
def test_other_commands_are_others(words: str) -> None:
    """Tables of calicoctl have a reader of their own."""
    assert YAML.accepts(words.split()) is None


def test_tiers_sets_and_host_endpoints() -> None:
    """The tier ``default`` has no name here; a set without prefixes has none."""
    assert json_rows(JSON, calico("Tier", "default", {"order": 1000000, "defaultAction": "Deny"})) == [
        CalicoTier(None, 1_000_000.0, "deny")
    ]
    assert json_rows(JSON, calico("Tier", "x", {"defaultAction": "Pass"})) == [CalicoTier("x", None, "pass")]
    made = calico("NetworkSet", "shop/office", {"nets": ["192.0.2.0/24", "fd00::/8"]}, {"a": "b"})
    assert json_rows(JSON, made) == [CalicoSet("NetworkSet", "shop", "office", "a=b", "192.0.2.0/24,fd00::/8")]
    assert json_rows(JSON, calico("GlobalNetworkSet", "none", {})) == [CalicoSet("GlobalNetworkSet", None, "none", "=")]
    assert json_rows(JSON, calico("HostEndpoint", "e", {"node": "n1"})) == [CalicoHostEndpoint("e", "n1")]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"types": ["Ingress", "Egress"]}, (True, True)), ({"types": ["Egress"], "ingress": []}, (False, True)),
        ({}, (True, None)), ({"egress": [{"action": "Allow"}]}, (None, True)), ({"ingress": [{"action": "Allow"}]}, (True, None)),
        ({"ingress": [{"action": "Allow"}], "egress": [{"action": "Allow"}]}, (True, True)),
    ],
)  # fmt: skip
def test_without_types_a_policy_is_about_what_its_rules_are(spec: dict[str, Any], expected: tuple[bool, bool | None]) -> None:
    """What was written past Calico's API server is about both for its nodes: that is not known then."""
    made = calico("GlobalNetworkPolicy", "p", {**spec, "types": spec.get("types", [])})
    found = json_rows(JSON, made)[0]
    assert isinstance(found, CalicoPolicy)
    assert (found.ingress, found.egress) == expected
    found = json_rows(JSON, {**made, "apiVersion": "projectcalico.org/v3"})[0]
    assert isinstance(found, CalicoPolicy)
    assert (found.ingress, found.egress) == tuple(bool(one) for one in expected)


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"selector": "a = 'b'"}, "a selector cannot be read"), ({"order": "first"}, 'its order is "first"'),
        ({"ingress": [{"action": "Drop"}]}, 'a rule has the action "Drop"'),
        ({"ingress": [{"action": "Allow", "source": {"nets": ["x"]}}]}, "x"),
        ({"ingress": [{"action": "Allow", "destination": {"ports": ["9:1"]}}]}, '"9:1" is no range of ports'),
        ({"ingress": [{"action": "Allow", "destination": {"ports": [70000]}}]}, '"70000" is no port'),
        ({"ingress": [{"action": "Allow", "source": {"selector": "(" * 5000}}]}, "parentheses inside of each other"),
        ({"ingress": [{"action": "Allow", "source": {"nets": ["10.0.0.0/8"] * 20000}}]}, "it names 20000 prefixes"),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_read_may_be_about_anybody(spec: dict[str, Any], told: str) -> None:
    """It is in the snapshot, and nothing is concluded from it."""
    made = calico("GlobalNetworkPolicy", "p", spec)
    first, second = json_rows(JSON, made)
    assert isinstance(first, CalicoPolicy)
    assert isinstance(second, Bad)
    assert (first.unread, first.selector) == ("spec", None)
    assert told in second.reason


def test_fields_that_are_not_known_are_named() -> None:
    """Of the policy, of the rule, of its ends."""
    rule = {"action": "Allow", "http": {"paths": []}, "source": {"services": {"name": "x"}}, "destination": {"domains": ["x"]}}
    policy, made = json_rows(JSON, calico("GlobalNetworkPolicy", "p", {"ingress": [rule], "egressGateway": 1}))
    assert isinstance(policy, CalicoPolicy)
    assert isinstance(made, CalicoRule)
    assert (policy.unread, made.unread) == ("egressGateway", "http,source.services,destination.domains")


def test_staged_policies_are_none_yet() -> None:
    """Nodes do not enforce them."""
    staged = calico("StagedGlobalNetworkPolicy", "p", {})
    assert json_rows(JSON, {"apiVersion": "v1", "kind": "List", "items": [staged]}) == []
