"""Random sets of NetworkPolicies with pods and flows, the same for the same seed; and what cyclonus says of them.

cyclonus 0.5.6 takes NotIn for false where the label is missing; the API server takes it for true (Kubernetes, Labels and
Selectors), and so does podpath. NotIn stands beside Exists here, so that both say the same.
"""

import json
import lzma
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

T = TypeVar("T")

RECORDED: Final = Path(__file__).parent / "recorded.json.xz"
"""For each seed from 0 what cyclonus answers: a letter for each flow (``b`` both, ``i`` ingress alone, ``e``, ``n``)."""
SETS: Final = 1000
FLOWS: Final = 12
_KEYS: Final = ("app", "tier", "env")
_VALUES: Final = ("a", "b", "c")
_PORTS: Final = ((80, "http", "TCP"), (443, "https", "TCP"), (53, "dns", "UDP"), (9000, "data", "SCTP"))
_BLOCKS: Final = ("10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24", "0.0.0.0/0", "192.0.2.0/24", "10.1.2.3/32")
NAME: Final = "kubernetes.io/metadata.name"


class Made:
    """One set.

    Args:
        seed: of all choices.
    """

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.namespaces = {name: {NAME: name, **self._labels()} for name in ("x", "y", "z")}
        self.pods: list[dict[str, Any]] = [
            {"namespace": ns, "name": f"p{at}", "labels": self._labels(), "address": f"10.1.{'xyz'.index(ns)}.{at + 1}"}
            for ns in self.namespaces
            for at in range(3)
        ]
        self.policies = [self._policy(at) for at in range(1 + self._at(5))]
        self.flows = [self._flow() for _ in range(FLOWS)]

    def _at(self, most: int) -> int:
        return int(self._chance.random() * most)

    def _one(self, of: Sequence[T]) -> T:
        return of[self._at(len(of))]

    def _some(self, of: Sequence[T], share: float = 0.5) -> list[T]:
        return [each for each in of if self._chance.random() < share]

    def _labels(self) -> dict[str, str]:
        return {key: self._one(_VALUES) for key in self._some(_KEYS)}

    def _selector(self) -> dict[str, Any]:
        if self._chance.random() < 0.2:
            return {}
        made: dict[str, Any] = {"matchLabels": {key: self._one(_VALUES) for key in self._some(_KEYS, 0.3)}}
        if self._chance.random() < 0.4:
            operator = self._one(("In", "NotIn", "Exists", "DoesNotExist"))
            wanted: dict[str, Any] = {"key": self._one(_KEYS), "operator": operator}
            if operator.endswith("In"):
                wanted["values"] = self._some(_VALUES, 0.6) or ["a"]
            made["matchExpressions"] = [wanted]
            if operator == "NotIn":
                made["matchExpressions"].append({"key": wanted["key"], "operator": "Exists"})
        return made

    def _peer(self) -> dict[str, Any]:
        if self._chance.random() < 0.25:
            block: dict[str, Any] = {"cidr": self._one(_BLOCKS)}
            if self._chance.random() < 0.4:
                block["except"] = [self._one(("10.1.0.0/24", "10.1.2.0/25", "192.0.2.128/25"))]
            return {"ipBlock": block}
        kinds = self._one((("podSelector",), ("namespaceSelector",), ("podSelector", "namespaceSelector")))
        peer: dict[str, Any] = {kind: self._selector() for kind in kinds}
        if "namespaceSelector" in peer and self._chance.random() < 0.3:
            peer["namespaceSelector"] = {"matchLabels": {NAME: self._one("xyz")}}
        return peer

    def _port(self) -> dict[str, Any]:
        number, name, proto = self._one(_PORTS)
        kind, made = self._at(5), {"protocol": proto}
        if kind == 0:
            return made
        if kind == 1:
            return {**made, "port": name}
        if kind == 2:
            return {**made, "port": number - 5, "endPort": number + self._at(3) - 1}
        return {"port": number} if kind == 3 and proto == "TCP" else {**made, "port": number}

    def _rule(self, side: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        if self._chance.random() < 0.8:
            made[side] = [self._peer() for _ in range(1 + self._at(2))]
        if self._chance.random() < 0.6:
            made["ports"] = [self._port() for _ in range(1 + self._at(2))]
        return made

    def _policy(self, at: int) -> dict[str, Any]:
        spec: dict[str, Any] = {"podSelector": self._selector()}
        for direction, side in (("ingress", "from"), ("egress", "to")):
            if self._chance.random() < 0.6:
                spec[direction] = [self._rule(side) for _ in range(self._at(3))]
        # The API server writes the default.
        types = ["Ingress"] + (["Egress"] if spec.get("egress") else [])
        spec["policyTypes"] = self._one((types, types, ["Ingress", "Egress"], ["Egress"], ["Ingress"]))
        return {
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": {"namespace": self._one("xyz"), "name": f"n{at}"}, "spec": spec,
        }  # fmt: skip

    def _flow(self) -> dict[str, Any]:
        number, name, proto = self._one(_PORTS)
        outside = {"address": self._one(("192.0.2.7", "192.0.2.200", "10.200.0.1"))}
        way = self._at(6)
        ends: list[dict[str, Any]] = [self._one(self.pods), self._one(self.pods)]
        while ends[0] is ends[1]:
            ends[1] = self._one(self.pods)
        if way < 2:
            ends[way] = outside
        return {"from": ends[0], "to": ends[1], "proto": proto, "port": number, "portName": name if way != 1 else ""}

    def question(self) -> dict[str, Any]:
        """Return what the oracle (``tools/policies``) is asked."""
        whole = [
            {
                "From": self._whole(flow["from"]), "To": self._whole(flow["to"]), "Proto": flow["proto"],
                "Port": flow["port"], "PortName": flow["portName"],
            }
            for flow in self.flows
        ]  # fmt: skip
        return {"Policies": self.policies, "Flows": whole}

    def _whole(self, one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "namespaceLabels": self.namespaces[one["namespace"]]} if "namespace" in one else one

    def objects(self) -> Iterator[dict[str, Any]]:
        """Yield the objects as kubectl prints them."""
        for name, labels in self.namespaces.items():
            yield {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
        for pod in self.pods:
            ports = [{"containerPort": number, "name": name, "protocol": proto} for number, name, proto in _PORTS]
            yield {
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"namespace": pod["namespace"], "name": pod["name"], "labels": pod["labels"]},
                "spec": {"nodeName": "n1", "hostNetwork": False, "containers": [{"ports": ports}]},
                "status": {"podIP": pod["address"], "podIPs": [{"ip": pod["address"]}], "phase": "Running"},
            }  # fmt: skip
        yield from self.policies


def letters(found: list[dict[str, bool]]) -> str:
    """Return answers as letters."""
    return "".join(
        "b" if one["ingress"] and one["egress"] else "i" if one["ingress"] else "e" if one["egress"] else "n" for one in found
    )


def recorded() -> list[str]:
    """Return what the oracle said of each seed."""
    return list(json.loads(lzma.decompress(RECORDED.read_bytes())))
