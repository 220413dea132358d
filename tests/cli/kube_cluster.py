"""A cluster that answers kubectl as it is told to."""

import json
from typing import Any

from tests.collect.kube.fake import NO_RESOURCE, Answer
from tests.policy.clusters import BASE, DENY, pod

AGENTS = [pod(f"kube-system/kube-flannel-{node}", address, host=True, node=node)
          for node, address in (("n1", "192.168.50.11"), ("n2", "192.168.50.12"))]  # fmt: skip
TABLES = "# ip -4 route show\ndefault via 192.168.50.1 dev eth0\n"


def answers(*first: Answer, objects: list[dict[str, Any]] | None = None) -> list[Answer]:
    """Return what a cluster answers, after what is answered first."""
    found = [*BASE, DENY, *AGENTS] if objects is None else objects
    listed = []
    for kind, name in (("Node", "nodes"), ("Pod", "pods"), ("Namespace", "namespaces"), ("NetworkPolicy", " networkpolicies")):
        own = [one for one in found if one["kind"] == kind]
        listed.append(Answer(f"get {name.strip()} ", json.dumps({"apiVersion": "v1", "kind": "List", "items": own})))
    empty = json.dumps({"apiVersion": "v1", "kind": "List", "items": []})
    return [*first, *listed, Answer("networkpolicies", "", NO_RESOURCE, 1), Answer("get", empty), Answer("exec", TABLES),
            Answer("config", "")]  # fmt: skip
