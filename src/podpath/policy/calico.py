"""What policies say of one end of a flow where Calico enforces them: tier by tier, and in a tier by order.

The first rule that matches decides, Log aside; Pass goes on with the next tier. Where policies of a tier are about the end and no
rule of theirs matches, the tier's default action counts. Behind the last tier the profile of the pod's namespace allows
(docs.tigera.io, "Tier" and "Policy"). NetworkPolicies are in the tier ``default`` at order 1000, those of the whole cluster in
tiers of their own. What is not known is tried both ways, as in :mod:`podpath.policy.judge`.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import groupby
from math import inf
from typing import Final, NamedTuple

from podpath.policy.calico_match import Around, of_pod, rule_matches, selected
from podpath.policy.ends import Pod
from podpath.policy.judge import Answer, Policy, Side, exempt, needed
from podpath.policy.match import rule_matches as kube_rule_matches
from podpath.policy.truth import Truth, all_of, any_of
from podpath.state.calico import CalicoPolicy, CalicoRule, CalicoTier
from podpath.state.policing import Ground, Permit, PolicyRef

_DEFAULT: Final = CalicoTier(None, 1_000_000.0, "deny")
_BUILT_IN: Final = {
    "AdminNetworkPolicy": CalicoTier("adminnetworkpolicy", 1000.0, "pass"),
    "ClusterNetworkPolicy admin": CalicoTier("kube-admin", 1000.0, "pass"),
    "NetworkPolicy": _DEFAULT,
    "BaselineAdminNetworkPolicy": CalicoTier("baselineadminnetworkpolicy", 10_000_000.0, "pass"),
    "ClusterNetworkPolicy baseline": CalicoTier("kube-baseline", 10_000_000.0, "pass"),
}  # fmt: skip
"""The tiers that Calico makes for kinds of the Kubernetes API."""
_KUBE_ORDER: Final = 1000.0
_KUBE_NAME: Final = "knp.default."
"""What calicoctl calls a NetworkPolicy of the Kubernetes API by."""


class Ranked(NamedTuple):
    """A policy of Calico with its rules.

    Attributes:
        row: the policy.
        rules: its rules of both directions, in order.
    """

    row: CalicoPolicy
    rules: tuple[CalicoRule, ...]

    def selects(self, pod: Pod, direction: str) -> Truth:
        """Say whether it is about what a pod sends or receives."""
        row = self.row
        if row.hosts or (row.namespace is not None and row.namespace != pod.namespace):
            return False
        governs = row.ingress if direction == "ingress" else row.egress
        return all_of((governs, None if row.unread is not None else selected(row.selector, of_pod(pod))))

    def ref(self, rule: int | None = None) -> PolicyRef:
        """Return what names it."""
        return PolicyRef(self.row.kind, self.row.namespace or "", self.row.name, rule, self.row.created)


class Realm:
    """What Calico's objects say.

    Args:
        policies: its policies.
        tiers: its tiers, by name; None is the tier ``default``.
        around: what else rules see.
    """

    def __init__(self, policies: Iterable[Ranked], tiers: dict[str | None, CalicoTier], around: Around) -> None:
        self.policies, self.tiers, self.around = tuple(policies), tiers, around
        self._about: dict[tuple[str, str], tuple[tuple[Ranked, Truth], ...]] = {}

    def about(self, pod: Pod, direction: str, policies: Iterable[Policy]) -> tuple[tuple[Ranked, Truth], ...]:
        """Return the policies of Calico that are, or may be, about what a pod sends or receives, each with whether it surely is.

        Many flows ask the same, so that it is found out once for each pod.

        Args:
            pod: the pod.
            direction: ingress or egress.
            policies: the policies of the Kubernetes API that may be about it: calicoctl lists those of a namespace, too.
        """
        key = pod.called, direction
        if key not in self._about:
            known = {f"{_KUBE_NAME}{one.row.name}" for one in policies if one.row.kind == "NetworkPolicy"}
            asked = ((one, one.selects(pod, direction)) for one in self.policies if one.row.name not in known)
            self._about[key] = tuple((one, selects) for one, selects in asked if selects is not False)
        return self._about[key]


class _Asked(NamedTuple):
    """A policy about an end: what each of its rules says, as far as the flow may match it."""

    order: float
    family: tuple[str, str]
    name: str
    selects: Truth
    ref: PolicyRef
    rules: tuple[tuple[str, Truth, PolicyRef], ...]


class _Tier(NamedTuple):
    """A tier with its policies about an end; without a row it is not known how it ranks."""

    name: str | None
    row: CalicoTier | None
    policies: list[_Asked]


class _Passed(NamedTuple):
    """No policy has decided: those that passed the packet on, if any did."""

    by: tuple[PolicyRef, ...] = ()


def answers(side: Side, policies: Sequence[Policy], realm: Realm) -> tuple[Answer, ...]:
    """Return all answers that are possible by what is known, each once; one is certain.

    Args:
        side: the end, and the direction that is asked about.
        policies: the policies of the Kubernetes API.
        realm: the objects of Calico.
    """
    found = exempt(side)
    # The node itself is always let in; what a pod sends to its node passes the policies of the pod (felix, rules/endpoints.go).
    if found is not None and not (found.ground is Ground.OWN_NODE and side.direction == "egress"):
        return (found,)
    pod = side.own.pod
    if pod is None:
        return (Answer(Permit.ALLOWED, Ground.NO_POD), Answer(Permit.DENIED, Ground.ISOLATED))
    told = list(dict.fromkeys(_all(side, _tiers(side, pod, policies, realm))))
    if pod.on_host is None:
        told.insert(0, Answer(Permit.ALLOWED, Ground.NO_POD))
    forwarded = tuple(one.ref() for one in realm.policies if one.row.forward or one.row.hosts)
    if forwarded and {pod.node, ""} & realm.around.hosts:
        told.append(Answer(Permit.DENIED, Ground.RULE, forwarded))
    return tuple(dict.fromkeys(told))


# -- tiers -----------------------------------------------------------------------------------------------


def _tiers(side: Side, pod: Pod, policies: Sequence[Policy], realm: Realm) -> list[_Tier]:
    """Return the tiers that have policies about an end."""
    found: dict[str | None, _Tier] = {}

    def tier(name: str | None, built_in: CalicoTier | None) -> list[_Asked]:
        row = realm.tiers.get(name, built_in)
        return found.setdefault(name, _Tier(name, row, [])).policies

    for group in side.selected.about(policies, pod, side.direction).values():
        for policy, selects in group:
            row = policy.row
            built_in = _BUILT_IN[f"{row.kind} {row.tier}" if row.kind == "ClusterNetworkPolicy" else row.kind]
            tier(built_in.name, built_in).append(_of_kubernetes(side, policy, selects))
    for one, selects in realm.about(pod, side.direction, policies):
        tier(one.row.tier, _DEFAULT if one.row.tier is None else None).append(_of_calico(side, one, selects, realm.around))
    return list(found.values())


def _of_kubernetes(side: Side, policy: Policy, selects: Truth) -> _Asked:
    rules = []
    for number, rows in groupby(getattr(policy, side.direction), key=lambda rule: rule.number):
        each = list(rows)
        matches = all_of((selects, any_of(kube_rule_matches(rule, side.peer, side.flow) for rule in each)))
        rules.append((each[0].action, matches, policy.ref(number)))
    row = policy.row
    order = _KUBE_ORDER if row.kind == "NetworkPolicy" else float(row.priority or 0)
    return _Asked(order, (row.kind, row.namespace or ""), row.name, selects, policy.ref(), tuple(rules))


def _of_calico(side: Side, one: Ranked, selects: Truth, around: Around) -> _Asked:
    rules = tuple(
        (rule.action, all_of((selects, rule_matches(rule, side.flow, around))), one.ref(rule.number))
        for rule in one.rules
        if rule.direction == side.direction
    )
    row = one.row
    order = inf if row.order is None else row.order
    return _Asked(order, (row.kind, row.namespace or ""), row.name, selects, one.ref(), rules)


def _all(side: Side, tiers: list[_Tier]) -> Iterator[Answer]:
    """Yield the answers; a tier that nobody has shown is tried in every place, with both default actions."""
    ranked = sorted((tier for tier in tiers if tier.row is not None), key=_rank)
    strange = [tier for tier in tiers if tier.row is None]
    if not strange:
        yield from _run(side, ranked)
    elif len(strange) > 1:
        refs = tuple(policy.ref for tier in strange for policy in tier.policies)
        yield from (Answer(permit, Ground.RULE, refs) for permit in (Permit.ALLOWED, Permit.DENIED))
    else:
        (one,) = strange
        for place in range(len(ranked) + 1):
            for action in ("deny", "pass"):
                yield from _run(side, [*ranked[:place], one._replace(row=CalicoTier(one.name, action=action)), *ranked[place:]])


def _rank(tier: _Tier) -> tuple[float, str]:
    order = tier.row.order if tier.row is not None else None
    return inf if order is None else order, tier.name or "default"


def _run(side: Side, tiers: Sequence[_Tier], passed: tuple[PolicyRef, ...] = ()) -> Iterator[Answer]:
    if not tiers:
        yield Answer(Permit.ALLOWED, Ground.PROFILE, passed) if passed else Answer(Permit.ALLOWED, Ground.NO_POLICY)
        return
    for found in dict.fromkeys(_in_tier(side, tiers[0])):
        if isinstance(found, _Passed):
            yield from _run(side, tiers[1:], tuple(dict.fromkeys((*passed, *found.by))))
        else:
            yield found


def _in_tier(side: Side, tier: _Tier) -> Iterator[Answer | _Passed]:
    for _, group in groupby(sorted(tier.policies, key=lambda one: (one.order, one.name)), key=lambda one: one.order):
        each = list(group)
        if len({one.family for one in each}) == 1:
            certain = yield from _first_of(each)
        else:
            # Of policies of several kinds or namespaces with one order, versions of Calico differ in which is first.
            certain = False
            for one in each:
                certain = (yield from _first_of([one])) or certain
        if certain:
            return
    refs = tuple(one.ref for one in tier.policies)
    if not any(one.selects for one in tier.policies):
        yield _Passed()
    if tier.row is not None and tier.row.action == "pass":
        yield _Passed(refs)
    else:
        yield Answer(Permit.DENIED, Ground.ISOLATED, refs, needed(side))


def _first_of(policies: Iterable[_Asked]) -> Generator[Answer | _Passed, None, bool]:
    """Yield what the rules say that may be the first to match, and return whether one surely matches."""
    for policy in policies:
        for action, matches, ref in policy.rules:
            if matches is False or action == "log":
                continue
            if action == "pass":
                yield _Passed((ref,))
            else:
                yield Answer(Permit.ALLOWED if action == "allow" else Permit.DENIED, Ground.RULE, (ref,))
            if matches:
                return True
    return False
