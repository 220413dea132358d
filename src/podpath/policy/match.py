"""Whether one rule of a policy matches a flow: its peer, and its port."""

from functools import lru_cache

from podpath.policy.ends import End, Flow
from podpath.policy.truth import Truth, all_of, any_of
from podpath.state.address import Ip, family_of, last_ip, parse_prefix
from podpath.state.policy import PolicyRule
from podpath.state.selector import EVERYTHING

PORTED = frozenset(("TCP", "UDP", "SCTP"))
"""Protocols that policies are about (Kubernetes API, NetworkPolicyPort)."""


def rule_matches(rule: PolicyRule, peer: End, flow: Flow) -> Truth:
    """Say whether a rule matches a flow.

    Args:
        rule: the rule.
        peer: the end that its peer is compared with: the sender of ingress, the receiver of egress.
        flow: the flow.
    """
    if rule.unread is not None:
        # What is not known can only narrow the rest, or add to it: neither tells.
        return None
    return all_of((_port(rule, flow), _peer(rule, peer)))


def _peer(rule: PolicyRule, peer: End) -> Truth:
    if rule.everybody:
        return True
    if rule.block is not None:
        return _in_block(rule, peer.address)
    if rule.nodes is not None:
        return _is_node(peer) and (True if rule.nodes == EVERYTHING else None)
    if peer.pod is None:
        return None if peer.stranger else False
    if peer.pod.on_host:
        return False  # by its address it is its node, and pod selectors select no node
    own = peer.pod.namespace == rule.namespace if rule.namespaces is None else peer.pod.namespace_labels.match(rule.namespaces)
    found = all_of((own, peer.pod.labels.match(rule.pods or EVERYTHING)))
    return None if found and peer.pod.on_host is None else found


def _is_node(peer: End) -> Truth:
    if peer.node or (peer.pod is not None and peer.pod.on_host):
        return True
    return None if peer.stranger else False


def _in_block(rule: PolicyRule, address: Ip | None) -> Truth:
    """Say whether an address is in the prefix and in none of those that are left out."""
    if address is None:
        return None
    blocks = [rule.block or "", *filter(None, (rule.but or "").split(","))]
    inside = [first <= address <= last and family == family_of(address) for family, first, last in map(_span, blocks)]
    return inside[0] and not any(inside[1:])


@lru_cache(maxsize=4096)
def _span(prefix: str) -> tuple[int, Ip, Ip]:
    family, first, length = parse_prefix(prefix)
    return family, first, last_ip(family, first, length)


def _port(rule: PolicyRule, flow: Flow) -> Truth:
    if rule.proto is None and rule.port is None and rule.port_name is None:
        return True
    if flow.proto not in PORTED:
        return False
    if rule.proto is not None and rule.proto != flow.proto:
        return False
    if rule.port_name is not None:
        return _named(rule.port_name, flow)
    if rule.port is None:
        return True
    return None if flow.port is None else rule.port <= flow.port <= (rule.last_port or rule.port)


def _named(name: str, flow: Flow) -> Truth:
    """Say whether the receiver declares the port under this name: a name means what each pod says."""
    if flow.destination.pod is None:
        return None if flow.destination.stranger else False
    ports = flow.destination.pod.ports
    if ports is None or flow.port is None:
        return None
    return any_of(port.name == name and port.proto == flow.proto and port.port == flow.port for port in ports)
