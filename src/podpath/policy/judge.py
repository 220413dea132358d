"""What all policies say of one end of a flow: admin policies, then NetworkPolicies, then baseline (KEPs 2091 and 4780).

Admin policies are asked by priority, and the first rule that matches decides; Pass leaves it to the NetworkPolicies. Where
any of those selects the pod, what no rule of theirs allows is denied. Baseline policies are asked about pods that no
NetworkPolicy selects. What is not known is tried both ways: it matters only where the answers differ.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final, NamedTuple

from podpath.policy.ends import End, Flow, Pod
from podpath.policy.match import PORTED, rule_matches
from podpath.policy.truth import Truth, all_of, any_of
from podpath.state.address import ip_text
from podpath.state.policing import Ground, Needed, Permit, PolicyRef
from podpath.state.policy import NetworkPolicy, PolicyRule
from podpath.state.selector import EVERYTHING

_LAST: Final = 1 << 16


class Policy(NamedTuple):
    """A policy with its rules of one direction.

    Attributes:
        row: the policy.
        ingress: rules for what its pods receive.
        egress: rules for what they send.
    """

    row: NetworkPolicy
    ingress: tuple[PolicyRule, ...] = ()
    egress: tuple[PolicyRule, ...] = ()

    def selects(self, pod: Pod) -> Truth:
        """Say whether it is about a pod."""
        row = self.row
        if row.unread is not None:
            return None
        own = pod.namespace == row.namespace if row.namespaces is None else pod.namespace_labels.match(row.namespaces)
        return all_of((own, pod.labels.match(row.pods or EVERYTHING)))

    def ref(self, rule: int | None = None) -> PolicyRef:
        """Return what names it."""
        return PolicyRef(self.row.kind, self.row.namespace or "", self.row.name, rule, self.row.created)


def joined(rows: Iterable[NetworkPolicy], rules: Iterable[PolicyRule]) -> tuple[Policy, ...]:
    """Return policies with their rules in order; several captures of one object hold each of its rows."""
    by_policy: dict[tuple[str | None, ...], list[PolicyRule]] = {}
    for rule in sorted(dict.fromkeys(rules), key=lambda rule: rule.number):
        by_policy.setdefault((rule.kind, rule.namespace, rule.policy, rule.direction), []).append(rule)
    named = {(row.kind, row.namespace, row.name): row for row in sorted(rows, key=lambda row: (row.kind, row.name))}
    return tuple(
        Policy(row, *(tuple(by_policy.get((*name, direction), ())) for direction in ("ingress", "egress")))
        for name, row in named.items()
    )


Tiers = dict[str, list[tuple[Policy, Truth]]]
"""Policies by their tier, each with whether it is surely about a pod."""


class Selected:
    """Which policies are about which pods, found out once for each pod: many flows ask the same."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str, str], tuple[Sequence[Policy], Tiers]] = {}

    def about(self, policies: Sequence[Policy], pod: Pod, direction: str) -> Tiers:
        """Return the policies that are, or may be, about what a pod sends or receives.

        Args:
            policies: all policies. They are held, so that no others take their identity.
            pod: the pod.
            direction: ingress or egress.
        """
        key = id(policies), pod.called, direction
        if key not in self._known:
            tiers: Tiers = {tier: [] for tier in ("admin", "namespace", "baseline")}
            for policy in policies:
                selects = policy.selects(pod) if getattr(policy.row, direction) else False
                if selects is not False:
                    tiers[policy.row.tier].append((policy, selects))
            self._known[key] = policies, tiers
        return self._known[key][1]


class Side(NamedTuple):
    """One end of a flow, and the direction that its policies are asked about.

    Attributes:
        direction: ingress or egress.
        own: the end.
        peer: the other end.
        flow: the flow.
        selected: which policies are about which pods, as far as it was found out.
    """

    direction: str
    own: End
    peer: End
    flow: Flow
    selected: Selected


class Answer(NamedTuple):
    """One possible answer.

    Attributes:
        permit: allowed or denied.
        ground: why.
        policies: who says so.
        needed: what would have to be allowed.
    """

    permit: Permit
    ground: Ground
    policies: tuple[PolicyRef, ...] = ()
    needed: Needed | None = None


def sides(flow: Flow, selected: Selected | None = None) -> tuple[Side, Side]:
    """Return the two ends of a flow whose policies are asked.

    Args:
        flow: the flow.
        selected: which policies are about which pods, where other flows were asked about before.
    """
    known = selected if selected is not None else Selected()
    return (
        Side("egress", flow.source, flow.destination, flow, known),
        Side("ingress", flow.destination, flow.source, flow, known),
    )


def answers(side: Side, policies: Sequence[Policy]) -> tuple[Answer, ...]:
    """Return all answers that are possible by what is known, each once; one is certain."""
    pod = side.own.pod
    if (free := exempt(side)) is not None:
        return (free,)
    if pod is None:
        return (Answer(Permit.ALLOWED, Ground.NO_POD), Answer(Permit.DENIED, Ground.ISOLATED))
    tiers = side.selected.about(policies, pod, side.direction)
    found = tuple(dict.fromkeys(_admin(side, tiers)))
    return found if side.own.policed else (Answer(Permit.ALLOWED, Ground.NO_POD), *found)


def exempt(side: Side) -> Answer | None:
    """Return the answer where no policy is asked, or None if policies decide."""
    own, peer = side.own, side.peer
    if own.policed is False:
        return Answer(Permit.ALLOWED, Ground.NO_POD)
    if own.pod is None:
        return None
    if peer.pod is not None and peer.pod.called == own.pod.called:
        return Answer(Permit.ALLOWED, Ground.ITSELF)
    if own.pod.node and peer.node == own.pod.node:
        return Answer(Permit.ALLOWED, Ground.OWN_NODE)
    return None


def _admin(side: Side, tiers: Tiers) -> Iterator[Answer]:
    for passed, answer in _ranked(side, tiers["admin"]):
        if not passed:
            assert answer is not None  # noqa: S101 - what did not pass was decided
            yield answer
        else:
            yield from _of_namespace(side, tiers)


def _ranked(side: Side, policies: Iterable[tuple[Policy, Truth]]) -> Iterator[tuple[bool, Answer | None]]:
    """Yield what policies with priorities may say: decided with an answer, or passed on."""
    ranked = sorted(policies, key=_priority)
    for _, group in groupby(ranked, key=_priority):
        matched = [(selects, _first_match(side, policy)) for policy, selects in group]
        # Of policies with one priority nobody says which is asked first.
        open_end = True
        for selects, (certain, found) in matched:
            yield from found
            open_end = open_end and not (selects and certain)
        if not open_end:
            return
    yield True, None


def _priority(asked: tuple[Policy, Truth]) -> int:
    policy = asked[0]
    return _LAST if policy.row.priority is None else policy.row.priority


def _first_match(side: Side, policy: Policy) -> tuple[bool, list[tuple[bool, Answer | None]]]:
    """Return whether a rule of a policy surely matches, and what the rules that may be the first say."""
    found: list[tuple[bool, Answer | None]] = []
    for number, rules in groupby(getattr(policy, side.direction), key=lambda rule: rule.number):
        each = list(rules)
        matches = any_of(rule_matches(rule, side.peer, side.flow) for rule in each)
        if matches is False:
            continue
        found.append(_said(each[0].action, policy.ref(number)))
        if matches:
            return True, found
    return False, found


def _said(action: str, ref: PolicyRef) -> tuple[bool, Answer | None]:
    if action == "pass":
        return True, None
    permit = Permit.ALLOWED if action == "allow" else Permit.DENIED
    return False, Answer(permit, Ground.RULE, (ref,))


def _of_namespace(side: Side, tiers: Tiers) -> Iterator[Answer]:
    selecting = tiers["namespace"]
    if not any(selects for _, selects in selecting):
        yield from _baseline(side, tiers)
    if not selecting:
        return
    certain = False
    for policy, selects in selecting:
        for rule in getattr(policy, side.direction):
            matches = all_of((selects, rule_matches(rule, side.peer, side.flow)))
            if matches is not False:
                yield Answer(Permit.ALLOWED, Ground.RULE, (policy.ref(rule.number),))
                certain = certain or matches is True
    if not certain:
        isolating = tuple(policy.ref() for policy, _ in selecting)
        yield Answer(Permit.DENIED, Ground.ISOLATED, isolating, needed(side))


def _baseline(side: Side, tiers: Tiers) -> Iterator[Answer]:
    for passed, answer in _ranked(side, tiers["baseline"]):
        yield Answer(Permit.ALLOWED, Ground.NO_POLICY) if passed or answer is None else answer


def needed(side: Side) -> Needed:
    """Return what a rule would have to name for the flow to pass."""
    ported = side.flow.proto in PORTED
    proto, port = (side.flow.proto, side.flow.port) if ported else ("", None)
    if side.peer.pod is not None and not side.peer.pod.on_host:
        return Needed(side.peer.pod.namespace, True, proto, port)  # noqa: FBT003
    return Needed(ip_text(side.peer.address) if side.peer.address is not None else "", False, proto, port)  # noqa: FBT003
