"""Clusters with Calico for tests of policies: its objects as kubectl lists them."""

import json
from typing import Any

from podpath.policy.ends import Flow
from podpath.policy.objects import Objects
from podpath.policy.policed import policed
from podpath.readers.interface import Json
from podpath.snapshot.load import load_text
from podpath.snapshot.merge import merge
from podpath.snapshot.store import Store
from podpath.state.policing import Policed
from tests.policy.clusters import BASE, LISTS, end, pasted

GROUP = "crd.projectcalico.org"
KINDS = {
    "NetworkPolicy": "networkpolicies", "GlobalNetworkPolicy": "globalnetworkpolicies", "Tier": "tiers",
    "NetworkSet": "networksets", "GlobalNetworkSet": "globalnetworksets", "HostEndpoint": "hostendpoints",
}  # fmt: skip


def calico(kind: str, name: str, spec: dict[str, Json], labels: dict[str, str] | None = None) -> dict[str, Any]:
    """Return an object ``namespace/name``, or one of the whole cluster; a policy without types is about what its rules are."""
    space, slash, own = name.rpartition("/")
    metadata: dict[str, Any] = {"name": own, "creationTimestamp": "2026-01-02T03:04:05Z"}
    if slash:
        metadata["namespace"] = space
    if labels is not None:
        metadata["labels"] = labels
    if kind.endswith("NetworkPolicy") and "types" not in spec:
        told = [word.capitalize() for word in ("ingress", "egress") if word in spec]
        spec = {**spec, "types": told or ["Ingress"]}
    return {"apiVersion": f"{GROUP}/v1", "kind": kind, "metadata": metadata, "spec": spec}


def gnp(name: str, **spec: Json) -> dict[str, Any]:
    """Return a GlobalNetworkPolicy."""
    return calico("GlobalNetworkPolicy", name, spec)


def np(name: str, **spec: Json) -> dict[str, Any]:
    """Return Calico's NetworkPolicy ``namespace/name``."""
    return calico("NetworkPolicy", name, spec)


def tier(name: str, order: float | None, **spec: Json) -> dict[str, Any]:
    """Return a tier."""
    return calico("Tier", name, {**({} if order is None else {"order": order}), **spec})


def listed(objects: list[dict[str, Any]], group: str = GROUP, kinds: tuple[str, ...] = tuple(KINDS)) -> list[str]:
    """Return objects of Calico as lines of a paste, each kind in the output of the command that lists it."""
    text = []
    for kind in kinds:
        own = [one for one in objects if one["kind"] == kind and one["apiVersion"].startswith(group)]
        every = " -A" if kind in {"NetworkPolicy", "NetworkSet"} else ""
        text += [f"$ kubectl get {KINDS[kind]}.{group}{every} -o json"]
        text += [json.dumps({"apiVersion": f"{group}/v1", "kind": f"{kind}List", "items": own})]
    return text


def snapshot(objects: list[dict[str, Any]], kinds: tuple[str, ...] = tuple(KINDS)) -> Store:
    """Return a snapshot of objects, those of Calico among them."""
    own = [one for one in objects if one["apiVersion"].startswith(GROUP)]
    others = [one for one in objects if one not in own]
    store = Store()
    store.connection.execute("SET threads = 1")
    load_text(store, "objects.txt", "objects", None, [*pasted(others, (*LISTS, "serviceaccounts -A")), *listed(own, kinds=kinds)])
    merge(store)
    return store


def asked(
    more: list[dict[str, Any]], source: str = "10.1.0.1", to: str = "10.1.0.2", proto: str = "TCP", port: int | None = 5432,
    kinds: tuple[str, ...] = tuple(KINDS), base: list[dict[str, Any]] | None = None,
) -> dict[str, Policed]:  # fmt: skip
    """Return what policies say, by direction."""
    with snapshot([*(BASE if base is None else base), *more], kinds) as store:
        objects = Objects(store)
        found = policed(objects, Flow(end(objects, source), end(objects, to), proto, port))
        return {one.direction: one for one in found}
