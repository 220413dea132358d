"""``podpath explain-policy``: who may reach a pod by the policies, as text and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Final

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
_ACTIONS: Final = {"allow": "allows", "deny": "denies", "pass": "passes on"}
_SHOWN: Final = 12
_TO: Final = {"ingress": ("from", "may reach it", "may not reach it"), "egress": ("to", "it may reach", "it may not reach")}


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
        head = f"selected by {names}" if one.policies else "no policy selects it"
        yield from self._terminal.wrapped(f"{one.direction:<8} {head}", "", "bold", 9)
        for rule in dict.fromkeys(one.rules):
            sign, style = ("ok", "green") if rule.action == "allow" else ("bad", "red") if rule.action == "deny" else ("open", "")
            yield from self._terminal.wrapped(rule_text(rule), f"  {self._sign[sign]} ", style, 4)
        for reach in one.reaches:
            yield from self._reach(one.direction, reach)
        for unknown in one.unknowns:
            yield from self._terminal.wrapped(f"unknown: {unknown.missing}", f"  {self._sign['open']} ", "cyan", 4)
            yield from self._terminal.commands(unknown.command, "      ")

    def _reach(self, direction: str, reach: Reach) -> Iterator[Line]:
        _, may, may_not = _TO[direction]
        said = {Permit.ALLOWED: may, Permit.DENIED: may_not, Permit.UNKNOWN: f"not known whether {may}"}[reach.permit]
        ports = f" on {', '.join(reach.ports)}" if reach.ports else ""
        pods = ", ".join(reach.pods[:_SHOWN]) + (f" and {len(reach.pods) - _SHOWN} more" if len(reach.pods) > _SHOWN else "")
        sign, style = _SIGNS[reach.permit]
        why = "" if reach.permit is Permit.UNKNOWN else f" ({reach.permit}{because(reach.ground, reach.policies)})"
        text = f"{said}{ports}: {pods}{why}"
        yield from self._terminal.wrapped(text, f"  {self._sign[sign]} ", style, 4)


def rule_text(rule: PolicyRule | CalicoRule) -> str:
    """Return a rule in words."""
    if isinstance(rule, CalicoRule):
        return calico_rule_text(rule)
    action = _ACTIONS[rule.action]
    called = f"{rule.namespace}/{rule.policy}" if rule.namespace else f"{rule.kind} {rule.policy}"
    return f"{called} rule {rule.number} {action} {_ports(rule)} {_TO[rule.direction][0]} {_peer(rule)}"


def _ports(rule: PolicyRule) -> str:
    if rule.proto is None and rule.port is None and rule.port_name is None:
        return "everything"
    number = rule.port_name or (f"{rule.port}-{rule.last_port}" if rule.last_port else rule.port)
    return f"{rule.proto or 'any protocol'}{f' {number}' if number is not None else ''}"


def _peer(rule: PolicyRule) -> str:
    if rule.unread is not None:
        return f"something that podpath does not know ({rule.unread})"
    if rule.block is not None:
        return rule.block + (f" without {rule.but}" if rule.but else "")
    if rule.nodes is not None:
        return "all nodes" if rule.nodes == EVERYTHING else f"nodes with {rule.nodes}"
    if rule.everybody:
        return "everybody"
    pods = "all pods" if rule.pods in {None, EVERYTHING} else f"pods with {rule.pods}"
    if rule.namespaces is None:
        return f"{pods} of {rule.namespace}"
    return f"{pods} of {'all namespaces' if rule.namespaces == EVERYTHING else f'namespaces with {rule.namespaces}'}"
