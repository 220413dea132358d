"""Objects of Calico that say which pods may talk: its policies, their tiers, and the sets of addresses that they select.

Selectors are text of Calico's language (:mod:`podpath.state.calico_selector`), as Calico itself puts them together for its nodes:
labels of a pod's namespace stand behind ``pcns.``, those of its service account behind ``pcsa.``.
"""

from typing import Final, NamedTuple

from podpath.state.column import AddressText, ExpressionText, KubeNamespace, LabelText, NodeName, PolicyName, PortsText, Word
from podpath.state.table import table

NAMESPACED: Final = "CalicoNetworkPolicy"
"""Calico's own NetworkPolicy, whose kind another group has, too."""
ANY: Final = "*"
"""A rule names nobody, or no port."""
OF_NAMESPACE: Final = "pcns."
OF_ACCOUNT: Final = "pcsa."
NAMESPACE_LABEL: Final = "projectcalico.org/namespace"
ACCOUNT_LABEL: Final = "projectcalico.org/serviceaccount"
NAME_LABEL: Final = "projectcalico.org/name"


@table(
    "calico_policy",
    key="kind namespace name",
    same="*",
    command="kubectl get networkpolicies.crd.projectcalico.org,globalnetworkpolicies.crd.projectcalico.org -A -o yaml",
    listing="kubectl get networkpolicies.crd.projectcalico.org,globalnetworkpolicies.crd.projectcalico.org -A -o yaml",
)
class CalicoPolicy(NamedTuple):
    """A policy of Calico: which endpoints it is about, and when it is asked.

    Attributes:
        kind: CalicoNetworkPolicy (NetworkPolicy of projectcalico.org) or GlobalNetworkPolicy.
        namespace: its namespace, or None for one of the whole cluster.
        name: its name.
        tier: its tier, or None for the tier ``default``.
        order: among the policies of a tier the lowest goes first; None is behind all numbers.
        selector: selector of the endpoints that it is about, or None if it is not known.
        ingress: it is about what the endpoints receive, or None if that depends on the version of Calico.
        egress: it is about what they send, likewise.
        hosts: it is about host endpoints alone (doNotTrack, preDNAT).
        forward: it is about what host endpoints forward, too (applyOnForward).
        created: when the object was made, in seconds since 1970.
        unread: fields of it that podpath does not know, comma-separated: what it says is unknown then.
    """

    kind: Word
    namespace: KubeNamespace | None
    name: PolicyName
    tier: PolicyName | None = None
    order: float | None = None
    selector: ExpressionText | None = None
    ingress: bool | None = None
    egress: bool | None = None
    hosts: bool | None = None
    forward: bool | None = None
    created: int | None = None
    unread: str | None = None


@table(
    "calico_rule",
    key="kind namespace policy direction number",
    command="kubectl get networkpolicies.crd.projectcalico.org,globalnetworkpolicies.crd.projectcalico.org -A -o yaml",
    listing="kubectl get networkpolicies.crd.projectcalico.org,globalnetworkpolicies.crd.projectcalico.org -A -o yaml",
)
class CalicoRule(NamedTuple):
    """A rule of a policy of Calico; all that it names must match.

    Attributes:
        kind: kind of the policy.
        namespace: namespace of the policy, or None for one of the whole cluster.
        policy: name of the policy.
        direction: ingress or egress.
        number: place of the rule in its policy, from 1.
        action: allow, deny, pass or log.
        family: 4 or 6, or None for both.
        proto: protocol, in capitals, or its number; None for any.
        not_proto: protocol that it must not be.
        icmp: ``type`` or ``type/code`` of ICMP.
        not_icmp: what it must not be.
        sender: selector of the senders; ``*`` for any, None if it is not known.
        not_sender: selector of those who must not be the sender; ``*`` if it names nobody, None if it is not known.
        sender_nets: comma-separated prefixes of the sender.
        not_sender_nets: prefixes that the sender must not be in.
        sender_ports: comma-separated ports, ranges (``8000-8010``) and names; ``*`` for any, None if they are not known.
        not_sender_ports: ports that it must not be.
        receiver: selector of the receivers, as of the senders.
        not_receiver: selector of those who must not be the receiver.
        receiver_nets: comma-separated prefixes of the receiver.
        not_receiver_nets: prefixes that the receiver must not be in.
        receiver_ports: its ports.
        not_receiver_ports: ports that it must not be.
        unread: what of it podpath does not know: whether it matches is unknown then.
    """

    kind: Word
    namespace: KubeNamespace | None
    policy: PolicyName
    direction: Word
    number: int
    action: Word
    family: int | None = None
    proto: Word | None = None
    not_proto: Word | None = None
    icmp: Word | None = None
    not_icmp: Word | None = None
    sender: ExpressionText | None = None
    not_sender: ExpressionText | None = None
    sender_nets: AddressText | None = None
    not_sender_nets: AddressText | None = None
    sender_ports: PortsText | None = None
    not_sender_ports: PortsText | None = None
    receiver: ExpressionText | None = None
    not_receiver: ExpressionText | None = None
    receiver_nets: AddressText | None = None
    not_receiver_nets: AddressText | None = None
    receiver_ports: PortsText | None = None
    not_receiver_ports: PortsText | None = None
    unread: str | None = None


@table(
    "calico_tier",
    key="name",
    same="*",
    command="kubectl get tiers.crd.projectcalico.org -o yaml",
    listing="kubectl get tiers.crd.projectcalico.org -o yaml",
)
class CalicoTier(NamedTuple):
    """A tier: policies of the tier with the lowest order are asked first.

    Attributes:
        name: its name, or None for the tier ``default``.
        order: its order; None is behind all numbers.
        action: deny or pass: what happens to a packet that policies of the tier are about, and that no rule of theirs matches.
    """

    name: PolicyName | None
    order: float | None = None
    action: Word | None = None


@table(
    "calico_set",
    key="kind namespace name",
    same="*",
    command="kubectl get networksets.crd.projectcalico.org,globalnetworksets.crd.projectcalico.org -A -o yaml",
    listing="kubectl get networksets.crd.projectcalico.org,globalnetworksets.crd.projectcalico.org -A -o yaml",
)
class CalicoSet(NamedTuple):
    """A NetworkSet or GlobalNetworkSet: addresses that rules select by its labels.

    Attributes:
        kind: NetworkSet or GlobalNetworkSet.
        namespace: its namespace, or None for one of the whole cluster.
        name: its name.
        labels: labels as ``key=value``, comma-separated; ``=`` where it has none.
        nets: comma-separated prefixes, or None if it has none.
        unread: fields of it that podpath does not know: nobody knows who is in it then.
    """

    kind: Word
    namespace: KubeNamespace | None
    name: PolicyName
    labels: LabelText | None = None
    nets: AddressText | None = None
    unread: str | None = None


@table(
    "calico_host_endpoint",
    key="name",
    same="*",
    command="kubectl get hostendpoints.crd.projectcalico.org -o yaml",
    listing="kubectl get hostendpoints.crd.projectcalico.org -o yaml",
)
class CalicoHostEndpoint(NamedTuple):
    """A HostEndpoint: policies are about the node itself, too. podpath does not judge them.

    Attributes:
        name: its name.
        node: the node.
    """

    name: PolicyName
    node: NodeName | None = None
