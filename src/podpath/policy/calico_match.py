"""Whether one rule of a policy of Calico matches a flow; as everywhere, None is for what nobody knows.

Selectors select endpoints: pods with a network namespace of their own, and addresses of network sets. An address that is none of
these is selected by no selector, and by every ``notSelector``.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple, assert_never

from podpath.policy.ends import End, Flow, Labels, Pod
from podpath.policy.match import PORTED
from podpath.policy.truth import Truth, all_of, any_of
from podpath.state.address import BITS, V4, Ip, family_of, last_ip, parse_prefix
from podpath.state.calico import ACCOUNT_LABEL, ANY, NAME_LABEL, NAMESPACE_LABEL, OF_ACCOUNT, OF_NAMESPACE, CalicoRule
from podpath.state.calico_selector import All, Among, Both, Either, Expression, Global, Has, Like, Not, parse

_NUMBERS: Final = {"1": "ICMP", "6": "TCP", "17": "UDP", "58": "ICMPV6", "132": "SCTP", "136": "UDPLITE"}
"""Protocols by number (IANA), as far as Calico has names for them."""
_ECHO: Final = {"ICMP": ("8", "0"), "ICMPV6": ("128", "0")}
"""Type and code of what a ping sends (RFC 792, RFC 4443): a trace sends no other."""
_ORCHESTRATOR: Final = "projectcalico.org/orchestrator"


class EndpointLabels(NamedTuple):
    """Labels of an endpoint, its own and those that it inherits.

    Attributes:
        known: those that are known.
        open: beginnings of those of which not all are known; an empty one is for its own.
    """

    known: Mapping[str, str]
    open: tuple[str, ...] = ()

    def misses(self, key: str) -> Truth:
        """Say whether there is no label with this key."""
        if key in self.known:
            return False
        prefix = next((prefix for prefix in (OF_NAMESPACE, OF_ACCOUNT) if key.startswith(prefix)), "")
        return None if prefix in self.open or key in self.open else True


class NetworkSet(NamedTuple):
    """A set of addresses.

    Attributes:
        labels: its labels.
        nets: its prefixes, or None if they are not known.
    """

    labels: EndpointLabels
    nets: str | None


class Around:
    """What rules of Calico see besides pods, and which pods selectors select: many flows ask the same.

    Args:
        sets: the network sets.
        hosts: names of nodes that have host endpoints; an empty name is one of a node that is not known.
    """

    def __init__(self, sets: tuple[NetworkSet, ...] = (), hosts: frozenset[str] = frozenset()) -> None:
        self.sets, self.hosts = sets, hosts
        self._selected: dict[tuple[str, str], Truth] = {}

    def selected(self, selector: str, pod: Pod) -> Truth:
        """Say whether a selector selects a pod, as far as its labels are known."""
        key = selector, pod.called
        if key not in self._selected:
            self._selected[key] = selected(selector, of_pod(pod))
        return self._selected[key]


def of_pod(pod: Pod) -> EndpointLabels:
    """Return the labels of a pod as Calico's selectors see them."""
    known = {**pod.labels.known, NAMESPACE_LABEL: pod.namespace, _ORCHESTRATOR: "k8s"}
    known |= {OF_NAMESPACE + key: value for key, value in pod.namespace_labels.known.items()}
    known[OF_NAMESPACE + NAME_LABEL] = pod.namespace
    unknown = [prefix for prefix, labels in (("", pod.labels), (OF_NAMESPACE, pod.namespace_labels)) if not labels.complete]
    if pod.account is None:
        return EndpointLabels(known, (*unknown, OF_ACCOUNT, ACCOUNT_LABEL))
    known |= {OF_ACCOUNT + key: value for key, value in pod.account_labels.known.items()}
    known |= {ACCOUNT_LABEL: pod.account, OF_ACCOUNT + NAME_LABEL: pod.account}
    return EndpointLabels(known, (*unknown, *(() if pod.account_labels.complete else (OF_ACCOUNT,))))


def of_set(labels: Labels, namespace: str | None, inherited: Labels) -> EndpointLabels:
    """Return the labels of a network set as Calico's selectors see them."""
    known = dict(labels.known)
    if namespace is not None:
        known |= {OF_NAMESPACE + key: value for key, value in inherited.known.items()}
        known |= {NAMESPACE_LABEL: namespace, OF_NAMESPACE + NAME_LABEL: namespace}
    unknown = ("" if not labels.complete else None, OF_NAMESPACE if namespace is not None and not inherited.complete else None)
    return EndpointLabels(known, tuple(prefix for prefix in unknown if prefix is not None))


def holds(expression: Expression, labels: EndpointLabels) -> Truth:
    """Say whether a selector selects an endpoint with these labels."""
    match expression:
        case All() | Global():  # of endpoints both select everything; of namespaces they were replaced by what they mean
            return True
        case Has(key):
            return _opposite(labels.misses(key))
        case Among(key, values, wanted):
            missing = labels.misses(key)
            if missing is False:
                return (labels.known[key] in values) is wanted
            return not wanted if missing else None
        case Like(key, how, value):
            missing = labels.misses(key)
            return _like(labels.known[key], how, value) if missing is False else None if missing is None else False
        case Not(inner):
            return _opposite(holds(inner, labels))
        case Both(parts):
            return all_of(holds(part, labels) for part in parts)
        case Either(parts):
            return any_of(holds(part, labels) for part in parts)
        case _:
            assert_never(expression)


def _like(text: str, how: str, value: str) -> bool:
    if how == "contains":
        return value in text
    return text.startswith(value) if how == "starts with" else text.endswith(value)


def _opposite(truth: Truth) -> Truth:
    return None if truth is None else not truth


def selected(selector: str | None, labels: EndpointLabels) -> Truth:
    """Say whether a selector as text selects an endpoint; None is one that is not known."""
    return None if selector is None else holds(parse(selector), labels)


# -- rules -----------------------------------------------------------------------------------------------


def rule_matches(rule: CalicoRule, flow: Flow, around: Around) -> Truth:
    """Say whether a rule matches a flow.

    Args:
        rule: the rule.
        flow: the flow.
        around: what else rules see.
    """
    found = all_of((*_protocol(rule, flow), *_sender(rule, flow, around), *_receiver(rule, flow, around)))
    # What is not known can only narrow the rest.
    return None if found and rule.unread is not None else found


def _protocol(rule: CalicoRule, flow: Flow) -> Iterator[Truth]:
    if rule.proto is not None:
        yield _NUMBERS.get(rule.proto, rule.proto) == flow.proto
    if rule.not_proto is not None:
        yield _NUMBERS.get(rule.not_proto, rule.not_proto) != flow.proto
    if rule.family is not None:
        address = flow.destination.address if flow.destination.address is not None else flow.source.address
        yield None if address is None else (family_of(address) == V4) is (rule.family == 4)  # noqa: PLR2004 - IPv4
    if rule.icmp is not None:
        yield _is_icmp(rule.icmp, flow)
    if rule.not_icmp is not None:
        yield not _is_icmp(rule.not_icmp, flow)


def _is_icmp(told: str, flow: Flow) -> bool:
    kind, _, code = told.partition("/")
    sent = _ECHO.get(flow.proto)
    return sent is not None and kind == sent[0] and code in {"", sent[1]}


def _sender(rule: CalicoRule, flow: Flow, around: Around) -> Iterator[Truth]:
    yield from _end(flow.source, rule.sender, rule.not_sender, rule.sender_nets, rule.not_sender_nets, around)
    if rule.sender_ports != ANY or rule.not_sender_ports != ANY:
        yield None  # nobody said which port the sender takes


def _receiver(rule: CalicoRule, flow: Flow, around: Around) -> Iterator[Truth]:
    yield from _end(flow.destination, rule.receiver, rule.not_receiver, rule.receiver_nets, rule.not_receiver_nets, around)
    if rule.receiver_ports != ANY:
        yield None if rule.receiver_ports is None else any_of(_port(one, flow) for one in rule.receiver_ports.split(","))
    if rule.not_receiver_ports != ANY:
        told = rule.not_receiver_ports
        yield None if told is None else _opposite(any_of(_port(one, flow) for one in told.split(",")))


def _port(told: str, flow: Flow) -> Truth:
    first, _, last = told.partition("-")
    if first.isdigit() and (not last or last.isdigit()):
        return None if flow.port is None else int(first) <= flow.port <= int(last or first)
    pod = flow.destination.pod
    if pod is None:
        return None if flow.destination.stranger else False
    if pod.ports is None or flow.port is None:
        return None
    return any_of(port.name == told and port.proto == flow.proto and port.port == flow.port for port in pod.ports)


def _end(
    end: End, selector: str | None, without: str | None, nets: str | None, not_nets: str | None, around: Around
) -> Iterator[Truth]:  # fmt: skip
    if selector != ANY:
        yield _selects(selector, end, around)
    if without != ANY:
        yield _opposite(_selects(without, end, around))
    if nets is not None:
        yield _within(nets, end.address)
    if not_nets is not None:
        yield _opposite(_within(not_nets, end.address))


def _selects(selector: str | None, end: End, around: Around) -> Truth:
    """Say whether a selector selects an end: as a pod, or as an address of a network set."""
    if selector is None:
        return None
    return any_of((_as_endpoint(selector, end, around), *(_as_member(selector, end, one) for one in around.sets)))


def _as_endpoint(selector: str, end: End, around: Around) -> Truth:
    pod = end.pod
    if pod is None or pod.on_host:
        node = end.node or (pod.node if pod is not None else "")
        if node and (node in around.hosts or "" in around.hosts):
            return None
        return None if end.stranger else False
    found = around.selected(selector, pod)
    return None if found and pod.on_host is None else found


def _as_member(selector: str, end: End, one: NetworkSet) -> Truth:
    return all_of((selected(selector, one.labels), None if one.nets is None else _within(one.nets, end.address)))


def _within(nets: str, address: Ip | None) -> Truth:
    return None if address is None else any(_covers(net, address) for net in nets.split(",") if net)


def _covers(net: str, address: Ip) -> bool:
    family, first, last = _span(net)
    return family == family_of(address) and first <= address <= last


@lru_cache(maxsize=4096)
def _span(net: str) -> tuple[int, Ip, Ip]:
    family, address, length = parse_prefix(net)
    bits = BITS[family] - length
    first = Ip(address >> bits << bits)
    return family, first, last_ip(family, first, length)


def ports(rule: CalicoRule, pod: Pod | None) -> Iterator[tuple[str, int]]:
    """Yield the ports of a receiver at which a rule begins or ends to match, each with its protocol.

    Args:
        rule: the rule.
        pod: the receiver, which says what names of ports mean, or None if it is no pod.
    """
    protos = [_NUMBERS.get(rule.proto, rule.proto)] if rule.proto is not None else sorted(PORTED)
    for told in _told(rule):
        first, _, last = told.partition("-")
        if first.isdigit():
            yield from ((proto, port) for proto in protos for port in sorted({int(first), int(last or first)}))
        elif pod is not None:
            yield from ((one.proto, one.port) for one in pod.ports or () if one.name == told and one.proto in protos)


def names_port(rule: CalicoRule, port: int) -> bool:
    """Say whether a rule names a port by its number, to match it or not to."""
    spans = (one.partition("-") for one in _told(rule))
    return any(first.isdigit() and int(first) <= port <= int(last or first) for first, _, last in spans)


def _told(rule: CalicoRule) -> list[str]:
    return [
        one for told in (rule.receiver_ports, rule.not_receiver_ports) for one in (told or "").split(",") if one and one != ANY
    ]
