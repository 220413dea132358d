"""Objects of the Kubernetes API that say which pods may talk: policies, and what their selectors ask."""

from typing import NamedTuple

from podpath.state.column import (
    AddressText,
    KubeNamespace,
    LabelText,
    PlaceName,
    PolicyName,
    PortName,
    SelectorText,
    Word,
)
from podpath.state.table import table


@table(
    "kube_namespace",
    key="name",
    same="*",
    command="kubectl get namespace {name} -o yaml",
    listing="kubectl get namespaces -o yaml",
)
class Namespace(NamedTuple):
    """A Namespace.

    Attributes:
        name: its name.
        labels: labels as ``key=value``, comma-separated; ``=`` where it has none.
    """

    name: KubeNamespace
    labels: LabelText | None = None


@table(
    "service_account",
    key="namespace name",
    same="*",
    command="kubectl -n {namespace} get serviceaccount {name} -o yaml",
    listing="kubectl get serviceaccounts -A -o yaml",
)
class ServiceAccount(NamedTuple):
    """A ServiceAccount, whose labels policies of Calico may select.

    Attributes:
        namespace: its namespace.
        name: its name.
        labels: labels as ``key=value``, comma-separated; ``=`` where it has none.
    """

    namespace: KubeNamespace
    name: PlaceName
    labels: LabelText | None = None


@table(
    "pod_port",
    key="namespace pod proto port name",
    same="*",
    command="kubectl -n {namespace} get pod {pod} -o yaml",
    listing="kubectl get pods -A -o yaml",
)
class PodPort(NamedTuple):
    """A port that a container of a pod declares; policies and services name it.

    Attributes:
        namespace: namespace of the pod.
        pod: name of the pod.
        proto: TCP, UDP or SCTP.
        port: number of the port.
        name: its name.
    """

    namespace: KubeNamespace
    pod: PlaceName
    proto: Word
    port: int
    name: PortName | None = None


@table(
    "network_policy",
    key="kind namespace name",
    same="*",
    command="kubectl get networkpolicies -A -o yaml",
    listing="kubectl get networkpolicies -A -o yaml",
)
class NetworkPolicy(NamedTuple):
    """A policy: which pods it is about, and how it ranks.

    Attributes:
        kind: NetworkPolicy, AdminNetworkPolicy, BaselineAdminNetworkPolicy or ClusterNetworkPolicy.
        namespace: its namespace, or None for one of the whole cluster.
        name: its name.
        tier: admin, namespace or baseline: the first asked is admin.
        priority: among the policies of a tier the lowest goes first, or None if all are asked at once.
        pods: selector of the pods that it is about.
        namespaces: selector of their namespaces, or None for the policy's own.
        ingress: it is about what the pods receive.
        egress: it is about what the pods send.
        created: when the object was made, in seconds since 1970.
        unread: fields of it that podpath does not know, comma-separated: what it says is unknown then.
    """

    kind: Word
    namespace: KubeNamespace | None
    name: PolicyName
    tier: Word
    priority: int | None = None
    pods: SelectorText | None = None
    namespaces: SelectorText | None = None
    ingress: bool | None = None
    egress: bool | None = None
    created: int | None = None
    unread: str | None = None


@table(
    "policy_rule",
    command="kubectl get networkpolicies -A -o yaml",
    listing="kubectl get networkpolicies -A -o yaml",
    key="kind namespace policy direction number",
)
class PolicyRule(NamedTuple):
    """One peer of a rule of a policy, with one port; a rule of several peers and ports is several rows.

    Attributes:
        kind: kind of the policy.
        namespace: namespace of the policy, or None for one of the whole cluster.
        policy: name of the policy.
        direction: ingress or egress.
        number: place of the rule in its policy, from 1.
        action: allow, deny or pass.
        pods: selector of the peer's pods, or None if the peer is no pod.
        namespaces: selector of the peer's namespaces, or None for the policy's own.
        nodes: selector of nodes.
        block: prefix of the peer's addresses.
        but: comma-separated prefixes inside it that are left out.
        proto: TCP, UDP or SCTP, or None for any.
        port: first port number, or None for any.
        last_port: last port number of a range.
        port_name: name of a port that the receiving pod declares.
        unread: what of it podpath does not know: whether it matches is unknown then.
    """

    kind: Word
    namespace: KubeNamespace | None
    policy: PolicyName
    direction: Word
    number: int
    action: Word
    pods: SelectorText | None = None
    namespaces: SelectorText | None = None
    nodes: SelectorText | None = None
    block: AddressText | None = None
    but: AddressText | None = None
    proto: Word | None = None
    port: int | None = None
    last_port: int | None = None
    port_name: PortName | None = None
    unread: str | None = None

    @property
    def everybody(self) -> bool:
        """Whether it names no peer at all, so that it is about everybody."""
        return self.pods is self.namespaces is self.nodes is self.block is None and self.unread is None
