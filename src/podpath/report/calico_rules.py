"""A rule of a policy of Calico in words."""

from typing import Final

from podpath.state.calico import ANY, OF_ACCOUNT, OF_NAMESPACE, CalicoRule
from podpath.state.calico_selector import parse, write
from podpath.state.policing import PolicyRef

_ACTIONS: Final = {"allow": "allows", "deny": "denies", "pass": "passes on", "log": "logs"}
_KINDS: Final = ((OF_NAMESPACE, "namespace:"), (OF_ACCOUNT, "account:"))


def rule_text(rule: CalicoRule) -> str:
    """Return a rule in words; labels of namespaces and service accounts are written with these words before them."""
    called = PolicyRef(rule.kind, rule.namespace or "", rule.policy).called
    what = " ".join(filter(None, (_protocol(rule), _ports(rule.receiver_ports, rule.not_receiver_ports))))
    source = _side(rule.sender, rule.not_sender, rule.sender_nets, rule.not_sender_nets)
    target = _side(rule.receiver, rule.not_receiver, rule.receiver_nets, rule.not_receiver_nets)
    sent = _ports(rule.sender_ports, rule.not_sender_ports)
    ends = "".join(
        (f" from {source}" if source else "", f" port {sent}" if sent else "", f" to {target}" if target else "")
    )  # fmt: skip
    everybody = " from everybody" if rule.direction == "ingress" else " to everybody"
    unread = f" (and {rule.unread}, which podpath does not know)" if rule.unread is not None else ""
    return f"{called} rule {rule.number} {_ACTIONS[rule.action]} {what or 'everything'}{ends or everybody}{unread}"


def _protocol(rule: CalicoRule) -> str:
    said = rule.proto or (f"all but {rule.not_proto}" if rule.not_proto is not None else "")
    kinds = f" type {rule.icmp}" if rule.icmp is not None else f" but type {rule.not_icmp}" if rule.not_icmp is not None else ""
    return f"IPv{rule.family} {said}{kinds}".strip() if rule.family is not None else f"{said}{kinds}".strip()


def _ports(ports: str | None, without: str | None) -> str:
    if ports is None or without is None:
        return "ports that are not shown"
    said = ports.replace(",", ", ") if ports != ANY else ""
    return f"{said} but {without.replace(',', ', ')}".lstrip() if without != ANY else said


def _side(selector: str | None, without: str | None, nets: str | None, not_nets: str | None) -> str:
    if selector is None or without is None:
        return "(a selector that is not shown)"
    said = [_selector(selector)] if selector != ANY else []
    said += [f"not {_selector(without)}"] if without != ANY else []
    said += [nets.replace(",", ", ")] if nets is not None else []
    said += [f"not {not_nets.replace(',', ', ')}"] if not_nets is not None else []
    return " and ".join(said)


def _selector(text: str) -> str:
    return f"({write(parse(text), _named)})"


def _named(key: str) -> str:
    return next((said + key.removeprefix(prefix) for prefix, said in _KINDS if key.startswith(prefix)), key)
