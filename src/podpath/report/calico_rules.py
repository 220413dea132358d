"""A rule of a policy of Calico in words."""

from typing import Final

from podpath.language import marked, tr
from podpath.state.calico import ANY, OF_ACCOUNT, OF_NAMESPACE, CalicoRule
from podpath.state.calico_selector import parse, write
from podpath.state.policing import PolicyRef

_ACTIONS: Final = marked({"allow": "allows", "deny": "denies", "pass": "passes on", "log": "logs"})
_KINDS: Final = ((OF_NAMESPACE, "namespace:"), (OF_ACCOUNT, "account:"))


def rule_text(rule: CalicoRule) -> str:
    """Return a rule in words; labels of namespaces and service accounts are written with these words before them."""
    called = PolicyRef(rule.kind, rule.namespace or "", rule.policy).called
    what = " ".join(filter(None, (_protocol(rule), _ports(rule.receiver_ports, rule.not_receiver_ports))))
    source = _side(rule.sender, rule.not_sender, rule.sender_nets, rule.not_sender_nets)
    target = _side(rule.receiver, rule.not_receiver, rule.receiver_nets, rule.not_receiver_nets)
    sent = _ports(rule.sender_ports, rule.not_sender_ports)
    ends = tr(" from {source}", source=source) if source else ""
    ends += tr(" port {sent}", sent=sent) if sent else ""
    ends += tr(" to {target}", target=target) if target else ""
    everybody = tr(" from everybody") if rule.direction == "ingress" else tr(" to everybody")
    unread = tr(" (and {unread}, which podpath does not know)", unread=rule.unread) if rule.unread is not None else ""
    return tr(
        "{called} rule {number} {actions} {what}{ends}{unread}",
        called=called,
        number=rule.number,
        actions=tr(_ACTIONS[rule.action]),
        what=what or tr("everything"),
        ends=ends or everybody,
        unread=unread,
    )


def _protocol(rule: CalicoRule) -> str:
    said = rule.proto or (tr("all but {not_proto}", not_proto=rule.not_proto) if rule.not_proto is not None else "")
    kinds = (
        tr(" type {icmp}", icmp=rule.icmp)
        if rule.icmp is not None
        else tr(" but type {not_icmp}", not_icmp=rule.not_icmp)
        if rule.not_icmp is not None
        else ""
    )
    return f"IPv{rule.family} {said}{kinds}".strip() if rule.family is not None else f"{said}{kinds}".strip()


def _ports(ports: str | None, without: str | None) -> str:
    if ports is None or without is None:
        return tr("ports that are not shown")
    said = ports.replace(",", ", ") if ports != ANY else ""
    return tr("{said} but {without}", said=said, without=without.replace(",", ", ")).lstrip() if without != ANY else said


def _side(selector: str | None, without: str | None, nets: str | None, not_nets: str | None) -> str:
    if selector is None or without is None:
        return tr("(a selector that is not shown)")
    said = [_selector(selector)] if selector != ANY else []
    said += [f"not {_selector(without)}"] if without != ANY else []
    said += [nets.replace(",", ", ")] if nets is not None else []
    said += [f"not {not_nets.replace(',', ', ')}"] if not_nets is not None else []
    return tr(" and ").join(said)


def _selector(text: str) -> str:
    return f"({write(parse(text), _named)})"


def _named(key: str) -> str:
    return next((said + key.removeprefix(prefix) for prefix, said in _KINDS if key.startswith(prefix)), key)
