"""Objects of Calico as rows: policies, tiers, network sets, host endpoints.

The same objects are of ``crd.projectcalico.org/v1`` as kubectl lists them, and of ``projectcalico.org/v3`` as calicoctl and
Calico's own API server do. What a rule selects is put together as Calico does it for its nodes (libcalico-go, syncersv1):
selectors of namespaces and service accounts become ones of labels that endpoints inherit, and a rule of a policy in a namespace
that selects anybody is about that namespace, unless it names others.
"""

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Final, NamedTuple

from podpath.readers.documents import count, inside, items, pairs, plain, text
from podpath.readers.interface import Json
from podpath.readers.kube_policy import created, unknown_fields
from podpath.readers.options import parse_options, spellings
from podpath.state.address import parse_prefix
from podpath.state.calico import (
    ACCOUNT_LABEL,
    ANY,
    NAMESPACE_LABEL,
    NAMESPACED,
    OF_ACCOUNT,
    OF_NAMESPACE,
    CalicoHostEndpoint,
    CalicoPolicy,
    CalicoRule,
    CalicoSet,
    CalicoTier,
)
from podpath.state.calico_selector import Among, Expression, Has, both, over, parse, write
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.selector import NO_LABELS

GROUPS: Final = frozenset(("crd.projectcalico.org", "projectcalico.org"))
"""The groups of Calico's objects."""
KINDS: Final[dict[str, tuple[type[NamedTuple], ...]]] = {
    NAMESPACED: (CalicoPolicy, CalicoRule), "GlobalNetworkPolicy": (CalicoPolicy, CalicoRule), "Tier": (CalicoTier,),
    "NetworkSet": (CalicoSet,), "GlobalNetworkSet": (CalicoSet,), "HostEndpoint": (CalicoHostEndpoint,),
}  # fmt: skip
"""The kinds that are read, each with its tables."""
_NAMESPACED: Final = frozenset((NAMESPACED, "NetworkSet"))
_OPTIONS: Final = spellings("A/all-namespaces a export")
_VALUED: Final = spellings("n/namespace o/output c/config context")
_CALLED: Final = {
    **dict.fromkeys(("networkpolicy", "networkpolicies", "policy", "policies", "pol", "np"), NAMESPACED),
    **dict.fromkeys(("globalnetworkpolicy", "globalnetworkpolicies", "gnp"), "GlobalNetworkPolicy"),
    **dict.fromkeys(("tier", "tiers"), "Tier"), **dict.fromkeys(("networkset", "networksets", "netsets"), "NetworkSet"),
    **dict.fromkeys(("globalnetworkset", "globalnetworksets"), "GlobalNetworkSet"),
    **dict.fromkeys(("hostendpoint", "hostendpoints", "hep", "heps"), "HostEndpoint"),
}  # fmt: skip
"""What calicoctl calls the kinds."""
_ACTIONS: Final = {"allow": "allow", "deny": "deny", "pass": "pass", "next-tier": "pass", "log": "log"}
_DEFAULT_TIER: Final = "default"
_OF_POLICY: Final = (
    "selector", "namespaceSelector", "serviceAccountSelector", "order", "tier", "types", "ingress", "egress", "doNotTrack",
    "preDNAT", "applyOnForward", "performanceHints",
)  # fmt: skip
_OF_RULE: Final = (
    "action", "protocol", "notProtocol", "icmp", "notICMP", "ipVersion", "source", "destination", "metadata",
)  # fmt: skip
_OF_SIDE: Final = (
    "selector", "notSelector", "namespaceSelector", "serviceAccounts", "nets", "notNets", "ports", "notPorts",
)  # fmt: skip
_HIGHEST: Final = 65535
_MOST: Final = 10_000

Row = CalicoPolicy | CalicoRule | CalicoTier | CalicoSet | CalicoHostEndpoint


def parse_calicoctl(words: Sequence[str]) -> tuple[str, tuple[Coverage, ...]] | None:
    """Return the form and the coverage of ``calicoctl get KIND … -o yaml|json``, or None for another command."""
    found = parse_options(words[1:], _OPTIONS, _VALUED) if words[:1] == ["calicoctl"] else None
    if found is None or found.rest[:1] != ["get"] or len(found.rest) < 2:  # noqa: PLR2004 - get and what
        return None
    kind, output = _CALLED.get(found.rest[1].lower()), found.values.get("o", "")
    if kind is None or output not in {"yaml", "json"}:
        return None
    # Without -A it is the namespace "default" (calicoctl get --help).
    spaces = kind in _NAMESPACED and not found.flags & {"A", "a"}
    part = (
        kind.lower()
        if kind in {"GlobalNetworkPolicy", "GlobalNetworkSet"}
        else found.values.get("n", "default")
        if spaces
        else None
    )
    complete = Complete.NO if len(found.rest) > 2 else Complete.YES  # noqa: PLR2004 - names follow
    return output, tuple(covers(table, part=part, complete=complete) for table in KINDS[kind])


def kind_of(api: str, kind: str) -> str | None:
    """Return the kind of an object of Calico as it is called here, or None if it is none that is read."""
    if api.partition("/")[0] not in GROUPS:
        return None
    found = NAMESPACED if kind == "NetworkPolicy" else kind
    return found if found in KINDS and kind != NAMESPACED else None


def calico(item: Json, name: str) -> Iterator[Row]:
    """Yield the rows of an object.

    Raises:
        ValueError: Calico would not accept it.
    """
    api = text(item, "apiVersion") or ""
    kind = kind_of(api, text(item, "kind") or "")
    spec = inside(item, "spec") or {}
    if kind == "Tier":
        yield _tier(spec, name)
    elif kind == "HostEndpoint":
        yield CalicoHostEndpoint(name, text(spec, "node"))
    elif kind in {"NetworkSet", "GlobalNetworkSet"}:
        yield from _set(item, kind, name)
    elif kind is not None:
        yield from _policy(item, kind, name, crd=api.startswith("crd."))


def _set(item: Json, kind: str, name: str) -> Iterator[CalicoSet]:
    spec, namespace = inside(item, "spec") or {}, text(item, "metadata", "namespace") if kind == "NetworkSet" else None
    labels = pairs(item, "metadata", "labels") or NO_LABELS
    try:
        made = CalicoSet(kind, namespace, name, labels, _nets(spec, "nets"), unknown_fields(spec, "nets") or None)
    except ValueError:
        yield CalicoSet(kind, namespace, name, labels, unread="nets")
        raise
    yield made


def _order(spec: Json) -> float | None:
    found = inside(spec, "order")
    if found is None:
        return None
    try:
        made = float(plain(found))
    except ValueError:
        made = float("nan")
    if not isfinite(made):
        raise ValueError(f'its order is "{plain(found)}"')
    return made


def _tier(spec: Json, name: str) -> CalicoTier:
    action = (text(spec, "defaultAction") or "Deny").lower()
    if action not in {"deny", "pass"}:
        raise ValueError(f'its default action is "{action}"')
    return CalicoTier(None if name == _DEFAULT_TIER else name, _order(spec), action)


def _selector(found: Json, name: str) -> Expression | None:
    told = text(found, name)
    return parse(told) if told is not None and told.strip() else None


def _in_namespaces(selector: Expression | None, namespace: str | None) -> Expression | None:
    """Return the selector of the endpoints in selected namespaces, or in a policy's own."""
    if selector is not None:
        return over(selector, OF_NAMESPACE, Has(NAMESPACE_LABEL))
    return Among(NAMESPACE_LABEL, (namespace,), wanted=True) if namespace is not None else None


def _with_account(selector: Expression | None) -> Expression | None:
    return over(selector, OF_ACCOUNT, Has(ACCOUNT_LABEL)) if selector is not None else None


def _policy(item: Json, kind: str, name: str, *, crd: bool) -> Iterator[CalicoPolicy | CalicoRule]:
    """Yield the rows of a policy; one that cannot be read is about anybody, for all that is known."""
    spec = inside(item, "spec") or {}
    namespace = (text(item, "metadata", "namespace") or "") if kind == NAMESPACED else None
    tier = text(spec, "tier") or _DEFAULT_TIER
    base = (
        CalicoPolicy(kind, namespace, name.removeprefix(f"{_DEFAULT_TIER}."))
        if tier == _DEFAULT_TIER
        else CalicoPolicy(kind, namespace, name, tier)
    )
    try:
        made, rules = _read(spec, base._replace(created=created(item)), crd=crd), list(_rules(spec, base))
    except ValueError:
        yield base._replace(unread="spec")
        raise
    yield made
    yield from rules


def _read(spec: Json, base: CalicoPolicy, *, crd: bool) -> CalicoPolicy:
    chosen = both(
        _selector(spec, "selector"),
        _in_namespaces(_selector(spec, "namespaceSelector"), base.namespace),
        _with_account(_selector(spec, "serviceAccountSelector")),
    )
    ingress, egress = _types(spec, crd=crd)
    return base._replace(
        order=_order(spec), selector=write(chosen) if chosen is not None else "all()", ingress=ingress, egress=egress,
        hosts=bool(inside(spec, "doNotTrack") or inside(spec, "preDNAT")), forward=bool(inside(spec, "applyOnForward")),
        unread=unknown_fields(spec, *_OF_POLICY) or None,
    )  # fmt: skip


def _rules(spec: Json, base: CalicoPolicy) -> Iterator[CalicoRule]:
    for direction in ("ingress", "egress"):
        for number, rule in enumerate(items(spec, direction), 1):
            yield _rule(rule, CalicoRule(base.kind, base.namespace, base.name, direction, number, ""))


def _types(spec: Json, *, crd: bool) -> tuple[bool | None, bool | None]:
    """Return the directions that a policy is about.

    Without ``types``, calicoctl and the API server write those of the rules that there are, or Ingress; the nodes take an object
    that was written past them for both (felix, calc/policy_sorter.go). So that of the other direction is not known then.
    """
    found = inside(spec, "types")
    if isinstance(found, list) and found:
        told = {plain(each).lower() for each in found}
        return "ingress" in told, "egress" in told
    receives, sends = bool(inside(spec, "ingress")), bool(inside(spec, "egress"))
    return (receives or not sends) or (None if crd else False), sends or (None if crd else False)


def _rule(rule: Json, base: CalicoRule) -> CalicoRule:
    action = _ACTIONS.get((text(rule, "action") or "").lower())
    if action is None:
        raise ValueError(f'a rule has the action "{text(rule, "action")}"')
    unread = [unknown_fields(rule, *_OF_RULE)]
    source, target = inside(rule, "source") or {}, inside(rule, "destination") or {}
    for side, found in (("source", source), ("destination", target)):
        unread.append(",".join(f"{side}.{name}" for name in unknown_fields(found, *_OF_SIDE).split(",") if name))
    one, two = _side(source, base.namespace), _side(target, base.namespace)
    return CalicoRule(
        base.kind, base.namespace, base.policy, base.direction, base.number, action, count(rule, "ipVersion"),
        _proto(rule, "protocol"), _proto(rule, "notProtocol"), _icmp(rule, "icmp"), _icmp(rule, "notICMP"),
        *one, *two, ",".join(filter(None, unread)) or None,
    )  # fmt: skip


class _Side(NamedTuple):
    """What a rule says of the senders, or of the receivers."""

    selector: str
    without: str
    nets: str | None
    not_nets: str | None
    ports: str
    not_ports: str


def _side(found: Json, namespace: str | None) -> _Side:
    return _Side(
        _endpoints(found, namespace), _without(found), _nets(found, "nets"), _nets(found, "notNets"), _ports(found, "ports"),
        _ports(found, "notPorts"),
    )  # fmt: skip


def _endpoints(found: Json, namespace: str | None) -> str:
    """Return the selector of the endpoints that a rule names, or ``*`` if it names none."""
    spaces, own, no = _selector(found, "namespaceSelector"), _selector(found, "selector"), _selector(found, "notSelector")
    accounts = inside(found, "serviceAccounts")
    names = [plain(each) for each in inside(accounts, "names") or ()]
    account = both(
        _with_account(_selector(accounts, "selector")), Among(ACCOUNT_LABEL, tuple(names), wanted=True) if names else None
    )  # fmt: skip
    if spaces is own is no is account is None:
        return ANY
    whole = both(_in_namespaces(spaces, namespace), account, own)
    return write(whole) if whole is not None else ANY


def _without(found: Json) -> str:
    told = _selector(found, "notSelector")
    return write(told) if told is not None else ANY


def _proto(rule: Json, name: str) -> str | None:
    found = text(rule, name)
    return found.upper() if found is not None else None


def _icmp(rule: Json, name: str) -> str | None:
    kind, code = count(rule, name, "type"), count(rule, name, "code")
    return None if kind is None else f"{kind}" if code is None else f"{kind}/{code}"


def _nets(found: Json, name: str) -> str | None:
    listed = inside(found, name)
    if not isinstance(listed, list) or not listed:
        return None
    if len(listed) > _MOST:
        raise ValueError(f"it names {len(listed)} prefixes")
    nets = [plain(each) for each in listed]
    for net in nets:
        parse_prefix(net)
    return ",".join(nets)


def _ports(found: Json, name: str) -> str:
    listed = inside(found, name)
    return ",".join(_port(plain(each)) for each in listed) if isinstance(listed, list) and listed else ANY


def _port(told: str) -> str:
    """Return a port, a range or a name; in text a range is ``8000:8010``."""
    first, colon, last = told.partition(":")
    numbers = [int(part) for part in (first, *([last] if colon else [])) if part.isascii() and part.isdigit() and len(part) < 6]  # noqa: PLR2004 - of 65535
    if colon and (len(numbers) != 2 or numbers[0] > numbers[1]):  # noqa: PLR2004 - first and last
        raise ValueError(f'"{told}" is no range of ports')
    if any(number > _HIGHEST for number in numbers) or "," in told or not told or told == ANY:
        raise ValueError(f'"{told}" is no port')
    return "-".join(map(str, numbers)) if numbers else told
