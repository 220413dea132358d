"""Clusters of objects for tests of policies."""

import json
from typing import Any

from podpath.policy.ends import End, Flow
from podpath.policy.objects import Objects
from podpath.policy.policed import policed
from podpath.readers.interface import Json
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.address import parse_ip
from podpath.state.policing import Policed

LISTS = ("namespaces", "pods -A", "networkpolicies -A", "nodes", "clusternetworkpolicies", "adminnetworkpolicies",
         "baselineadminnetworkpolicies")  # fmt: skip


def pasted(objects: list[dict[str, Any]], lists: tuple[str, ...] = LISTS) -> list[str]:
    """Return objects as lines of a paste, each of them in the output of the command that lists its kind."""
    text = []
    for listed in lists:
        name = listed.split()[0]
        own = [one for one in objects if one["kind"].lower() in (name.removesuffix("s"), name.removesuffix("ies") + "y")]
        text += [f"$ kubectl get {listed} -o json", json.dumps({"apiVersion": "v1", "kind": "List", "items": own})]
    return text


def snapshot(objects: list[dict[str, Any]], lists: tuple[str, ...] = LISTS) -> Store:
    """Return a snapshot of objects."""
    store = Store()
    store.connection.execute("SET threads = 1")
    load_text(store, "objects.txt", "objects", None, pasted(objects, lists))
    merge(store)
    return store


def end(objects: Objects, address: str) -> End:
    """Return what has an address."""
    return objects.end(parse_ip(address))


def pod(name: str, address: str, **more: Json) -> dict[str, Any]:
    """Return a pod ``namespace/name``."""
    namespace, _, own = name.partition("/")
    return {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {"namespace": namespace, "name": own, "labels": more.get("labels", {"app": own})},
        "spec": {"nodeName": more.get("node", "n1"), "hostNetwork": more.get("host", False), "containers": [{}]},
        "status": {"podIP": address, "phase": "Running"},
    }  # fmt: skip


def namespace(name: str, **labels: str) -> dict[str, Any]:
    """Return a namespace."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def node(name: str, address: str) -> dict[str, Any]:
    """Return a node."""
    return {
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": name},
        "status": {"addresses": [{"type": "InternalIP", "address": address}]},
    }  # fmt: skip


def netpol(name: str, **spec: Json) -> dict[str, Any]:
    """Return a NetworkPolicy ``namespace/name``."""
    where, _, own = name.partition("/")
    return {
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"namespace": where, "name": own, "creationTimestamp": "2026-01-02T03:04:05Z"},
        "spec": {"podSelector": {}, **spec},
    }  # fmt: skip


def of_cluster(kind: str, name: str, version: str = "v1alpha1", **spec: Json) -> dict[str, Any]:
    """Return a policy of the whole cluster about all pods."""
    return {
        "apiVersion": f"policy.networking.k8s.io/{version}", "kind": kind, "metadata": {"name": name},
        "spec": {"subject": {"namespaces": {}}, **spec},
    }  # fmt: skip


BASE = [
    namespace("web"), namespace("shop", team="shop"), node("n1", "192.168.50.11"), node("n2", "192.168.50.12"),
    pod("web/a", "10.1.0.1"), pod("shop/db-0", "10.1.0.2", node="n2"), pod("web/agent", "192.168.50.11", host=True),
]  # fmt: skip
DENY = netpol("shop/default-deny", policyTypes=["Ingress"])


def asked(
    more: list[dict[str, Any]], source: str = "10.1.0.1", to: str = "10.1.0.2", proto: str = "TCP", port: int = 5432,
    lists: tuple[str, ...] = LISTS, base: list[dict[str, Any]] | None = None,
) -> dict[str, Policed]:  # fmt: skip
    """Return what policies say, by direction."""
    with snapshot([*(BASE if base is None else base), *more], lists) as store:
        objects = Objects(store)
        found = policed(objects, Flow(end(objects, source), end(objects, to), proto, port))
        return {one.direction: one for one in found}
