"""Whether a rule of Calico's matches: what selectors, prefixes, ports and protocols mean (docs.tigera.io, "Rules")."""

from typing import Any

import pytest

from podpath.policy.calico_match import EndpointLabels, of_pod
from podpath.policy.ends import Labels, Pod
from podpath.readers.interface import Json
from podpath.state.policing import Permit
from tests.policy.calico_clusters import asked, calico, gnp, np
from tests.policy.clusters import namespace, node, pod

A, DB, NODE, OUTSIDE = "10.1.0.1", "10.1.0.2", "192.168.50.11", "198.51.100.7"


def account(made: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a pod with a service account."""
    made["spec"]["serviceAccountName"] = name
    return made


def ported(made: dict[str, Any], name: str, port: int) -> dict[str, Any]:
    """Return a pod that names a port."""
    made["spec"]["containers"] = [{"ports": [{"name": name, "containerPort": port, "protocol": "TCP"}]}]
    return made


BASE = [
    namespace("web", team="web"), namespace("shop", team="shop"), node("n1", NODE), node("n2", "192.168.50.12"),
    account(pod("web/a", A), "robot"), ported(account(pod("shop/db-0", DB, node="n2"), "default"), "pg", 5432),
    pod("shop/c", "10.1.0.3", node="n2"),
    {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"namespace": "web", "name": "robot", "labels": {"is": "robot"}}},
]  # fmt: skip
SETS = [
    calico("GlobalNetworkSet", "partners", {"nets": ["198.51.100.0/24"]}, {"who": "partner"}),
    calico("NetworkSet", "web/office", {"nets": ["203.0.113.7/32"]}, {"who": "office"}),
    calico("GlobalNetworkSet", "desk", {"nets": ["10.1.0.3"]}, {"who": "office"}),
    calico("GlobalNetworkSet", "empty", {}, {"who": "nobody"}),
]


def matches(rule: dict[str, Json], source: str = A, port: int | None = 5432, proto: str = "TCP", space: str = "") -> bool | None:
    """Say whether what a rule allows, and nothing else does, arrives at the database."""
    allow: Json = {"action": "Allow", **rule}
    policy = np(f"{space}/p", ingress=[allow]) if space else gnp("p", ingress=[allow])
    permit = asked([policy, *SETS], source, DB, proto, port, base=BASE)["ingress"].permit
    return {Permit.ALLOWED: True, Permit.DENIED: False, Permit.UNKNOWN: None}[permit]


@pytest.mark.parametrize(
    ("source", "space", "yes", "no"),
    [
        ({"selector": "app == 'a'"}, "", [A], ["10.1.0.3", NODE, OUTSIDE]),
        ({"selector": "app == 'a'"}, "shop", [], [A]),  # a policy of a namespace means its own pods
        ({"selector": "all()"}, "shop", ["10.1.0.3"], [A, OUTSIDE]),
        ({"selector": "app == 'a'", "namespaceSelector": "team == 'web'"}, "shop", [A], ["10.1.0.3"]),
        ({"namespaceSelector": "projectcalico.org/name == 'web'"}, "", [A], ["10.1.0.3", OUTSIDE]),
        ({"namespaceSelector": "kubernetes.io/metadata.name in {'web'}"}, "", [A], ["10.1.0.3"]),
        ({"namespaceSelector": "all()"}, "shop", [A, "10.1.0.3", "203.0.113.7"], [OUTSIDE, NODE]),
        ({"namespaceSelector": "global()"}, "shop", [OUTSIDE], [A, "203.0.113.7"]),
        ({"namespaceSelector": "global()", "selector": "who == 'partner'"}, "shop", [OUTSIDE], [A]),
        ({"selector": "projectcalico.org/namespace == 'web'"}, "", [A, "203.0.113.7"], ["10.1.0.3"]),
        ({"selector": "who == 'partner'"}, "", [OUTSIDE], [A, "203.0.113.7"]),
        ({"selector": "who == 'office'"}, "", ["203.0.113.7", "10.1.0.3"], [A]),
        ({"selector": "who == 'nobody'"}, "", [], [A, OUTSIDE]),
        ({"notSelector": "app == 'a'"}, "", ["10.1.0.3", OUTSIDE, NODE], [A]),
        ({"notSelector": "app == 'a'"}, "shop", ["10.1.0.3"], [A, OUTSIDE, NODE]),  # and who is meant is its namespace then
        ({"serviceAccounts": {"names": ["robot", "other"]}}, "", [A], [OUTSIDE]),
        ({"serviceAccounts": {"selector": "is == 'robot'"}}, "", [A], [OUTSIDE]),
        ({"serviceAccounts": {"names": ["robot"], "selector": "is == 'no'"}}, "", [], [A]),
        ({"nets": ["10.1.0.0/24"]}, "", [A, "10.1.0.3"], [OUTSIDE]),
        ({"nets": ["10.1.0.0/24"], "notNets": ["10.1.0.1/32"]}, "", ["10.1.0.3"], [A, OUTSIDE]),
        ({"nets": ["10.1.0.9/24"]}, "", [A], [OUTSIDE]),  # bits behind the length do not count
        ({"notNets": ["10.0.0.0/8", "192.168.0.0/16"]}, "", [OUTSIDE], [A, NODE]),
        ({"nets": ["10.1.0.0/24"], "selector": "app == 'a'"}, "", [A], ["10.1.0.3"]),
        ({"nets": ["fd00::/8"]}, "", [], [A]),
        ({}, "shop", [A, OUTSIDE, NODE], []),
    ],
)  # fmt: skip
def test_a_sender_is_one_whom_all_fields_name(source: dict[str, Json], space: str, yes: list[str], no: list[str]) -> None:
    """Pods by labels of their own, their namespace and account; addresses by network sets and prefixes."""
    assert [matches({"source": source}, one, space=space) for one in yes] == [True] * len(yes)
    assert [matches({"source": source}, one, space=space) for one in no] == [False] * len(no)


@pytest.mark.parametrize(
    ("rule", "yes", "no"),
    [
        ({"protocol": "TCP"}, [("TCP", 1)], [("UDP", 1), ("ICMP", None)]),
        ({"protocol": 6}, [("TCP", 1)], [("UDP", 1)]),
        ({"notProtocol": "TCP"}, [("UDP", 1), ("ICMP", None)], [("TCP", 1)]),
        ({"protocol": "TCP", "destination": {"ports": [80, "8000:8010"]}}, [("TCP", 80), ("TCP", 8010)],
         [("TCP", 81), ("UDP", 80)]),
        ({"protocol": "TCP", "destination": {"ports": ["pg"]}}, [("TCP", 5432)], [("TCP", 80)]),
        ({"protocol": "TCP", "destination": {"notPorts": [22, "1:9"]}}, [("TCP", 80)], [("TCP", 22), ("TCP", 9)]),
        ({"protocol": "ICMP", "icmp": {"type": 8}}, [("ICMP", None)], [("TCP", 8)]),
        ({"protocol": "ICMP", "icmp": {"type": 8, "code": 1}}, [], [("ICMP", None)]),
        ({"protocol": "ICMP", "notICMP": {"type": 8}}, [], [("ICMP", None)]),
        ({"protocol": "ICMP", "notICMP": {"type": 3}}, [("ICMP", None)], []),
        ({"ipVersion": 4}, [("TCP", 1)], []), ({"ipVersion": 6}, [], [("TCP", 1)]),
        ({"destination": {"nets": ["10.1.0.2/32"]}}, [("TCP", 1)], []),
        ({"destination": {"selector": "app == 'x'"}}, [], [("TCP", 1)]),
    ],
)  # fmt: skip
def test_a_protocol_and_its_ports_are_compared(
    rule: dict[str, Json], yes: list[tuple[str, int | None]], no: list[tuple[str, int | None]]
) -> None:
    """By name or number, with ranges, names of ports, and what must not be."""
    assert [matches(rule, proto=proto, port=port) for proto, port in yes] == [True] * len(yes)
    assert [matches(rule, proto=proto, port=port) for proto, port in no] == [False] * len(no)


def test_what_is_not_known_is_unknown() -> None:
    """A service account that a pod does not show, labels of one that nobody has shown."""
    assert matches({"source": {"serviceAccounts": {"names": ["x"]}}}, "10.1.0.3") is None
    assert matches({"source": {"serviceAccounts": {"names": ["robot"]}}}, "10.1.0.3") is None
    assert matches({"source": {"serviceAccounts": {"selector": "is == 'x'"}}}, "10.1.0.3") is None


def test_labels_that_a_pod_inherits_are_known_as_far_as_their_objects_are() -> None:
    """Its own, those of its namespace, those of its account."""
    made = of_pod(Pod("web", "a", Labels({"a": "1"}), Labels({"b": "2"}, complete=False), account="robot"))
    assert made.known["pcns.b"] == "2"
    assert [made.misses(key) for key in ("a", "b", "pcns.b", "pcns.c", "pcsa.c")] == [False, True, False, None, None]
    assert made.known["projectcalico.org/serviceaccount"] == "robot"
    assert of_pod(Pod("web", "a", Labels({}), Labels({}))).misses("projectcalico.org/serviceaccount") is None
    assert EndpointLabels({}).misses("a") is True
