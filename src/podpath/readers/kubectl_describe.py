"""``kubectl describe`` of nodes, pods, services, endpoints, slices and policies: objects, as rows of the API's tables.

The layout is that of kubectl's describers (k8s.io/kubectl, pkg/describe): a key of one or several words at the start of
a line, its value aligned behind it, and below it indented lines that belong to it. What is cut off there (``+ 2 more...``)
is missing, so that an object's endpoints are never complete.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from podpath.readers.agent_words import refused
from podpath.readers.described_policy import spec
from podpath.readers.interface import Item, Reader
from podpath.readers.kube_policy import policy
from podpath.readers.kubectl import (
    CALICO_ADDRESS,
    FLANNEL_ADDRESS,
    FLANNEL_BACKEND,
    SERVICE_NAME,
    SHAPES,
    parse_described,
    vtep_mac,
)
from podpath.readers.options import bad, number
from podpath.readers.repeated import counted
from podpath.state.address import Ip, parse_ip, parse_prefix
from podpath.state.agent_log import AgentMessage
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.kube import Endpoint, KubeNode, Pod, Service
from podpath.state.pattern import lazy
from podpath.state.policy import NetworkPolicy, PodPort, PolicyRule
from podpath.state.selector import NO_LABELS

_KEYS: Final = (
    "Name|Namespace|Roles|Labels|Annotations|CreationTimestamp|Taints|Unschedulable|Lease|Conditions|Addresses|Capacity|Allocatable|"
    "System Info|PodCIDRs?|ProviderID|ExternalID|Non-terminated Pods|Allocated resources|Events|Priority(?: Class Name)?|"
    "Runtime Class Name|Service Account|Node(?:-Selectors)?|Start Time|Status|Reason|Message|SeccompProfile|IPs?|Controlled By|"
    "Replicas|(?:Init |Ephemeral )?Containers|Readiness Gates|Volumes|QoS Class|Tolerations|Topology Spread Constraints|"
    "NominatedNodeName|Termination Grace Period|"
    "Deletion Grace Period|Selector|Type|IP Famil(?:y Policy|ies)|External IPs|External Name|"
    "(?:Desired )?LoadBalancer (?:IP|Ingress|Source Ranges)|Port|TargetPort|NodePort|Endpoints|Session Affinity|"
    "(?:External|Internal) Traffic Policy|HealthCheck NodePort|Traffic Distribution|Subsets|AddressType|Ports|Created on|Spec"
)
_KEY: Final = lazy(rf"(?P<key>{_KEYS}):(?=\s|$)\s*+(?P<value>.*)$")
_INNER: Final = lazy(r"\s++(?:- )?(?P<key>[A-Z][\w /-]{0,60}?):(?=\s|$)\s*+(?P<value>.*)$")
_BELOW: Final = lazy(r"(?:  |\t)\s*+(?![$#>] )\S")
_START: Final = lazy(r"Name:(?: {2}|\t)\s*+\S++\s*$")
_CONFIRM: Final = lazy(r"(?:Namespace|Roles):(?:\s{2,}|\t)")
_CONTAINER: Final = lazy(r"  (?P<name>[a-z0-9][a-z0-9-]*):\s*$")
_LABEL: Final = lazy(r"[\w./-]+=\S*$")
_DECLARED: Final = lazy(r"(\d{1,5})/([A-Z]+) \(([a-z0-9-]+)\)$")
_MORE: Final = lazy(r"\+ \d+ more\.\.\.$")
_NONE: Final = frozenset(("", "<none>", "<unset>", "None", "<unknown>", "<nil>"))
_NOT_READY: Final = (["Ready", "False"], ["Ready", "Unknown"])
_KINDS: Final = {
    "Node": "Roles", "Pod": "Containers", "Service": "Session Affinity", "Endpoints": "Subsets", "EndpointSlice": "AddressType",
    "NetworkPolicy": "Created on",
}  # fmt: skip
"""The kinds that are read, each with a key that no other one has."""


class _Field(NamedTuple):
    """A key of an object: its value, and the lines below it with their indexes."""

    key: str
    value: str
    lines: list[tuple[int, str]]


@dataclass(slots=True)
class _Object:
    """An object that is described.

    Attributes:
        first: index of its first line.
        fields: its keys in order.
    """

    first: int
    fields: list[_Field] = field(default_factory=list)

    def value(self, key: str) -> str | None:
        """Return the value of a key, or None where it says that there is none."""
        found = next((one.value for one in self.fields if one.key == key), "")
        return None if found in _NONE else found

    def lines(self, key: str) -> list[tuple[int, str]]:
        """Return the lines below a key with their indexes."""
        return next((one.lines for one in self.fields if one.key == key), [])

    def below(self, key: str) -> list[str]:
        """Return the lines of a key, the rest of its own first."""
        value = next((one.value for one in self.fields if one.key == key), "")
        return [*([value] if value else []), *(line for _, line in self.lines(key))]

    def has(self, key: str) -> bool:
        """Say whether it has a key."""
        return any(one.key == key for one in self.fields)


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``kubectl describe KIND [NAME …]`` of the kinds that are read."""
    tables = parse_described(words)
    return tuple(covers(table, complete=Complete.NO) for table in (*tables, AgentMessage)) if tables else None


def _objects(lines: Sequence[str]) -> Iterator[_Object]:
    """Yield the objects that are described."""
    found: _Object | None = None
    for index, line in enumerate(lines):
        match = _KEY.match(line)
        if match is not None and match["key"] == "Name":
            if found is not None:
                yield found
            found = _Object(index)
        if match is not None and found is not None:
            found.fields.append(_Field(match["key"], match["value"].rstrip(), []))
        elif found is not None and line.strip():
            found.fields[-1].lines.append((index, line))
    if found is not None:
        yield found


def _address(text: str | None) -> Ip | None:
    return parse_ip(text) if text is not None else None


def _inner(lines: Sequence[str], key: str) -> str | None:
    """Return the value of a key of indented lines."""
    found = (match["value"] for line in lines if (match := _INNER.match(line)) is not None and match["key"] == key)
    value = next(found, "").rstrip()
    return None if value in _NONE else value


def _labels(lines: Sequence[str]) -> str | None:
    words = [line.strip() for line in lines]
    if words in (["<none>"], []):
        return NO_LABELS if words else None
    return ",".join(sorted(words)) if all(_LABEL.match(word) for word in words) else None


def _note(notes: Sequence[str], name: str) -> str | None:
    """Return an annotation; a long one stands on the line behind its name."""
    for at, line in enumerate(notes):
        key, colon, value = line.strip().partition(":")
        if colon and key == name:
            return value.strip() or (notes[at + 1].strip() if at + 1 < len(notes) else None)
    return None


def _condition(lines: Sequence[str], name: str) -> bool | None:
    found = (words[1] for line in lines if (words := line.split())[:1] == [name] and len(words) > 1)
    return {"True": True, "False": False, "Unknown": False}.get(next(found, ""))


def _node(item: _Object, name: str) -> Iterator[KubeNode]:
    notes = item.below("Annotations")
    calico = _note(notes, CALICO_ADDRESS)
    yield KubeNode(
        name, _address(_inner(item.below("Addresses"), "InternalIP")), item.value("PodCIDRs") or item.value("PodCIDR"),
        _condition(item.below("Conditions"), "Ready"), vtep_mac(_note(notes, FLANNEL_BACKEND)),
        _address(_note(notes, FLANNEL_ADDRESS)), parse_prefix(calico)[1] if calico else None,
    )  # fmt: skip


def _containers(lines: Sequence[str]) -> Iterator[list[str]]:
    """Yield the lines of each container."""
    held: list[str] = []
    for line in lines:
        if _CONTAINER.match(line) and held:
            yield held
            held = []
        held.append(line)
    if held:
        yield held


def _standing(container: Sequence[str]) -> str | None:
    """Return why a container does not run, as ``kubectl get pods`` has it in STATUS."""
    at = next((at for at, line in enumerate(container) if (m := _INNER.match(line)) is not None and m["key"] == "State"), None)
    if at is None or _inner(container[at : at + 1], "State") == "Running":
        return None
    return _inner(container[at + 1 : at + 2], "Reason")


def _pod(item: _Object, name: str) -> Iterator[Pod | PodPort]:
    namespace, node = item.value("Namespace") or "", (item.value("Node") or "").partition("/")[0]
    first = _address(item.value("IP"))
    others = (_address(line.partition(":")[2].strip()) for line in item.below("IPs") if line.strip().startswith("IP:"))
    containers = list(_containers(item.below("Containers")))
    standing = next((why for each in containers if (why := _standing(each)) is not None), None)
    phase = (item.value("Status") or "").partition(" ")[0] or None
    owner_kind, _, owner = (item.value("Controlled By") or "").partition("/")
    yield Pod(
        namespace, name, node or None, first, None, standing or phase, _condition(item.below("Conditions"), "Ready"),
        _labels(item.below("Labels")), next((other for other in others if other not in {None, first}), None),
        owner_kind or "none", owner or None, account=item.value("Service Account"),
    )  # fmt: skip
    for container in containers:
        declared = _inner(container, "Port") or _inner(container, "Ports") or ""
        for each in declared.split(", "):
            if (match := _DECLARED.match(each)) is not None:
                yield PodPort(namespace, name, match[2], number(match[1]), match[3])


def _service(item: _Object, name: str) -> Iterator[Service | Endpoint]:
    namespace, address = item.value("Namespace") or "", _address(item.value("IP"))
    both = [_address(text) for text in (item.value("IPs") or "").split(",") if text not in _NONE]
    outside = [item.value("External IPs"), (item.value("LoadBalancer Ingress") or "").replace(" (VIP)", "").replace(" ", "")]
    base = Service(
        namespace, name, item.value("Type"), address, external_ips=",".join(filter(None, outside)) or None,
        selector=item.value("Selector"), external_policy=item.value("External Traffic Policy"),
        internal_policy=item.value("Internal Traffic Policy"), affinity=item.value("Session Affinity") or "None",
        second_ip=both[1] if len(both) > 1 else None, source_ranges=item.value("LoadBalancer Source Ranges"),
    )  # fmt: skip
    port: Service | None = None
    for key, value, _ in item.fields:
        if key == "Port":
            if port is not None:
                yield port
            port = _port(base, value)
        elif key == "TargetPort" and port is not None:
            port = port._replace(target_port=value.partition("/")[0])
        elif key == "NodePort" and port is not None:
            port = port._replace(node_port=number(value.rpartition(" ")[2].partition("/")[0]))
        elif key == "Endpoints" and port is not None:
            yield from _behind(port, value)
    yield port if port is not None else base


def _port(base: Service, value: str) -> Service:
    """Return a service with the port of a line ``http  80/TCP``."""
    name, _, rest = value.rpartition(" ")
    port, _, proto = rest.partition("/")
    return base._replace(port_name=None if name.strip() in _NONE else name.strip(), proto=proto or "TCP", port=number(port))


def _behind(port: Service, value: str) -> Iterator[Endpoint]:
    """Yield the ready endpoints of a port."""
    for each in _MORE.sub("", value).split(","):
        host, colon, target = each.strip().rpartition(":")
        if colon and each.strip() not in _NONE:
            where = parse_ip(host.strip("[]"))
            yield Endpoint(port.namespace, port.name, port.name, where, port.port_name, port.proto, number(target), ready=True)


def _ports(lines: Sequence[str]) -> list[tuple[str | None, str, int]]:
    """Return the table of ports (name, protocol, number); names are ``<unset>`` where there is none."""
    found = []
    for line in lines:
        words = line.split()
        if len(words) == 3 and words[1].isascii() and words[1].isdigit():  # noqa: PLR2004 - name, port, protocol
            found.append((None if words[0] in _NONE else words[0], words[2], number(words[1])))
    return found


def _endpoints(item: _Object, name: str) -> Iterator[Endpoint]:
    lines, namespace = item.below("Subsets"), item.value("Namespace") or ""
    for key, ready in (("Addresses", True), ("NotReadyAddresses", False)):
        for address in (_inner(lines, key) or "").split(","):
            for port_name, proto, port in _ports(lines) if address else ():
                yield Endpoint(namespace, name, name, parse_ip(address), port_name, proto, port, ready=ready)


def _slice(item: _Object, name: str) -> Iterator[Endpoint]:
    namespace, ports = item.value("Namespace") or "", _ports(item.below("Ports"))
    labels = dict(line.strip().partition("=")[::2] for line in item.below("Labels"))
    service = labels.get(SERVICE_NAME, "")
    lines = item.below("Endpoints")
    starts = [at for at, line in enumerate(lines) if line.strip().startswith("- Addresses:")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        part = lines[start:end]
        kind, _, pod = (_inner(part, "TargetRef") or "").partition("/")
        ready = {"true": True, "false": False}.get(_inner(part, "Ready") or "")
        node, target = _inner(part, "NodeName"), f"{namespace}/{pod}" if kind == "Pod" else None
        for address in (_inner(part, "Addresses") or "").split(","):
            for port_name, proto, port in ports if address and item.value("AddressType") != "FQDN" else ():
                where = parse_ip(address.strip())
                yield Endpoint(namespace, service, name, where, port_name, proto, port, ready, None, node, target)


def _complaints(kind: str, item: _Object, name: str) -> Iterator[tuple[int, AgentMessage]]:
    """Yield what the events and the condition Ready of a node or pod say of its network."""
    host = name if kind == "Node" else (item.value("Node") or "").partition("/")[0]
    pod, namespace = (name, item.value("Namespace")) if kind == "Pod" else (None, None)
    told = [(index, line) for index, line in item.lines("Events") if line.split()[:1] == ["Warning"]]
    if kind == "Node":
        told += [(index, line) for index, line in item.lines("Conditions") if line.split()[:2] in _NOT_READY]
    yield from counted(
        (index, said._replace(host=host or None, pod=pod, namespace=namespace))
        for index, line in told if (said := refused(line)) is not None
    )  # fmt: skip


def _standing_line(item: _Object) -> int:
    """Return the index of the line that says why a node is not ready, or of the object's first."""
    return next((index for index, line in item.lines("Conditions") if line.split()[:2] in _NOT_READY), item.first)


def _policy(item: _Object, name: str) -> Iterator[NetworkPolicy | PolicyRule]:
    lines = item.below("Spec")
    last = lines.pop().strip() if lines else ""
    if not last.startswith("Policy Types:"):
        raise ValueError("the part Spec is cut off before its Policy Types")
    types = [word for word in last.partition(":")[2].split(", ") if word.strip() not in _NONE]
    made = (item.value("Created on") or "").removesuffix(" UTC").replace(" +", "+")
    yield from policy(
        {
            "kind": "NetworkPolicy",
            "metadata": {"namespace": item.value("Namespace") or "", "creationTimestamp": made},
            "spec": spec(lines, [word.strip() for word in types]),
        },
        name,
    )


_MAKERS: Final = {
    "Node": _node, "Pod": _pod, "Service": _service, "Endpoints": _endpoints, "EndpointSlice": _slice, "NetworkPolicy": _policy,
}  # fmt: skip


def read(words: Sequence[str], lines: Sequence[str]) -> Iterator[Item]:
    """Read one object after another; kinds that no table has are passed over."""
    del words
    for item in _objects(lines):
        kind = next((kind for kind, key in _KINDS.items() if item.has(key)), None)
        name = item.value("Name")
        if kind is None or name is None:
            continue
        try:
            at = _standing_line(item) if kind == "Node" else item.first
            yield from [*((at, row) for row in _MAKERS[kind](item, name)), *_complaints(kind, item, name)]
        except ValueError as error:
            yield item.first, bad("kubectl describe", f"in {kind} {name}, {error}")


READER: Final = Reader(
    name="kubectl describe",
    accepts=accepts,
    starts=_START,
    continues=lazy(f"{_KEY.pattern}|{_BELOW.pattern}"),
    confirms=_CONFIRM,
    read=read,
    shape_coverage=(*SHAPES, covers(AgentMessage, complete=Complete.NO)),
)
