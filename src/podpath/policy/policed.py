"""What policies say of a flow, with what is missing to say it."""

from collections.abc import Iterator
from shlex import quote
from typing import Final

from podpath.language import tr
from podpath.policy import calico
from podpath.policy.calico_open import open_questions
from podpath.policy.ends import End, Flow, Pod
from podpath.policy.judge import Answer, Policy, Side, answers, sides
from podpath.policy.match import PORTED
from podpath.policy.objects import Objects
from podpath.state.address import ip_text
from podpath.state.calico import CalicoPolicy
from podpath.state.evidence import Unknown
from podpath.state.policing import Ground, Permit, Policed
from podpath.state.table import table_of

_SHOWN: Final = 6
_DEFAULTS: Final = frozenset((Ground.NO_POLICY, Ground.ISOLATED, Ground.PROFILE))
"""Grounds that rest on no other policy being there."""


def policed(objects: Objects, flow: Flow) -> tuple[Policed, ...]:
    """Return what policies say at the sender and at the receiver, where that is a pod.

    Args:
        objects: the objects of the snapshot.
        flow: the flow, behind services.
    """
    return tuple(at_end(objects, side) for side in sides(flow, objects.selected) if side.own.policed is not False)


def at_end(objects: Objects, side: Side) -> Policed:
    """Return what policies say at one end of a flow.

    Args:
        objects: the objects of the snapshot.
        side: the end, and the direction that is asked about.
    """
    pod = side.own.pod
    policies = objects.policies(pod.namespace) if pod is not None else ()
    realm = objects.realm
    found = answers(side, policies) if realm is None else calico.answers(side, policies, realm)
    unknowns = tuple(dict.fromkeys(_missing(objects, side, found, policies)))
    permits = {answer.permit for answer in found}
    permit = permits.pop() if len(permits) == 1 and not unknowns else Permit.UNKNOWN
    certain = permit is not Permit.UNKNOWN
    return Policed(
        side.direction, _called(side.own), permit, found[0].ground if certain else None,
        tuple(dict.fromkeys(ref for answer in found for ref in answer.policies)), found[0].needed if certain else None,
        unknowns, objects.not_listed if pod is not None and found[0].ground not in (Ground.ITSELF, Ground.OWN_NODE) else (),
    )  # fmt: skip


def _called(end: End) -> str:
    if end.pod is not None:
        return end.pod.called
    return ip_text(end.address) if end.address is not None else end.node


def _missing(objects: Objects, side: Side, found: tuple[Answer, ...], policies: tuple[Policy, ...]) -> Iterator[Unknown]:
    """Yield what is missing to be sure of an answer."""
    pod = side.own.pod
    if pod is None:
        yield _stranger(side.own)
        return
    if len({answer.permit for answer in found}) > 1:
        yield from _open(side, policies)
        if objects.realm is not None:
            yield from open_questions(side, pod, policies, objects.realm)
    if any(answer.ground in _DEFAULTS for answer in found) and not objects.lists_policies(pod.namespace):
        yield Unknown(
            "",
            tr("all policies of the namespace {namespace}", namespace=pod.namespace),
            f"kubectl -n {quote(pod.namespace)} get networkpolicies -o yaml",
        )
    if objects.realm is not None:
        # Calico applies policies to every protocol.
        if any(answer.ground in _DEFAULTS for answer in found) and not objects.lists_calico(pod.namespace):
            missing = tr("all policies of Calico for the namespace {namespace}", namespace=pod.namespace)
            yield Unknown("", missing, table_of(CalicoPolicy).listing)
        return
    if side.flow.proto not in PORTED and any(answer.ground is Ground.ISOLATED for answer in found):
        # "Only guaranteed to deny TCP, UDP and SCTP" (Kubernetes, Network Policies).
        yield Unknown(
            pod.node, tr("whether this cluster's network applies policies to {proto}", proto=side.flow.proto), "iptables-save -c"
        )


def _open(side: Side, policies: tuple[Policy, ...]) -> Iterator[Unknown]:
    """Yield what of two ends and of policies is not known, where that leaves several answers."""
    for end in (side.own, side.peer):
        if end.pod is not None:
            yield from _of_pod(end.pod)
        elif end.stranger:
            yield _stranger(end)
    for policy in policies:
        told = [policy.row.unread, *(rule.unread for rule in (*policy.ingress, *policy.egress))]
        if fields := sorted({field for field in told if field is not None}):
            missing = tr("what {fields} of {called} means", fields=", ".join(fields), called=policy.ref().called)
            yield Unknown("", missing, f"kubectl explain {policy.row.kind.lower()}.spec --recursive")


def _stranger(end: End) -> Unknown:
    """Return what is not known of an end that may be a pod."""
    if end.claims:
        more = tr(" and {claims} more", claims=len(end.claims) - _SHOWN) if len(end.claims) > _SHOWN else ""
        shown = ", ".join(end.claims[:_SHOWN])
        return Unknown(
            "",
            tr("which of the pods {shown}{rest} has the address {end}", shown=shown, rest=more, end=_called(end)),
            "kubectl get pods -A -o wide",
        )
    return Unknown("", tr("whether {end} is a pod", end=_called(end)), "kubectl get pods -A -o yaml")


def _of_pod(pod: Pod) -> Iterator[Unknown]:
    if not pod.labels.complete or pod.ports is None or pod.on_host is None:
        yield Unknown(
            "",
            tr("the labels and ports of the pod {called}", called=pod.called),
            f"kubectl -n {quote(pod.namespace)} get pod {quote(pod.name)} -o yaml",
        )
    if not pod.namespace_labels.complete:
        yield Unknown(
            "",
            tr("the labels of the namespace {namespace}", namespace=pod.namespace),
            f"kubectl get namespace {quote(pod.namespace)} -o yaml",
        )
