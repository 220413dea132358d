"""Who may reach a pod, and why not."""

from typing import Any

from podpath.policy.objects import Objects
from podpath.policy.reach import explained
from podpath.snapshot.load import load_text
from podpath.state.policing import Explained, Ground, Permit, Reach
from tests.policy.clusters import BASE, DENY, LISTS, netpol, pod, snapshot

ALLOW = netpol("shop/allow", ingress=[{"from": [{"podSelector": {}, "namespaceSelector": {}}], "ports": [{"port": 5432}]}])


def asked(more: list[dict[str, Any]], name: str = "db-0", lists: tuple[str, ...] = LISTS) -> dict[str, Explained]:
    """Return what policies say of a pod of the namespace shop."""
    with snapshot([*BASE, pod("web/b", "10.1.0.8", labels={"app": "a"}), *more], lists) as store:
        objects = Objects(store)
        found = objects.pod("shop", name)
        assert found is not None
        return {one.direction: one for one in explained(objects, found, None)}


def of(found: Explained, name: str) -> Reach:
    """Return what is said of another pod."""
    return next(reach for reach in found.reaches if name in reach.pods)


def test_pods_that_are_alike_are_one_answer() -> None:
    """The port on which they may is named, and who allows it."""
    found = asked([DENY, ALLOW])["ingress"]
    assert [ref.called for ref in found.policies] == ["shop/allow", "shop/default-deny"]
    (reach,) = found.reaches
    assert (reach.permit, reach.ports, reach.pods) == (Permit.ALLOWED, ("TCP 5432",), ("web/a", "web/b"))
    assert [ref.called for ref in reach.policies] == ["shop/allow"]


def test_who_may_not_is_told_with_the_policies_that_isolate() -> None:
    """On no port."""
    reach = of(asked([DENY])["ingress"], "web/a")
    assert (reach.permit, reach.ports, reach.ground) == (Permit.DENIED, (), Ground.ISOLATED)


def test_blocks_tell_pods_apart_that_are_alike() -> None:
    """By their addresses."""
    only = netpol("shop/one", ingress=[{"from": [{"ipBlock": {"cidr": "10.1.0.8/32"}}]}])
    found = asked([only])["ingress"]
    assert of(found, "web/b").permit is Permit.ALLOWED
    assert of(found, "web/a").permit is Permit.DENIED


def test_pods_are_alike_only_where_as_much_is_known_of_them() -> None:
    """Of one whose labels a table does not show, it is open whether a selector selects it."""
    only = netpol("shop/one", ingress=[{"from": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "x"}}}]}])
    table = ["$ kubectl get pods -n web -o wide", "NAME   READY   STATUS    RESTARTS   AGE   IP         NODE",
             "bare   1/1     Running   0          5d    10.1.0.7   n1"]  # fmt: skip
    without = pod("web/none", "10.1.0.6", labels={})
    with snapshot([*BASE, without, only], LISTS) as store:
        load_text(store, "pods.txt", "pods", None, table)
        store.flush()
        objects = Objects(store)
        own = objects.pod("shop", "db-0")
        assert own is not None
        found = {one.direction: one for one in explained(objects, own, None)}["ingress"]
    assert (of(found, "web/none").permit, of(found, "web/bare").permit) == (Permit.DENIED, Permit.UNKNOWN)


def test_what_is_not_known_is_asked_for_once() -> None:
    """For all pods together."""
    found = asked([], lists=("namespaces", "pods -A", "networkpolicies -n web"))["ingress"]
    assert {reach.permit for reach in found.reaches} == {Permit.UNKNOWN}
    assert [one.command for one in found.unknowns] == ["kubectl -n shop get networkpolicies -o yaml"]


def test_pods_on_their_hosts_are_no_peers() -> None:
    """They are their nodes."""
    assert all("web/agent" not in reach.pods for one in asked([]).values() for reach in one.reaches)
