"""What objects alone say of a flow, without any node."""

from typing import Any

import pytest

from podpath.state.policing import Permit
from podpath.state.trace import Trace, Verdict
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import EndpointError, endpoint
from podpath.walk.trace import Ask, Tracer
from tests.policy.clusters import BASE, DENY, LISTS, snapshot

SERVICE: dict[str, Any] = {
    "apiVersion": "v1", "kind": "Service", "metadata": {"name": "db", "namespace": "shop"},
    "spec": {"type": "ClusterIP", "clusterIP": "10.96.0.9", "ports": [{"port": 80, "protocol": "TCP", "targetPort": 5432}]},
}  # fmt: skip


def endpoints(*, ready: bool) -> dict[str, Any]:
    """Return the service's slice."""
    return {
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {"name": "db-1", "namespace": "shop", "labels": {"kubernetes.io/service-name": "db"}},
        "endpoints": [{"addresses": ["10.1.0.2"], "conditions": {"ready": ready}, "nodeName": "n2"}],
        "ports": [{"port": 5432, "protocol": "TCP"}],
    }  # fmt: skip


ALL = (*LISTS, "services -A", "endpointslices -A")


def traced(
    more: list[dict[str, Any]], source: str, destination: str, port: int | None = 5432, lists: tuple[str, ...] = ALL
) -> Trace:
    """Trace a flow of TCP by the objects."""
    with snapshot([*BASE, *more], lists) as store:
        cluster = Cluster(store)
        ends = endpoint(cluster, source), endpoint(cluster, destination)
        return Tracer(cluster).trace(Ask(source=ends[0], destination=ends[1], proto="tcp", port=ends[1].port or port))


def test_policies_answer_and_the_nodes_are_asked_for() -> None:
    """Whether the packet arrives is unknown: nobody knows whether these policies are enforced."""
    told = traced([DENY], "web/a", "shop/db-0")
    assert told.verdict is Verdict.UNKNOWN
    assert [one.node for one in told.unknowns] == ["n1", "n2"]
    assert {one.direction: one.permit for one in told.policies} == {"ingress": Permit.DENIED, "egress": Permit.ALLOWED}


def test_policies_see_what_is_behind_a_service() -> None:
    """The endpoint and its port."""
    told = traced([DENY, SERVICE, endpoints(ready=True)], "web/a", "svc/shop/db:80")
    (denied,) = [one for one in told.policies if one.permit is Permit.DENIED]
    assert denied.pod == "shop/db-0"
    assert denied.needed is not None
    assert denied.needed.port == 5432


def test_a_service_none_of_whose_endpoints_is_ready_is_told() -> None:
    """The objects know it; so does who has none."""
    for slices in ([endpoints(ready=False)], []):
        told = traced([SERVICE, *slices], "web/a", "svc/shop/db:80")
        assert told.remarks == ("svc/shop/db has no endpoint that is ready",)
        assert told.policies == ()


def test_endpoints_that_nobody_listed_may_be_ready() -> None:
    """Nothing is said of them but that they are missing."""
    for more in ([endpoints(ready=False)], []):
        told = traced([SERVICE, *more], "web/a", "svc/shop/db:80", lists=(*LISTS, "services -A", "endpointslices -n other"))
        assert told.remarks == ()
        missing = [(one.missing, one.command) for one in told.unknowns if not one.node]
        assert missing == [("the endpoints of svc/shop/db", "kubectl -n shop get endpointslices -o yaml")]


def test_who_is_no_pod_is_a_host_outside() -> None:
    """As before."""
    with pytest.raises(EndpointError):
        traced([DENY], "192.0.2.7", "shop/db-0")
