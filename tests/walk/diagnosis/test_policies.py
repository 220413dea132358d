"""Policies of a lab by their objects, by the rules of its nodes, and by real packets: all three say the same."""

import json
from collections.abc import Sequence
from typing import Any, Final

import pytest

from podpath import lab
from podpath.lab.client import Cluster, LabError
from podpath.lab.matrix import measure
from podpath.lab.reach import End
from podpath.snapshot.load import load_text
from podpath.snapshot.store import Store
from podpath.state.finding import Confidence
from podpath.state.policing import Permit
from podpath.state.trace import Trace, Verdict
from tests.policy.calico_clusters import gnp, listed, np
from tests.walk.clusters import Compared, Inhabited, compared

pytestmark = [pytest.mark.long, pytest.mark.root, pytest.mark.lab, pytest.mark.timeout(300)]
NAMESPACE: Final = "shop"


def objects(cluster: Cluster, *, without: str = "") -> list[dict[str, Any]]:
    """Return the objects that somebody would have made for a lab's pods and policies."""
    made: list[dict[str, Any]] = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": {"team": "shop"}}}
    ]
    made += [
        {
            "apiVersion": "v1", "kind": "Pod",
            "metadata": {"namespace": NAMESPACE, "name": pod.name, "labels": dict(pod.labels)},
            "spec": {"nodeName": node.name, "hostNetwork": False, "containers": [{}]},
            "status": {"podIP": pod.addresses[0].partition("/")[0], "phase": "Running"},
        }
        for node in cluster.plan.cluster_nodes for pod in node.pods
    ]  # fmt: skip
    return made + [policy for policy in POLICIES if policy["metadata"]["name"] != without]


def policy(name: str, pods: str, allow: str, *ports: int) -> dict[str, Any]:
    """Return a NetworkPolicy that lets some pods in."""
    rule: dict[str, Any] = {"from": [{"podSelector": {"matchLabels": {"app": allow}}}]}
    if ports:
        rule["ports"] = [{"protocol": "TCP", "port": port} for port in ports]
    return {
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"namespace": NAMESPACE, "name": name, "creationTimestamp": "2026-01-02T03:04:05Z"},
        "spec": {"podSelector": {"matchLabels": {"app": pods}}, "policyTypes": ["Ingress"], "ingress": [rule]},
    }  # fmt: skip


POLICIES: Final = [policy("web-from-client", "web", "client", 80, 443), policy("db-from-web", "db", "web")]
"""What ``network-policy.yaml`` says."""


LISTS: Final = (("namespaces", "Namespace"), ("pods -A", "Pod"), ("networkpolicies -A", "NetworkPolicy"))
ADMIN: Final = tuple(
    (f"{kind.lower()[:-1]}ies", kind) for kind in ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")
)


def add(store: Store, found: list[dict[str, Any]], lists: tuple[tuple[str, str], ...]) -> None:
    """Add objects to a snapshot, as kubectl lists them."""
    text = []
    for resource, kind in lists:
        listed = [one for one in found if one["kind"] == kind]
        text += [f"$ kubectl get {resource} -o json", json.dumps({"apiVersion": "v1", "kind": "List", "items": listed})]
    load_text(store, "objects.txt", "api", None, text)
    store.flush()


@pytest.fixture(scope="module")
def spaces() -> Any:  # noqa: ANN401 - an iterator of what a with statement gives
    """Bring the lab up."""
    try:
        made = lab.cluster("network-policy")
    except LabError as error:
        pytest.skip(str(error))
    with made, Inhabited(made) as found:
        found.hurry()
        yield found


def traced(
    spaces: Inhabited, found: list[dict[str, Any]], lists: tuple[tuple[str, str], ...] = (*LISTS, *ADMIN),
    more: Sequence[str] = (),
) -> list[Compared]:  # fmt: skip
    """Send packets between all pods, and trace each with the objects at hand."""
    cluster = spaces.cluster
    with spaces.capture() as store:
        add(store, found, lists)
        if more:
            load_text(store, "calico.txt", "api", None, list(more))
            store.flush()

        def is_pod(end: End) -> bool:
            return end.kind == "pod"

        sent = measure(cluster, cluster.plan.expectation(()), sources=is_pod, targets=is_pod, patience=2)
        return list(compared(store, cluster, [cell for cell in sent.cells if cell.probe.endswith("small")]))


def told(trace: Trace | None) -> Permit:
    """Return what the objects say of a flow as a whole."""
    assert trace is not None
    permits = {one.permit for one in trace.policies}
    return Permit.DENIED if Permit.DENIED in permits else Permit.UNKNOWN if Permit.UNKNOWN in permits else Permit.ALLOWED


def confidence(found: list[Compared]) -> set[Confidence]:
    """Return how sure the findings are."""
    return {finding.confidence for one in found if one.trace is not None for finding in one.trace.findings}


def test_objects_rules_and_packets_agree(spaces: Inhabited) -> None:
    """Of each pair of pods; of pings, which the API leaves to the network, the objects say nothing where they deny."""
    found = traced(spaces, objects(spaces.cluster))
    wrong = []
    for one in found:
        permit, dropped = told(one.trace), one.seen == "timeout"
        assert one.trace is not None
        open_ping = permit is Permit.UNKNOWN and "icmp" in one.trace.flow.proto
        if one.seen not in one.said or not (open_ping or (permit is Permit.DENIED) is dropped) or one.trace.findings:
            wrong.append(f"{one.cell.source} → {one.cell.target} {one.cell.probe}: {one.seen}, {permit}, {one.trace.findings}")
    assert not wrong, "\n".join(wrong)
    assert {told(one.trace) for one in found} == set(Permit)


def test_policies_of_calico_by_objects_rules_and_packets_agree(spaces: Inhabited) -> None:
    """The same rules, written as one of a namespace and one of the whole cluster; Calico denies pings, too."""
    client: dict[str, Any] = {"selector": "app == 'client'"}
    web = np(
        f"{NAMESPACE}/web-from-client", order=10, selector="app == 'web'", ingress=[
            {"action": "Log"},
            {"action": "Allow", "protocol": "TCP", "source": client, "destination": {"ports": [80, "443:443"]}},
        ],
    )  # fmt: skip
    db = gnp(
        "db-from-web", order=20, selector="app in {'db'} && projectcalico.org/orchestrator == 'k8s'", ingress=[
            {"action": "Deny", "source": {"notSelector": "app starts with 'we' && app ends with 'b'"}}, {"action": "Allow"},
        ],
    )  # fmt: skip
    pods = [one for one in objects(spaces.cluster) if one["kind"] != "NetworkPolicy"]
    found = traced(spaces, pods, more=listed([web, db]))
    wrong = []
    for one in found:
        permit, dropped = told(one.trace), one.seen == "timeout"
        assert one.trace is not None
        if one.seen not in one.said or (permit is Permit.DENIED) is not dropped or permit is Permit.UNKNOWN or one.trace.findings:
            wrong.append(f"{one.cell.source} → {one.cell.target} {one.cell.probe}: {one.seen}, {permit}, {one.trace.policies}")
    assert not wrong, "\n".join(wrong)
    assert {told(one.trace) for one in found} == {Permit.ALLOWED, Permit.DENIED}


def test_a_policy_that_is_gone_and_whose_rules_stay_is_found(spaces: Inhabited) -> None:
    """With the node that holds them."""
    found = traced(spaces, objects(spaces.cluster, without="db-from-web"))
    stale = [one for one in found if one.trace is not None and {f.check for f in one.trace.findings} == {"policy-rules-stale"}]
    assert stale
    assert all(one.trace is not None and one.trace.verdict is Verdict.DROPPED for one in stale)
    assert {one.cell.target.rpartition("/")[2] for one in stale} == {"p3"}
    assert confidence(stale) == {Confidence.PROVEN}


def test_a_policy_that_no_node_has_rules_of_is_found(spaces: Inhabited) -> None:
    """Named with the time since when it is there; only likely, as a policy of the whole cluster may allow what it denies."""
    new = policy("client-closed", "client", "nobody")
    found = traced(spaces, [*objects(spaces.cluster), new], LISTS)
    told_of = {
        one.cell.target.rpartition("/")[2]: finding.summary
        for one in found
        if one.trace is not None
        for finding in one.trace.findings
        if finding.check == "policy-not-programmed"
    }
    assert told_of.keys() == {"p1", "p4"}
    assert confidence(found) == {Confidence.LIKELY}
    assert all("shop/client-closed" in summary and "2026-01-02" in summary for summary in told_of.values())
