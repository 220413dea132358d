"""``podpath explain-policy``: who may reach a pod by the policies, as text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Final

from podpath.language import marked, tr
from podpath.report.calico_rules import rule_text as calico_rule_text
from podpath.report.json_text import json_text
from podpath.report.policing import because
from podpath.report.signs import signs
from podpath.report.terminal import Line, Terminal
from podpath.state.calico import CalicoRule
from podpath.state.policing import Explained, ExplainedAlike, Permit, Reach
from podpath.state.policy import PolicyRule
from podpath.state.selector import EVERYTHING

SCHEMA: Final = "podpath.explain-policy/1"
SEVERAL: Final = "podpath.explain-policy-several/1"
_SIGNS: Final = {Permit.ALLOWED: ("ok", "green"), Permit.DENIED: ("bad", "red"), Permit.UNKNOWN: ("open", "cyan")}
_ACTIONS: Final = marked({"allow": "allows", "deny": "denies", "pass": "passes on"})
_SHOWN: Final = 12
_TO: Final = marked({"ingress": ("may reach it", "may not reach it"), "egress": ("it may reach", "it may not reach")})


def as_json(asked: str, found: Sequence[ExplainedAlike]) -> str:
    """Return the JSON document: of one pod, or of several; their JSON Schemas ship beside this module.

    Args:
        asked: what a person asked about.
        found: what policies say, of pods of which they say the same.
    """
    if len(found) == 1 and len(found[0].pods) == 1:
        return json_text({"schema": SCHEMA, "pod": found[0].pods[0], "directions": found[0].directions})
    return json_text({"schema": SEVERAL, "asked": asked, "groups": found})


class PolicyTerminal:
    """Lays out what policies say of a pod.

    Args:
        width: columns.
        unicode: the terminal shows more than ASCII.
    """

    def __init__(self, width: int = 80, *, unicode: bool = True) -> None:
        self._sign = signs(unicode=unicode)
        self._terminal = Terminal(max(60, width), unicode=unicode)

    def lines(self, pod: str, found: Sequence[Explained]) -> Iterator[Line]:
        """Yield the lines.

        Args:
            pod: the name of the pod, or names of several.
            found: what policies say of it.
        """
        yield from self._terminal.wrapped(pod, "", "bold", 2)
        for one in found:
            yield []
            yield from self._direction(one)

    def _direction(self, one: Explained) -> Iterator[Line]:
        names = ", ".join(ref.called for ref in one.policies)
        head = tr("selected by {names}", names=names) if one.policies else tr("no policy selects it")
        yield from self._terminal.wrapped(f"{one.direction:<8} {head}", "", "bold", 9)
        for rule in dict.fromkeys(one.rules):
            sign, style = ("ok", "green") if rule.action == "allow" else ("bad", "red") if rule.action == "deny" else ("open", "")
            yield from self._terminal.wrapped(rule_text(rule), f"  {self._sign[sign]} ", style, 4)
        for reach in one.reaches:
            yield from self._reach(one.direction, reach)
        for unknown in one.unknowns:
            yield from self._terminal.wrapped(
                tr("unknown: {missing}", missing=unknown.missing), f"  {self._sign['open']} ", "cyan", 4
            )
            yield from self._terminal.commands(unknown.command, "      ")

    def _reach(self, direction: str, reach: Reach) -> Iterator[Line]:
        may, may_not = (tr(words) for words in _TO[direction])
        said = {Permit.ALLOWED: may, Permit.DENIED: may_not, Permit.UNKNOWN: tr("not known whether {may}", may=may)}[reach.permit]
        ports = tr(" on {ports}", ports=", ".join(reach.ports)) if reach.ports else ""
        pods = ", ".join(reach.pods[:_SHOWN]) + (
            tr(" and {pods} more", pods=len(reach.pods) - _SHOWN) if len(reach.pods) > _SHOWN else ""
        )
        sign, style = _SIGNS[reach.permit]
        why = "" if reach.permit is Permit.UNKNOWN else f" ({tr(reach.permit)}{because(reach.ground, reach.policies)})"
        text = f"{said}{ports}: {pods}{why}"
        yield from self._terminal.wrapped(text, f"  {self._sign[sign]} ", style, 4)


def rule_text(rule: PolicyRule | CalicoRule) -> str:
    """Return a rule in words."""
    if isinstance(rule, CalicoRule):
        return calico_rule_text(rule)
    action = tr(_ACTIONS[rule.action])
    called = f"{rule.namespace}/{rule.policy}" if rule.namespace else f"{rule.kind} {rule.policy}"
    return tr(
        "{called} rule {number} {action} {ports} from {peer}"
        if rule.direction == "ingress"
        else "{called} rule {number} {action} {ports} to {peer}",
        called=called,
        number=rule.number,
        action=action,
        ports=_ports(rule),
        peer=_peer(rule),
    )


def _ports(rule: PolicyRule) -> str:
    if rule.proto is None and rule.port is None and rule.port_name is None:
        return tr("everything")
    number = rule.port_name or (f"{rule.port}-{rule.last_port}" if rule.last_port else rule.port)
    return f"{rule.proto or tr('any protocol')}{f' {number}' if number is not None else ''}"


def _peer(rule: PolicyRule) -> str:
    if rule.unread is not None:
        return tr("something that podpath does not know ({unread})", unread=rule.unread)
    if rule.block is not None:
        return rule.block + (tr(" without {but}", but=rule.but) if rule.but else "")
    if rule.nodes is not None:
        return tr("all nodes") if rule.nodes == EVERYTHING else tr("nodes with {nodes}", nodes=rule.nodes)
    if rule.everybody:
        return tr("everybody")
    pods = tr("all pods") if rule.pods in {None, EVERYTHING} else tr("pods with {pods}", pods=rule.pods)
    if rule.namespaces is None:
        return tr("{pods} of {namespace}", pods=pods, namespace=rule.namespace)
    if rule.namespaces == EVERYTHING:
        return tr("{pods} of all namespaces", pods=pods)
    return tr("{pods} of namespaces with {namespaces}", pods=pods, namespaces=rule.namespaces)
