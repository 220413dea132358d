"""Who may reach a pod by the policies of a cluster, and which pods it may reach.

Ports that no rule names are alike, and so are pods of one namespace with the same labels: each kind is asked once.
"""

from collections.abc import Hashable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from podpath.policy.calico_match import names_port
from podpath.policy.calico_match import ports as calico_ports
from podpath.policy.ends import End, Flow, Pod
from podpath.policy.judge import sides
from podpath.policy.match import PORTED
from podpath.policy.objects import Objects
from podpath.policy.policed import at_end
from podpath.state.address import Ip
from podpath.state.calico import CalicoRule
from podpath.state.policing import Explained, ExplainedAlike, Permit, Policed, Reach
from podpath.state.policy import PolicyRule

if TYPE_CHECKING:
    from podpath.state.evidence import Unknown

_HIGHEST: Final = 65535
_ORDER: Final = (Permit.ALLOWED, Permit.UNKNOWN, Permit.DENIED)
Port = tuple[str, int]


def explained(objects: Objects, pod: Pod, address: Ip | None) -> tuple[Explained, ...]:
    """Return what policies say of a pod, in both directions.

    Args:
        objects: the objects of the snapshot.
        pod: the pod.
        address: its address.
    """
    own = End(address, pod)
    others = [End(where, other) for other, where in objects.pods if other.called != pod.called and not other.on_host]
    return tuple(_direction(objects, direction, own, others) for direction in ("ingress", "egress"))


def alike(found: Sequence[tuple[str, tuple[Explained, ...]]]) -> tuple[ExplainedAlike, ...]:
    """Return pods by what policies say of them, in the order in which they come.

    Args:
        found: what they say of each pod, by its name.
    """
    asked = frozenset(name for name, _ in found)
    folded: dict[Hashable, list[tuple[str, tuple[Explained, ...]]]] = {}
    for name, said in found:
        # Each lists the others of those that were asked about, and not itself.
        told = tuple(
            one._replace(reaches=tuple(reach._replace(pods=left) for reach in one.reaches if (left := _without(reach, asked))))
            for one in said
        )
        folded.setdefault(told, []).append((name, said))
    return tuple(ExplainedAlike(tuple(name for name, _ in each), each[0][1]) for each in folded.values())


def _without(reach: Reach, names: frozenset[str]) -> tuple[str, ...]:
    return tuple(name for name in reach.pods if name not in names)


def _direction(objects: Objects, direction: str, own: End, others: Sequence[End]) -> Explained:
    assert own.pod is not None  # noqa: S101 - the caller has a pod
    tiers = objects.selected.about(objects.policies(own.pod.namespace), own.pod, direction)
    about = [policy for tier in tiers.values() for policy, _ in tier]
    rules: tuple[PolicyRule | CalicoRule, ...] = tuple(rule for policy in about for rule in getattr(policy, direction))
    refs = [policy.ref() for policy in about]
    if objects.realm is not None:
        asked = [one for one, _ in objects.realm.about(own.pod, direction, objects.policies(own.pod.namespace))]
        refs += [policy.ref() for policy in asked]
        rules += tuple(rule for policy in asked for rule in policy.rules if rule.direction == direction)
    found: dict[tuple[Permit, tuple[str, ...], Policed], list[str]] = {}
    unknowns: dict[Unknown, None] = {}
    known: dict[Hashable, tuple[Permit, tuple[str, ...], Policed]] = {}
    blocks = any(isinstance(rule, CalicoRule) or rule.block is not None for rule in rules)
    for other in others:
        assert other.pod is not None  # noqa: S101 - they are pods
        kind = (
            other.pod.namespace,
            tuple(sorted(other.pod.labels.known.items())),
            other.pod.labels.complete,
            other.pod.ports,
            other.pod.on_host,
            other.pod.account,
            other.address if blocks else 0,
        )
        if kind not in known:
            said = dict(_said(objects, direction, own, other, rules))
            unknowns.update(dict.fromkeys(unknown for one in said.values() for unknown in one.unknowns))
            known[kind] = _joined(said)
        found.setdefault(known[kind], []).append(other.pod.called)
    reaches = (
        Reach(permit, ports, one.ground, one.policies, tuple(sorted(pods))) for (permit, ports, one), pods in found.items()
    )
    ordered = sorted(reaches, key=lambda reach: (_ORDER.index(reach.permit), reach.pods))
    return Explained(direction, tuple(refs), rules, tuple(ordered), tuple(unknowns))


def _said(
    objects: Objects, direction: str, own: End, other: End, rules: Sequence[PolicyRule | CalicoRule]
) -> Iterator[tuple[Port | None, Policed]]:
    """Yield what policies say of each port that a rule names, and of one that none does."""
    source, destination = (other, own) if direction == "ingress" else (own, other)
    named = list(dict.fromkeys(_ports(destination.pod, rules)))
    spare = next(port for port in range(_HIGHEST, 0, -1) if all(not _covers(rule, port) for rule in rules))
    for proto, port in [*named, ("TCP", spare)]:
        side = next(one for one in sides(Flow(source, destination, proto, port), objects.selected) if one.direction == direction)
        yield (None if port == spare else (proto, port)), at_end(objects, side)


def _ports(pod: Pod | None, rules: Sequence[PolicyRule | CalicoRule]) -> Iterator[Port]:
    for rule in rules:
        if isinstance(rule, CalicoRule):
            yield from calico_ports(rule, pod)
            continue
        protos = [rule.proto] if rule.proto is not None else sorted(PORTED)
        if rule.port is not None:
            yield from ((proto, port) for proto in protos for port in {rule.port, rule.last_port or rule.port})
        elif rule.port_name is not None and pod is not None:
            yield from (
                (port.proto, port.port) for port in pod.ports or () if port.name == rule.port_name and port.proto in protos
            )


def _covers(rule: PolicyRule | CalicoRule, port: int) -> bool:
    if isinstance(rule, CalicoRule):
        return names_port(rule, port)
    return rule.port is not None and rule.port <= port <= (rule.last_port or rule.port)


def _joined(said: dict[Port | None, Policed]) -> tuple[Permit, tuple[str, ...], Policed]:
    """Return one answer for all ports, or the ports that differ from the rest for the better."""
    rest = said[None]
    better = [port for port, one in said.items() if port is not None and _ORDER.index(one.permit) < _ORDER.index(rest.permit)]
    blank = rest._replace(needed=None, unknowns=())
    if not better:
        return rest.permit, (), blank
    best = min((said[port] for port in better), key=lambda one: _ORDER.index(one.permit))
    ports = tuple(f"{proto} {port}" for proto, port in sorted(better))
    return best.permit, ports, best._replace(needed=None, unknowns=())
