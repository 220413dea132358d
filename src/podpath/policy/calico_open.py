"""What is missing to say which rule of Calico's decides, in words."""

from collections.abc import Iterator, Sequence
from shlex import quote

from podpath.language import tr
from podpath.policy.calico import Ranked, Realm
from podpath.policy.ends import Pod
from podpath.policy.judge import Policy, Side
from podpath.state.calico import ANY, OF_ACCOUNT, CalicoHostEndpoint, CalicoPolicy, CalicoTier
from podpath.state.evidence import Unknown
from podpath.state.table import table_of


def open_questions(side: Side, pod: Pod, policies: Sequence[Policy], realm: Realm) -> Iterator[Unknown]:
    """Yield what of Calico's objects is not known, where that leaves several answers.

    Args:
        side: the end, and the direction that is asked about.
        pod: the pod at that end.
        policies: the policies of the Kubernetes API.
        realm: the objects of Calico.
    """
    asked = [one for one, _ in realm.about(pod, side.direction, policies)]
    for one in asked:
        yield from _of_policy(one, side)
    named = {one.row.tier for one in asked if one.row.tier is not None and one.row.tier not in realm.tiers}
    for tier in sorted(named):
        yield Unknown("", tr("order and default action of the tier {tier}", tier=tier), table_of(CalicoTier).listing)
    for end in (side.own.pod, side.peer.pod):
        if end is not None and not (end.account is not None and end.account_labels.complete) and _uses_accounts(asked):
            name = f" {end.account}" if end.account is not None else ""
            shows = f"kubectl -n {quote(end.namespace)} get pods,serviceaccounts -o yaml"
            yield Unknown("", tr("the labels of the service account{name} of {called}", name=name, called=end.called), shows)
    if {pod.node, side.peer.node, ""} & realm.around.hosts:
        missing = tr("what policies of host endpoints do to the packet: podpath does not judge them")
        yield Unknown("", missing, table_of(CalicoHostEndpoint).listing)
    families = {(one.row.tier, one.row.order, one.row.kind, one.row.namespace) for one in asked}
    if len({family[:2] for family in families}) < len(families):
        yield Unknown("", tr("which of the policies with one order is asked first"), "iptables-save -c")


def _of_policy(one: Ranked, side: Side) -> Iterator[Unknown]:
    row, called = one.row, one.ref().called
    rules = [rule for rule in one.rules if rule.direction == side.direction]
    fields = sorted({field for field in (row.unread, *(rule.unread for rule in rules)) if field is not None})
    if fields:
        yield Unknown(
            "", tr("what {fields} of {called} means", fields=", ".join(fields), called=called), table_of(CalicoPolicy).listing
        )
    if (row.ingress if side.direction == "ingress" else row.egress) is None and row.unread is None:
        yield Unknown(
            "",
            tr("whether {called} is about {direction}: it has no types", called=called, direction=side.direction),
            table_of(CalicoPolicy).listing,
        )
    if (row.selector is None and row.unread is None) or any(None in (rule.sender, rule.receiver) for rule in rules):
        yield Unknown("", tr("the selectors of {called}", called=called), table_of(CalicoPolicy).listing)
    if any(rule.sender_ports != ANY or rule.not_sender_ports != ANY for rule in rules):
        yield Unknown("", tr("the sender's port, which {called} asks for", called=called), table_of(CalicoPolicy).listing)


def _uses_accounts(asked: Sequence[Ranked]) -> bool:
    texts = [text or "" for one in asked for rule in one.rules for text in (rule.sender, rule.receiver)]
    texts += [one.row.selector or "" for one in asked]
    return any(OF_ACCOUNT in text or "projectcalico.org/serviceaccount" in text for text in texts)
