"""Names of Kubernetes objects: pods by owner, headless services, names in the DNS.

The objects are written as the API server prints them: a ReplicaSet's pods name it, and it names its Deployment.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.walk.cluster import Cluster
from podpath.walk.endpoints import EndpointError, endpoint
from podpath.walk.workloads import WorkloadError, by_dns, meant, named_pods, owner, plain
from tests.policy.clusters import pod


def owned(made: dict[str, Any], kind: str, name: str, **spec: str) -> dict[str, Any]:
    """Return an object that another one controls."""
    made["metadata"]["ownerReferences"] = [
        {"kind": "Other", "name": "x", "controller": False},
        {"kind": kind, "name": name, "controller": True},
    ]
    made.setdefault("spec", {}).update(spec)
    return made


def workload(kind: str, name: str, by: tuple[str, str] | None = None) -> dict[str, Any]:
    """Return an object ``namespace/name`` that makes pods."""
    space, _, own = name.partition("/")
    made: dict[str, Any] = {"apiVersion": "apps/v1", "kind": kind, "metadata": {"namespace": space, "name": own}}
    return owned(made, *by) if by is not None else made


def web(number: int, made: str = "6d4cf", space: str = "shop", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - of JSON
    """Return a pod of a Deployment called web."""
    found = pod(f"{space}/web-{made}-{number}", f"10.1.0.{number}", labels={"app": "web", "pod-template-hash": made}, **more)
    return owned(found, "ReplicaSet", f"web-{made}")


def snapshot(*objects: dict[str, Any]) -> Store:
    """Return a snapshot of objects."""
    store = Store()
    store.connection.execute("SET threads = 1")
    text = ["$ kubectl get all -A -o json", json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})]
    load_text(store, "objects.txt", "objects", None, text)
    merge(store)
    return store


SERVICE = {
    "apiVersion": "v1", "kind": "Service", "metadata": {"namespace": "shop", "name": "db"},
    "spec": {"clusterIP": "None", "ports": [{"name": "pg", "port": 5432, "targetPort": 15432}]},
}  # fmt: skip
SLICE = {
    "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
    "metadata": {"name": "db-x", "namespace": "shop", "labels": {"kubernetes.io/service-name": "db"}},
    "endpoints": [
        {"addresses": ["10.1.0.20"], "conditions": {"ready": True}, "hostname": "db-0",
         "targetRef": {"kind": "Pod", "name": "db-0", "namespace": "shop"}},
        {"addresses": ["10.1.0.21"], "conditions": {"ready": True}, "hostname": "db-1",
         "targetRef": {"kind": "Pod", "name": "db-1", "namespace": "shop"}},
        {"addresses": ["10.1.0.22"], "conditions": {"ready": False}, "hostname": "db-2"},
        {"addresses": ["192.0.2.9"], "conditions": {"ready": True}, "hostname": "old"},
    ],
    "ports": [{"name": "pg", "port": 15432, "protocol": "TCP"}],
}  # fmt: skip
STATEFUL = [
    owned(pod(f"shop/db-{number}", f"10.1.0.{20 + number}"), "StatefulSet", "db", hostname=f"db-{number}", subdomain="db")
    for number in (0, 1)
]
ALL = [
    web(1), web(2), web(3, "7b9"), web(4, "999"), web(5, space="test"),
    workload("ReplicaSet", "shop/web-6d4cf", ("Deployment", "web")),
    workload("ReplicaSet", "shop/web-7b9", ("Deployment", "web")),
    workload("ReplicaSet", "shop/web-999", ("Rollout", "web")), workload("ReplicaSet", "test/web-6d4cf"),
    workload("Deployment", "shop/idle"), *STATEFUL, SERVICE, SLICE,
    owned(pod("shop/agent-a", "10.1.0.30"), "DaemonSet", "agent"), owned(pod("shop/once-1", "10.1.0.31"), "Job", "once-29"),
    workload("Job", "shop/once-29", ("CronJob", "once")), owned(pod("shop/hour-7", "10.1.0.32"), "Job", "hour-7"),
    {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n9"},
     "status": {"addresses": [{"type": "InternalIP", "address": "192.0.2.19"}]}},
]  # fmt: skip


@pytest.fixture(scope="module")
def shown() -> Iterator[Store]:
    """Return a snapshot of all objects."""
    with snapshot(*ALL) as store:
        yield store


@pytest.mark.parametrize(
    ("word", "pods"),
    [
        ("deploy/web", ("shop/web-6d4cf-1", "shop/web-6d4cf-2", "shop/web-7b9-3")),
        ("shop/deployment/web", ("shop/web-6d4cf-1", "shop/web-6d4cf-2", "shop/web-7b9-3")),
        ("deployments/shop/web:80", ("shop/web-6d4cf-1", "shop/web-6d4cf-2", "shop/web-7b9-3")),
        ("rs/web-7b9", ("shop/web-7b9-3",)), ("test/rs/web-6d4cf", ("test/web-6d4cf-5",)),
        ("sts/db", ("shop/db-0", "shop/db-1")), ("statefulset/shop/db", ("shop/db-0", "shop/db-1")),
        ("ds/agent", ("shop/agent-a",)), ("job/once-29", ("shop/once-1",)), ("cronjob/once", ("shop/once-1",)),
        ("svc/db", ("192.0.2.9", "shop/db-0", "shop/db-1")),
    ],
)  # fmt: skip
def test_an_owner_is_all_of_its_pods(shown: Store, word: str, pods: tuple[str, ...]) -> None:
    """By its references, over the ReplicaSet or Job between; what another owner made is none of them."""
    found = meant(shown, word)
    assert found is not None
    assert (tuple(sorted(found.words)), found.assumed) == (pods, "")


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("deploy/wbe", 'no Deployment is called "deploy/wbe"; did you mean deploy/web'),
        ("deploy/idle", "deploy/shop/idle has no pod that runs"),
        ("sts/qqqqq", "there are sts/shop/db"),
        ("test/deploy/web", "no Deployment"),
        ("rs/web-6d4cf", "matches rs/shop/web-6d4cf, rs/test/web-6d4cf. Which one?"),
        ("cronjob/hour", "nothing shows whether shop/hour-7 is of cj/hour: kubectl get pods,jobs -A -o yaml"),
        ("rc/old", "the snapshot shows none: kubectl get pods -A -o yaml"),
        ("svc/db:none", 'has no port called "none"'),
    ],
)
def test_a_name_that_means_no_pod_is_told(shown: Store, word: str, told: str) -> None:
    """With near names, the names that there are, or what would show it; nothing is guessed."""
    with pytest.raises(WorkloadError) as raised:
        meant(shown, word)
    assert told in str(raised.value)


def test_a_name_of_two_namespaces_is_asked_back() -> None:
    """And a pod of a namespace that is called as the kind is."""
    with snapshot(web(1), web(2, space="test"), pod("deploy/web", "10.1.0.9"), pod("deploy/db", "10.1.0.8")) as store:
        with pytest.raises(WorkloadError, match=r"could be pod/deploy/web, or pods of a Deployment: write deploy/NAMESPACE/web"):
            meant(store, "deploy/web")
        with pytest.raises(WorkloadError, match=r'"deploy/web" matches deploy/shop/web, deploy/test/web\. Which one\?'):
            meant(store, "deployment/web")
        assert plain("pod/deploy/db") == "deploy/db"


def test_without_the_replicaset_the_hash_of_the_template_is_assumed_and_told() -> None:
    """The Deployment gives its ReplicaSet this name; a name that only looks like it is no proof."""
    other = owned(pod("shop/web-front-x", "10.1.0.7"), "ReplicaSet", "web-front")
    with snapshot(web(1), web(2), other) as store:
        found = meant(store, "deploy/web")
        assert found is not None
        assert found.words == ("shop/web-6d4cf-1", "shop/web-6d4cf-2")
        assert "the label pod-template-hash say that shop/web-6d4cf-1 is a pod of that Deployment" in found.assumed
        assert "kubectl -n shop get replicaset web-6d4cf -o yaml" in found.assumed
        assert "nothing shows whether shop/web-front-x is of deploy/web, too" in found.assumed


def test_a_table_of_pods_shows_no_owner() -> None:
    """Whatever their names look like."""
    table = ["$ kubectl get pods -A -o wide", "NAMESPACE   NAME          READY   STATUS    RESTARTS   AGE   IP         NODE",
             "shop        web-6d4-abc   1/1     Running   0          5d    10.1.0.1   n1"]  # fmt: skip
    with Store() as store:
        load_text(store, "pods.txt", "pods", None, table)
        merge(store)
        with pytest.raises(
            WorkloadError, match=r"nothing shows whether shop/web-6d4-abc is of deploy/web: kubectl get pods,replicas"
        ):
            meant(store, "deploy/web")


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("svc/db", (5432, "tcp")), ("svc/db:5432", (5432, "tcp")), ("svc/shop/db:pg", (15432, "tcp")), ("svc/db:80", (80, "tcp")),
        ("svc/db:53/udp", (53, "udp")), ("db.shop.svc.cluster.local:pg", (15432, "tcp")),
    ],
)  # fmt: skip
def test_nothing_translates_a_port_of_a_headless_service(shown: Store, word: str, expected: tuple[int, str]) -> None:
    """Its name is the addresses of its endpoints (Kubernetes, DNS): a number is asked there; a name is that of SRV records."""
    found = meant(shown, word)
    assert found is not None
    assert (found.port, found.proto) == expected


@pytest.mark.parametrize(
    ("word", "pods"),
    [
        ("db-0.db", ["shop/db-0"]), ("shop/db-1.db", ["shop/db-1"]), ("db-0.db.shop", ["shop/db-0"]),
        ("db-0.db.shop.svc.cluster.local", ["shop/db-0"]), ("db-0.db.test", []), ("db-0.web", []), ("db-7.db", []),
        ("db-2.db", ["10.1.0.22"]), ("old.db.shop.svc", ["192.0.2.9"]), ("example.com", []),
    ],
)  # fmt: skip
def test_a_name_below_a_headless_service_is_that_pod(shown: Store, word: str, pods: list[str]) -> None:
    """As the DNS has it: the hostname of an endpoint, or of a pod with that subdomain."""
    assert by_dns(shown, word) == pods


@pytest.mark.parametrize(
    ("word", "short"),
    [
        ("node/n1", "node:n1"), ("nodes/n1:80", "node:n1:80/tcp"), ("pod/a", "a"), ("pod/web/a:53/udp", "web/a:53/udp"),
        ("web.shop.svc", "svc/shop/web"), ("web.shop.svc.cluster.local:http", "svc/shop/web:http"), ("web/a", "web/a"),
    ],
)  # fmt: skip
def test_a_word_for_one_thing_is_as_other_places_take_it(word: str, short: str) -> None:
    """Kinds as kubectl takes them, and names of services in the DNS."""
    assert plain(word) == short


def test_other_words_name_no_owner() -> None:
    """Pods, addresses, services."""
    assert [owner(word) for word in ("web/a", "svc/web", "10.0.0.1", "a/deploy/b/c", "deploy/", "x/deploy/y/web")] == [None] * 6


def test_an_end_of_a_trace_is_one_pod(shown: Store) -> None:
    """Of several the message lists which; a node that was not captured has the address of its object."""
    cluster = Cluster(shown)
    with pytest.raises(EndpointError, match=r"deploy/web is 3 pods: shop/web-6d4cf-1, .*Name one"):
        endpoint(cluster, "deploy/web")
    found = endpoint(cluster, "ds/agent:9100")
    assert (found.name, found.port, found.proto) == ("shop/agent-a", 9100, "tcp")
    assert endpoint(cluster, "db-0.db:5432").port == 5432
    assert endpoint(cluster, "node/n9").address == endpoint(cluster, "192.0.2.19").address


def test_the_pods_behind_a_service_are_named_too(shown: Store) -> None:
    """Of a headless one as of others; a word for something else is None."""
    found = named_pods(shown, "db-0.db")
    assert found is not None
    assert found.words == ("shop/db-0",)
    assert named_pods(shown, "web/a") is None
    with pytest.raises(WorkloadError, match="no pod behind svc/none was shown"):
        named_pods(shown, "svc/none")
