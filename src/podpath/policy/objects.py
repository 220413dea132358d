"""The objects of a snapshot that policies are judged by: pods, their namespaces, and the policies."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from podpath.policy.calico import Ranked, Realm
from podpath.policy.calico_match import Around, NetworkSet, of_set
from podpath.policy.ends import End, Labels, NamedPort, Pod
from podpath.policy.judge import Policy, Selected, joined
from podpath.snapshot import fetch
from podpath.snapshot.store import Store
from podpath.state import kube
from podpath.state.address import Ip
from podpath.state.calico import CalicoHostEndpoint, CalicoPolicy, CalicoRule, CalicoSet, CalicoTier
from podpath.state.policy import Namespace, NetworkPolicy, PodPort, PolicyRule, ServiceAccount
from podpath.state.selector import NAME_LABEL, labels_of
from podpath.state.table import key_of

_OF_CALICO: Final[list[tuple[str, type[NamedTuple], str | None]]] = [
    ("GlobalNetworkSet", CalicoSet, "globalnetworkset"),
    ("NetworkSet", CalicoSet, None),
    ("HostEndpoint", CalicoHostEndpoint, None),
]
"""Kinds that rules of Calico depend on, and that a cluster may not have."""
_KINDS: Final = ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")


class Objects:
    """The objects of a snapshot; what is needed of them is read when it is first asked for, and once.

    Args:
        store: the snapshot.

    Attributes:
        selected: which of its policies are about which of its pods, as far as it was found out.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._policies: dict[str, tuple[Policy, ...]] = {}
        self._ends: dict[Ip, End] = {}
        self.selected = Selected()

    # -- what was shown ------------------------------------------------------------------------------

    @cached_property
    def told(self) -> bool:
        """Whether the snapshot tells of any policy, or that there is none."""
        return bool(
            self._store.raw(
                "SELECT 1 FROM network_policy UNION ALL SELECT 1 FROM calico_policy"
                " UNION ALL SELECT 1 FROM coverage WHERE \"table\" = 'network_policy' LIMIT 1"
            )
        )

    @cached_property
    def _shown(self) -> frozenset[tuple[str, str | None]]:
        """The tables, and parts of tables, of which all was shown."""
        return frozenset(self._store.raw("SELECT DISTINCT \"table\", part FROM coverage WHERE complete = 'yes'"))

    def _lists(self, table: type[NamedTuple], part: str | None = None) -> bool:
        return not self._shown.isdisjoint([(key_of(table), None), (key_of(table), part)])

    def lists_policies(self, namespace: str) -> bool:
        """Say whether all NetworkPolicies of a namespace were shown."""
        return self._lists(NetworkPolicy, namespace)

    @cached_property
    def lists_pods(self) -> bool:
        """Whether all pods of the cluster were shown."""
        return self._lists(kube.Pod)

    @cached_property
    def not_listed(self) -> tuple[str, ...]:
        """The kinds of policies of the whole cluster of which nothing was shown."""
        # All of the table are all NetworkPolicies: each of these kinds is a part of its own.
        kinds: list[tuple[str, type[NamedTuple], str | None]] = [(kind, NetworkPolicy, kind.lower()) for kind in _KINDS]
        if self.realm is not None:
            kinds += _OF_CALICO
        return tuple(kind for kind, table, part in kinds if (key_of(table), part) not in self._shown)

    def lists_calico(self, namespace: str) -> bool:
        """Say whether all policies of Calico were shown that may be about pods of a namespace."""
        table = key_of(CalicoPolicy)
        return (table, "globalnetworkpolicy") in self._shown and self._lists(CalicoPolicy, namespace)

    # -- ends ----------------------------------------------------------------------------------------

    def end(self, address: Ip) -> End:
        """Return what has an address: a pod, a node, or something else."""
        if address not in self._ends:
            self._ends[address] = self._end(address)
        return self._ends[address]

    def _end(self, address: Ip) -> End:
        rows = self._rows(kube.Pod, '("address" = $address::UHUGEINT OR second_ip = $address::UHUGEINT)', {"address": address})
        alive = {(row.namespace, row.name): row for row in reversed(rows) if row.phase not in ("Succeeded", "Failed")}
        own = [row for row in alive.values() if not self._is_on_host(row)]
        if len(own) > 1:
            return End(address, stranger=True, claims=tuple(sorted(f"{row.namespace}/{row.name}" for row in own)))
        if own:
            return End(address, self._pod(own[0], self._ports_of(own[0])))
        node = self._nodes.get(address) or next((row.node for row in alive.values() if row.node), "")
        return End(address, node=node, stranger=not alive and not node and not self.lists_pods)

    def pod(self, namespace: str, name: str) -> Pod | None:
        """Return a pod by its name."""
        values = {"namespace": namespace, "name": name}
        rows = self._rows(kube.Pod, "namespace = $namespace AND name = $name", values)
        return self._pod(rows[0], self._ports_of(rows[0])) if rows else None

    @cached_property
    def pods(self) -> tuple[tuple[Pod, Ip | None], ...]:
        """All pods that run, with their addresses."""
        ports: dict[tuple[str, str], list[PodPort]] = {}
        for port in self._rows(PodPort, "name IS NOT NULL"):
            ports.setdefault((port.namespace, port.pod), []).append(port)
        rows = self._rows(kube.Pod, "coalesce(phase, '') NOT IN ('Succeeded', 'Failed')")
        return tuple((self._pod(row, ports.get((row.namespace, row.name), ())), row.address) for row in rows)

    def _pod(self, row: kube.Pod, ports: Sequence[PodPort]) -> Pod:
        named = tuple(NamedPort(port.name, port.proto, port.port) for port in ports if port.name)
        return Pod(
            row.namespace,
            row.name,
            Labels(labels_of(row.labels), row.labels is not None),
            self._labels.get(row.namespace) or _labels_of(row.namespace, None),
            named if ports or self._lists(PodPort, row.namespace) else None,
            row.node or "",
            self._is_on_host(row),
            row.account,
            self._accounts.get((row.namespace, row.account or ""), Labels({}, complete=False)),
        )

    @cached_property
    def _accounts(self) -> dict[tuple[str, str], Labels]:
        """The labels of service accounts, by namespace and name."""
        rows: list[ServiceAccount] = self._rows(ServiceAccount, "labels IS NOT NULL")
        return {(row.namespace, row.name): Labels(labels_of(row.labels)) for row in rows}

    def _ports_of(self, row: kube.Pod) -> list[PodPort]:
        return self._rows(PodPort, "namespace = $namespace AND pod = $pod", {"namespace": row.namespace, "pod": row.name})

    def _is_on_host(self, row: kube.Pod) -> bool | None:
        if row.host_network is not None:
            return row.host_network
        # A table of kubectl does not say it; the address does.
        return None if row.address is None else row.address in self._nodes

    @cached_property
    def _nodes(self) -> dict[Ip, str]:
        """The nodes, by their addresses."""
        return {row.internal_ip: row.name for row in reversed(self._rows(kube.KubeNode, "internal_ip IS NOT NULL"))}

    @cached_property
    def _labels(self) -> dict[str, Labels]:
        """The labels of the namespaces, by their names."""
        # A list tells labels, a table beside it may not.
        rows = sorted(self._rows(Namespace, "true"), key=lambda row: row.labels is not None)
        return {row.name: _labels_of(row.name, row) for row in rows}

    # -- policies ------------------------------------------------------------------------------------

    def policies(self, namespace: str) -> tuple[Policy, ...]:
        """Return the policies that may be about pods of a namespace: its own, and those of the whole cluster."""
        found = self._policies.get(namespace)
        if found is None:
            own, values = "namespace = $namespace OR namespace IS NULL", {"namespace": namespace}
            rows, rules = self._rows(NetworkPolicy, own, values), self._rows(PolicyRule, own, values)
            found = self._policies[namespace] = joined(rows, rules)
        return found

    @cached_property
    def realm(self) -> Realm | None:
        """What the objects of Calico say, or None if there are none: then nothing shows that Calico enforces policies here."""
        policies: dict[tuple[str, str | None, str], CalicoPolicy] = {
            (row.kind, row.namespace, row.name): row for row in self._rows(CalicoPolicy, "true")
        }
        tiers: list[CalicoTier] = self._rows(CalicoTier, "true")
        if not policies and not tiers:
            return None
        rules: dict[tuple[str, str | None, str], dict[CalicoRule, None]] = {}
        for rule in self._rows(CalicoRule, "true"):
            rules.setdefault((rule.kind, rule.namespace, rule.policy), {})[rule] = None
        ranked = (Ranked(row, tuple(sorted(rules.get(name, ()), key=lambda rule: rule.number))) for name, row in policies.items())
        hosts: list[CalicoHostEndpoint] = self._rows(CalicoHostEndpoint, "true")
        around = Around(tuple(self._network_sets()), frozenset(row.node or "" for row in hosts))
        return Realm(ranked, {row.name: row for row in tiers}, around)

    def _network_sets(self) -> Iterator[NetworkSet]:
        for row in self._rows(CalicoSet, "true"):
            inherited = self._labels.get(row.namespace or "") or _labels_of(row.namespace or "", None)
            labels = of_set(Labels(labels_of(row.labels), row.labels is not None), row.namespace, inherited)
            yield NetworkSet(labels, (row.nets or "") if row.unread is None else None)

    def _rows(self, table: type[NamedTuple], where: str, values: Mapping[str, Any] | None = None) -> list[Any]:
        asked = f"{fetch.select(key_of(table))} WHERE {where} ORDER BY rowid"
        return [found.row for found in fetch.rows(key_of(table), self._store.raw(asked, values or {}))]


def _labels_of(name: str, row: Namespace | None) -> Labels:
    """Return the labels of a namespace; its name is one, whatever else there is."""
    known = {NAME_LABEL: name} | labels_of(row.labels if row is not None else None)
    return Labels(known, row is not None and row.labels is not None)
