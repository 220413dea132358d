"""What the policies of a cluster say of one flow, by their objects."""

from enum import StrEnum
from typing import NamedTuple

from podpath.state.calico import CalicoRule
from podpath.state.evidence import Unknown
from podpath.state.policy import PolicyRule


class Permit(StrEnum):
    """Whether policies let a flow pass."""

    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


class Ground(StrEnum):
    """Why policies let a flow pass or not."""

    NO_POLICY = "no-policy"
    """No policy selects the pod, so that everything is allowed."""
    RULE = "rule"
    """A rule of a policy matches."""
    ISOLATED = "isolated"
    """Policies select the pod, and no rule of theirs matches."""
    NO_POD = "no-pod"
    """The end is no pod, or one in its node's own namespace, which no policy is about."""
    ITSELF = "itself"
    """A pod may always talk to itself."""
    PROFILE = "profile"
    """Policies of Calico pass it on, and what is behind the last tier allows it: the profile of the pod's namespace."""
    OWN_NODE = "own-node"
    """The node of a pod may always talk to it (Kubernetes, Network Policies)."""


class PolicyRef(NamedTuple):
    """A policy, or a rule of it.

    Attributes:
        kind: kind of the object.
        namespace: its namespace; empty for one of the whole cluster.
        name: its name.
        rule: number of the rule in its direction, from 1, or None for the policy as a whole.
        created: when the object was made, in seconds since 1970.
    """

    kind: str
    namespace: str
    name: str
    rule: int | None = None
    created: int | None = None

    @property
    def called(self) -> str:
        """The name as people write it: with the namespace, or with the kind of one of the whole cluster."""
        if self.kind == "CalicoNetworkPolicy":
            return f"Calico's {self.namespace}/{self.name}"
        return f"{self.namespace}/{self.name}" if self.kind == "NetworkPolicy" else f"{self.kind} {self.name}"


class Needed(NamedTuple):
    """What a rule would have to name for the flow to pass.

    Attributes:
        peer: namespace or address of the other end.
        is_namespace: the peer is a namespace.
        proto: TCP, UDP or SCTP; empty for any.
        port: port number, or None for any.
    """

    peer: str
    is_namespace: bool
    proto: str = ""
    port: int | None = None


class Policed(NamedTuple):
    """What policies say of one direction of a flow at one of its ends.

    Attributes:
        direction: ingress at the receiver, egress at the sender.
        pod: that end, as ``namespace/name``, or its address.
        permit: whether the flow passes.
        ground: why, or None if it is not known.
        policies: the policies that say so.
        needed: what would have to be allowed, of a flow that is denied by default.
        unknowns: what is missing to tell.
        assumed: kinds of policies of which the snapshot says nothing, and that are taken for absent.
    """

    direction: str
    pod: str
    permit: Permit
    ground: Ground | None = None
    policies: tuple[PolicyRef, ...] = ()
    needed: Needed | None = None
    unknowns: tuple[Unknown, ...] = ()
    assumed: tuple[str, ...] = ()


class Reach(NamedTuple):
    """What policies say of one pod and others that are alike to them.

    Attributes:
        permit: whether they may talk; of several ports, whether on any.
        ports: the ports on which they may, as ``TCP 5432``; empty where all are alike.
        ground: why, or None if it is not known.
        policies: the policies that say so.
        pods: the others, as ``namespace/name``.
    """

    permit: Permit
    ports: tuple[str, ...]
    ground: Ground | None
    policies: tuple[PolicyRef, ...]
    pods: tuple[str, ...]


class Explained(NamedTuple):
    """What policies say of one direction of a pod.

    Attributes:
        direction: ingress or egress.
        policies: the policies that are about it.
        rules: their rules, in order.
        reaches: the other pods of the cluster, those that may talk first.
        unknowns: what is missing to be sure.
    """

    direction: str
    policies: tuple[PolicyRef, ...]
    rules: tuple[PolicyRule | CalicoRule, ...]
    reaches: tuple[Reach, ...]
    unknowns: tuple[Unknown, ...]


class ExplainedAlike(NamedTuple):
    """Pods of which policies say the same.

    Attributes:
        pods: their names, as ``namespace/name``.
        directions: what policies say of the first of them.
    """

    pods: tuple[str, ...]
    directions: tuple[Explained, ...]
