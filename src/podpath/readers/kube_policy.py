"""Policies of the Kubernetes API: NetworkPolicy, ClusterNetworkPolicy and the two Admin kinds, as rows.

NetworkPolicy is of ``networking.k8s.io/v1``; AdminNetworkPolicy and BaselineAdminNetworkPolicy are of
``policy.networking.k8s.io/v1alpha1``, ClusterNetworkPolicy, which followed them, of ``v1alpha2``. What stands in an object
and is not known here is named, so that nothing is concluded from the rest.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from podpath.readers.documents import count, inside, items, plain, text
from podpath.readers.interface import Json
from podpath.state.address import parse_prefix
from podpath.state.policy import NetworkPolicy, PolicyRule
from podpath.state.selector import EVERYTHING, Requirement, selector_text

_OPERATORS: Final = {"In": True, "NotIn": False, "Exists": True, "DoesNotExist": False}
_TIERS: Final = {"AdminNetworkPolicy": "admin", "BaselineAdminNetworkPolicy": "baseline"}
_ACTIONS: Final = {"Allow": "allow", "Accept": "allow", "Deny": "deny", "Pass": "pass"}
_HIGHEST: Final = 65535
_MOST_ROWS: Final = 100_000


class Peer(NamedTuple):
    """The peers that a rule is about; all None means every peer."""

    pods: str | None = None
    namespaces: str | None = None
    nodes: str | None = None
    block: str | None = None
    but: str | None = None
    unread: str | None = None


class Ports(NamedTuple):
    """The ports that a rule is about; all None means every protocol and port."""

    proto: str | None = None
    port: int | None = None
    last_port: int | None = None
    port_name: str | None = None
    unread: str | None = None


def is_policy(api: str, kind: str) -> bool:
    """Say whether an object of this version and kind is a policy that is read."""
    group = api.partition("/")[0]
    if kind == "NetworkPolicy":
        return group in ("networking.k8s.io", "extensions")
    return group == "policy.networking.k8s.io" and (kind in _TIERS or kind == "ClusterNetworkPolicy")


def selector(found: Json) -> str | None:
    """Return a LabelSelector as text, or None if there is none.

    Raises:
        ValueError: it is no LabelSelector.
    """
    if found is None:
        return None
    if strange := unknown_fields(found, "matchLabels", "matchExpressions"):
        raise ValueError(f'a selector has the field "{strange}"')
    made = [Requirement(key, (plain(value),), True) for key, value in (inside(found, "matchLabels") or {}).items()]  # noqa: FBT003
    for each in items(found, "matchExpressions"):
        key, operator = text(each, "key") or "", text(each, "operator") or ""
        if operator not in _OPERATORS:
            raise ValueError(f'a selector has the operator "{operator}"')
        values = tuple(plain(value) for value in inside(each, "values") or ()) if operator.endswith("In") else None
        made.append(Requirement(key, values, _OPERATORS[operator]))
    return selector_text(made)


def unknown_fields(found: Json, *known: str) -> str:
    """Return the fields of an object that are not known, comma-separated."""
    if not isinstance(found, dict):
        raise ValueError(f"there is {type(found).__name__} where an object was to be")  # noqa: TRY004 - readers tell what is wrong by ValueError
    return ",".join(sorted(str(key) for key in found if key not in known))


def created(item: Json) -> int | None:
    """Return when an object was made, in seconds since 1970."""
    try:
        return int(datetime.fromisoformat(text(item, "metadata", "creationTimestamp") or "").timestamp())
    except (ValueError, OverflowError):
        return None


def policy(item: Json, name: str) -> Iterator[NetworkPolicy | PolicyRule]:
    """Yield the rows of a policy.

    Raises:
        ValueError: the API server would not accept it.
    """
    kind = text(item, "kind") or ""
    yield from _of_namespace(item, name) if kind == "NetworkPolicy" else _of_cluster(item, kind, name)


def _of_namespace(item: Json, name: str) -> Iterator[NetworkPolicy | PolicyRule]:
    spec, namespace = inside(item, "spec") or {}, text(item, "metadata", "namespace") or ""
    types = inside(spec, "policyTypes")
    # By default a policy is about what is received, and about what is sent where it has such rules (API, policyTypes).
    egress = "Egress" in types if isinstance(types, list) and types else bool(inside(spec, "egress"))
    ingress = "Ingress" in types if isinstance(types, list) and types else True
    made = NetworkPolicy(
        "NetworkPolicy", namespace, name, "namespace", pods=selector(inside(spec, "podSelector") or {}),
        ingress=ingress, egress=egress, created=created(item),
        unread=unknown_fields(spec, "podSelector", "policyTypes", "ingress", "egress") or None,
    )  # fmt: skip
    yield made
    for direction, asked, side in (("ingress", ingress, "from"), ("egress", egress, "to")):
        for number, rule in enumerate(items(spec, direction) if asked else (), 1):
            base = PolicyRule(
                made.kind, namespace, name, direction, number, "allow", unread=unknown_fields(rule, side, "ports") or None
            )  # fmt: skip
            peers = [_pod_peer(each) for each in items(rule, side)] or [Peer()]
            yield from _product(base, peers, [_port(each) for each in items(rule, "ports")] or [Ports()])


def _pod_peer(found: Json) -> Peer:
    strange = unknown_fields(found, "podSelector", "namespaceSelector", "ipBlock")
    if (block := inside(found, "ipBlock")) is not None:
        but = [_prefix(plain(each)) for each in inside(block, "except") or ()]
        return Peer(block=_prefix(text(block, "cidr") or ""), but=",".join(but) or None, unread=strange or None)
    pods, namespaces = selector(inside(found, "podSelector")), selector(inside(found, "namespaceSelector"))
    if pods is namespaces is None and not strange:
        raise ValueError("a peer is empty")
    return Peer(pods or EVERYTHING, namespaces, unread=strange or None)


def _prefix(found: str) -> str:
    parse_prefix(found)
    return found


def _port(found: Json) -> Ports:
    strange, proto = unknown_fields(found, "port", "endPort", "protocol"), text(found, "protocol") or "TCP"
    number, named = count(found, "port"), text(found, "port")
    if number is None and named is not None:
        return Ports(proto, port_name=named, unread=strange or None)
    return Ports(proto, number, count(found, "endPort"), unread=strange or None)


def _product(base: PolicyRule, peers: list[Peer], ports: list[Ports]) -> Iterator[PolicyRule]:
    """Yield a row for each peer with each port."""
    if len(peers) * len(ports) > _MOST_ROWS:
        raise ValueError(f"a rule has {len(peers)} peers and {len(ports)} ports")
    for peer in peers:
        for port in ports:
            unread = ",".join(filter(None, (base.unread, peer.unread, port.unread))) or None
            yield base._replace(**{**peer._asdict(), **port._asdict(), "unread": unread})


# -- policies of the whole cluster -----------------------------------------------------------------------------------------------


def _of_cluster(item: Json, kind: str, name: str) -> Iterator[NetworkPolicy | PolicyRule]:
    spec = inside(item, "spec") or {}
    tier = _TIERS.get(kind) or (text(spec, "tier") or "").lower()
    if tier not in ("admin", "baseline"):
        raise ValueError(f'its tier is "{tier}"')
    subject = _subject(inside(spec, "subject") or {})
    known = unknown_fields(spec, "subject", "priority", "ingress", "egress", "tier")
    made = NetworkPolicy(
        kind, None, name, tier, _priority(spec, kind), subject.pods, subject.namespaces, bool(inside(spec, "ingress")),
        bool(inside(spec, "egress")), created(item), ",".join(filter(None, (known, subject.unread))) or None,
    )  # fmt: skip
    yield made
    for direction, side in (("ingress", "from"), ("egress", "to")):
        for number, rule in enumerate(items(spec, direction), 1):
            action = _ACTIONS.get(text(rule, "action") or "")
            if action is None:
                raise ValueError(f'a rule has the action "{text(rule, "action")}"')
            strange = unknown_fields(rule, "name", "action", side, "ports", "protocols")
            base = PolicyRule(kind, None, name, direction, number, action, unread=strange or None)
            yield from _product(base, list(_peers(items(rule, side))), list(_cluster_ports(rule)) or [Ports()])


def _priority(spec: Json, kind: str) -> int | None:
    found = count(spec, "priority")
    if kind == "BaselineAdminNetworkPolicy":
        return None  # there is one, named "default"
    if found is None or found > _HIGHEST:
        raise ValueError("it has no priority")
    return found


def _subject(found: Json) -> Peer:
    """Return the pods that a subject or a peer selects."""
    if (pods := inside(found, "pods")) is not None:
        told = unknown_fields(found, "pods"), unknown_fields(pods, "namespaceSelector", "podSelector")
        strange = ",".join(filter(None, told))
        return Peer(
            selector(inside(pods, "podSelector") or {}), selector(inside(pods, "namespaceSelector") or {}), unread=strange or None
        )
    strange = unknown_fields(found, "namespaces")
    return Peer(EVERYTHING, selector(inside(found, "namespaces") or {}), unread=strange or None)


def _peers(found: Iterable[Json]) -> Iterator[Peer]:
    for each in found:
        if (networks := inside(each, "networks")) is not None:
            for network in networks if isinstance(networks, list) else ():
                yield Peer(block=_prefix(plain(network)), unread=unknown_fields(each, "networks") or None)
        elif (nodes := inside(each, "nodes")) is not None:
            yield Peer(nodes=selector(nodes), unread=unknown_fields(each, "nodes") or None)
        elif inside(each, "pods") is not None or inside(each, "namespaces") is not None:
            yield _subject(each)
        else:  # domainNames, and what later versions may add
            yield Peer(unread=unknown_fields(each) or "an empty peer")


def _cluster_ports(rule: Json) -> Iterator[Ports]:
    for each in items(rule, "ports"):  # the two Admin kinds
        strange = unknown_fields(each, "portNumber", "portRange", "namedPort") or None
        if (one := inside(each, "portNumber")) is not None:
            yield Ports(text(one, "protocol") or "TCP", count(one, "port"), unread=strange)
        elif (one := inside(each, "portRange")) is not None:
            yield Ports(text(one, "protocol") or "TCP", count(one, "start"), count(one, "end"), unread=strange)
        else:
            yield Ports(port_name=text(each, "namedPort"), unread=strange)
    for each in items(rule, "protocols"):  # ClusterNetworkPolicy
        strange = unknown_fields(each, "tcp", "udp", "sctp", "destinationNamedPort") or None
        if (name := text(each, "destinationNamedPort")) is not None:
            yield Ports(port_name=name, unread=strange)
            continue
        for proto in ("tcp", "udp", "sctp"):
            if (one := inside(each, proto)) is not None:
                yield _destination(proto.upper(), one, strange)
        if strange is not None and not any(proto in each for proto in ("tcp", "udp", "sctp")):
            yield Ports(unread=strange)


def _destination(proto: str, found: Json, strange: str | None) -> Ports:
    port = inside(found, "destinationPort")
    unread = ",".join(filter(None, (strange, unknown_fields(found, "destinationPort")))) or None
    if port is None:
        return Ports(proto, unread=unread)
    if (span := inside(port, "range")) is not None:
        return Ports(proto, count(span, "start"), count(span, "end"), unread=unread)
    return Ports(proto, count(port, "number"), unread=unread)
