"""What the API's objects intend against what real kube-proxies have written: one is stopped while the objects change."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from podpath.checks.engine.run import run_checks
from podpath.snapshot.link_up import link_up
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.state.finding import Confidence, Finding
from tests.engines import wait_for
from tests.real.labs import Kubernetes, kubernetes

pytestmark = [pytest.mark.root, pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(1200)]

_ABOUT = {"kube-proxy-stale-rules", "service-backend-foreign", "service-backend-missing", "service-rules-missing"}


@pytest.fixture(scope="module", params=["iptables", "nftables"])
def k8s(request: pytest.FixtureRequest) -> Iterator[Kubernetes]:
    """Return a cluster, with each form of kube-proxy."""
    with kubernetes(request.param) as made:
        yield made


def found(k8s: Kubernetes) -> dict[tuple[str, str], Finding]:
    """Return what `check` says of services, with the objects and the rules of this moment, by cause and node."""
    with k8s.spaces.capture() as store:
        for kind in ("services", "endpointslices", "pods", "nodes"):
            command = f"kubectl get {kind} -A -o json"
            lines = [f"$ {command}", *k8s.kubectl("get", kind, "-A", "-o", "json").splitlines()]
            load_text(store, f"{kind}.txt", "api", None, lines)
        store.flush()
        link_up(store)
        merge(store)
        findings = run_checks(store).findings
        return {(one.check, one.node): one for one in findings if one.check in _ABOUT}


@contextmanager
def stopped(k8s: Kubernetes, node: str) -> Iterator[None]:
    """Stop the kube-proxy of a node as long as the block lasts."""
    k8s.cluster.do(node, "sh -c 'kill -STOP $(pidof kube-proxy)'")
    try:
        yield
    finally:
        k8s.cluster.do(node, "sh -c 'kill -CONT $(pidof kube-proxy)'")


@contextmanager
def service(k8s: Kubernetes, app: str) -> Iterator[None]:
    """Make a service with one pod behind it, as long as the block lasts."""
    spec = {"clusterIP": "10.96.0.78", "selector": {"app": app}, "ports": [{"port": 81, "targetPort": 80}]}
    k8s.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "changing"}, "spec": spec})
    try:
        wait_for("all nodes serve it", lambda: all(serves(k8s, node) for node in ("n1", "n2", "n3")))
        yield
    finally:
        k8s.kubectl("delete", "service", "changing", "--ignore-not-found")
        wait_for("no node knows it", lambda: not any("10.96.0.78" in rules(k8s, node) for node in ("n1", "n2", "n3")))


def rules(k8s: Kubernetes, node: str) -> str:
    """Return the rules of a node."""
    return k8s.cluster.do(node, "sh -c 'iptables-save; nft list table ip kube-proxy 2>/dev/null || true'")


def serves(k8s: Kubernetes, node: str) -> bool:
    """Say whether the rules of a node have the service's address, and lead somewhere."""
    lines = rules(k8s, node).splitlines()
    return any("10.96.0.78" in line and ("KUBE-SVC" in line or "goto service" in line) for line in lines)


def test_rules_and_objects_agree(k8s: Kubernetes) -> None:
    """While every kube-proxy works, nothing is found."""
    with service(k8s, "p3"):
        assert found(k8s) == {}


def test_a_stopped_proxy_leads_to_the_pod_that_was_behind_a_service(k8s: Kubernetes) -> None:
    """At its node alone; that it lacks the new endpoint follows from it."""
    with service(k8s, "p3"), stopped(k8s, "n1"):
        k8s.kubectl("patch", "service", "changing", "-p", '{"spec":{"selector":{"app":"p4"}}}')
        wait_for("the others have written it", lambda: found(k8s).keys() == {("service-backend-foreign", "n1")})
        foreign = found(k8s)["service-backend-foreign", "n1"]
    assert "p3" in foreign.summary, foreign


def test_a_stopped_proxy_lacks_the_endpoint_that_others_have(k8s: Kubernetes) -> None:
    """The rules of the others prove it."""
    with service(k8s, "p3"), stopped(k8s, "n1"):
        k8s.kubectl("label", "pod", "p4", "app=p3", "--overwrite")
        try:
            wait_for("the others have written it", lambda: found(k8s).keys() == {("service-backend-missing", "n1")})
            missing = found(k8s)["service-backend-missing", "n1"]
        finally:
            k8s.kubectl("label", "pod", "p4", "app=p4", "--overwrite")
    assert missing.confidence is Confidence.PROVEN, missing
    assert "lack 1 of its 2 ready endpoints" in missing.summary


def test_a_stopped_proxy_rejects_what_has_an_endpoint_now(k8s: Kubernetes) -> None:
    """It has a rule for the service, which leads nowhere."""
    with service(k8s, "p3"):
        k8s.kubectl("patch", "service", "changing", "-p", '{"spec":{"selector":{"app":"nobody"}}}')
        wait_for("all nodes reject it", lambda: not any(serves(k8s, node) for node in ("n1", "n2", "n3")))
        with stopped(k8s, "n1"):
            k8s.kubectl("patch", "service", "changing", "-p", '{"spec":{"selector":{"app":"p3"}}}')
            wait_for("the others serve it", lambda: found(k8s).keys() == {("service-backend-missing", "n1")})
            missing = found(k8s)["service-backend-missing", "n1"]
    assert missing.confidence is Confidence.PROVEN, missing
    assert "lack 1 of its 1 ready endpoints" in missing.summary
    assert missing.evidence, "the rule that rejects"


def test_a_stopped_proxy_serves_what_was_deleted(k8s: Kubernetes) -> None:
    """Where the others have removed it."""
    with service(k8s, "p3"), stopped(k8s, "n1"):
        k8s.kubectl("delete", "service", "changing")
        wait_for("the others have removed it", lambda: not serves(k8s, "n2") and not serves(k8s, "n3"))
        stale = found(k8s)["kube-proxy-stale-rules", "n1"]
    assert (stale.node, stale.confidence) == ("n1", Confidence.PROVEN), stale
    assert "10.96.0.78 port 81 (tcp), which no service has" in stale.summary


def test_a_stopped_proxy_does_not_know_what_was_made(k8s: Kubernetes) -> None:
    """Where the others serve it."""
    with stopped(k8s, "n1"):
        spec = {"clusterIP": "10.96.0.78", "selector": {"app": "p3"}, "ports": [{"port": 81, "targetPort": 80}]}
        k8s.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "changing"}, "spec": spec})
        try:
            wait_for("the others serve it", lambda: serves(k8s, "n2") and serves(k8s, "n3"))
            missing = found(k8s)["service-rules-missing", "n1"]
        finally:
            k8s.kubectl("delete", "service", "changing")
    assert (missing.node, missing.confidence) == ("n1", Confidence.PROVEN), missing
    assert "10.96.0.78 port 81" in missing.summary
