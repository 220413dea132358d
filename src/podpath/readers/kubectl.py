"""``kubectl get … -o json``: objects of the Kubernetes API (kubernetes.io, API reference)."""

import json
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from podpath.readers import calico_objects
from podpath.readers.agent_words import refused
from podpath.readers.documents import count, inside, ip, items, pairs, plain, text, truth
from podpath.readers.interface import Item, Json, Reader
from podpath.readers.kube_policy import created, is_policy, policy
from podpath.readers.options import Options, bad, parse_options, spellings
from podpath.state.address import Ip, Mac, parse_ip, parse_mac, parse_prefix
from podpath.state.agent_log import AgentMessage
from podpath.state.calico import CalicoPolicy, CalicoRule, CalicoSet
from podpath.state.evidence import Complete, Coverage, covers
from podpath.state.kube import Endpoint, KubeNode, Pod, Service, Workload
from podpath.state.policy import Namespace, NetworkPolicy, PodPort, PolicyRule, ServiceAccount
from podpath.state.selector import NO_LABELS
from podpath.state.table import key_of

_PROGRAMS: Final = frozenset(("kubectl", "oc", "k", "microk8s.kubectl"))
_BUNDLES: Final = frozenset(("k3s", "microk8s", "rke2", "minikube"))
_OPTIONS: Final = spellings("A/all-namespaces w/watch watch-only show-labels no-headers show-kind ignore-not-found")
_VALUED: Final = spellings(
    "n/namespace o/output l/selector field-selector L/label-columns sort-by chunk-size context kubeconfig cluster user "
    "s/server request-timeout f/filename token for types"
)
WORKLOADS: Final = (
    "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job", "CronJob",
)  # fmt: skip
"""Kinds of objects that make pods, or that make others of these kinds."""
_KIND_ROWS: Final[dict[str, tuple[type[NamedTuple], ...]]] = {
    "Node": (KubeNode,), "Pod": (Pod, PodPort), "Service": (Service,), "EndpointSlice": (Endpoint,), "Endpoints": (Endpoint,),
    "Namespace": (Namespace,), "ServiceAccount": (ServiceAccount,), "NetworkPolicy": (NetworkPolicy, PolicyRule),
    "AdminNetworkPolicy": (NetworkPolicy, PolicyRule), "BaselineAdminNetworkPolicy": (NetworkPolicy, PolicyRule),
    "ClusterNetworkPolicy": (NetworkPolicy, PolicyRule), "Event": (AgentMessage,),
    **dict.fromkeys(WORKLOADS, (Workload,)), **calico_objects.KINDS,
}  # fmt: skip
"""The tables that objects of a kind have rows in."""
_DESCRIBED: Final[dict[str, tuple[type[NamedTuple], ...]]] = {
    **{kind: _KIND_ROWS[kind] for kind in ("Node", "Pod", "EndpointSlice", "Endpoints", "NetworkPolicy")},
    "Service": (Service, Endpoint),
}  # fmt: skip
"""The tables that ``kubectl describe`` has rows for."""
SHAPES: Final = tuple(
    covers(table, complete=Complete.NO) for table in sorted({row for rows in _KIND_ROWS.values() for row in rows}, key=key_of)
)
"""What objects show that nobody said to be all."""
_ADMIN: Final = frozenset(("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy"))
_OF_CLUSTER: Final = _ADMIN | {"Node", "Namespace", "GlobalNetworkPolicy", "Tier", "GlobalNetworkSet", "HostEndpoint"}
_SHARED: Final = frozenset((NetworkPolicy, PolicyRule, CalicoPolicy, CalicoRule, CalicoSet))
"""Tables of several kinds: those of a kind of the whole cluster are a part of their own."""
_SHORT: Final = {
    "no": "Node", "po": "Pod", "svc": "Service", "ep": "Endpoints", "endpoint": "Endpoints", "ns": "Namespace",
    "sa": "ServiceAccount", "ev": "Event", "netpol": "NetworkPolicy", "anp": "AdminNetworkPolicy",
    "banp": "BaselineAdminNetworkPolicy", "cnp": "ClusterNetworkPolicy", "deploy": "Deployment", "rs": "ReplicaSet",
    "sts": "StatefulSet", "ds": "DaemonSet", "rc": "ReplicationController", "cj": "CronJob",
}  # fmt: skip
_GROUPS: Final = {
    "EndpointSlice": "discovery.k8s.io", "NetworkPolicy": "networking.k8s.io", "Job": "batch", "CronJob": "batch",
    **dict.fromkeys(("Deployment", "ReplicaSet", "StatefulSet", "DaemonSet"), "apps"),
    **dict.fromkeys(_ADMIN, "policy.networking.k8s.io"),
}  # fmt: skip


def _resources() -> Iterator[tuple[str, str]]:
    """Yield what a person may type for a kind: its short name, and its name in both numbers, with or without its group."""
    yield from _SHORT.items()
    for kind in _KIND_ROWS:
        one = kind.lower()
        many = one[:-1] + "ies" if one.endswith("y") else one if one.endswith("s") else f"{one}s"
        for name in (one, many):
            yield name, kind
            yield f"{name}.{_GROUPS.get(kind, '')}", kind
    for kind in calico_objects.KINDS:
        one = kind.removeprefix("Calico").lower()
        for name in (one, one[:-1] + "ies" if one.endswith("y") else f"{one}s"):
            yield from ((f"{name}.{group}", kind) for group in sorted(calico_objects.GROUPS))


_RESOURCES: Final = dict(_resources())
_OTHERS: Final = frozenset(
    ("all", "ing", "ingress", "ingresses", "cm", "configmap", "configmaps")
)  # fmt: skip
_MOST_PAIRS: Final = 100_000
# Annotations of nodes, and the label that a slice names its service by.
FLANNEL_BACKEND: Final = "flannel.alpha.coreos.com/backend-data"
FLANNEL_ADDRESS: Final = "flannel.alpha.coreos.com/public-ip"
CALICO_ADDRESS: Final = "projectcalico.org/IPv4Address"
SERVICE_NAME: Final = "kubernetes.io/service-name"


class Get(NamedTuple):
    """A ``kubectl get`` command line.

    Attributes:
        output: what ``-o`` asks for; empty is a plain table.
        namespace: the namespace that ``-n`` names.
        coverage: what is shown.
    """

    output: str
    namespace: str | None
    coverage: tuple[Coverage, ...]


def parse_words(words: Sequence[str]) -> Options | None:
    """Parse the words of a ``kubectl`` command line, or return None for another program."""
    words = words[1:] if len(words) > 1 and words[0] in _BUNDLES else words
    return parse_options(words[1:], _OPTIONS, _VALUED) if words and words[0] in _PROGRAMS else None


def parse_get(words: Sequence[str]) -> Get | None:
    """Take ``kubectl get RESOURCE[,RESOURCE …] [NAME …]`` apart; None when it is another command."""
    found = parse_words(words)
    if found is None or found.rest[:1] != ["get"] or len(found.rest) < 2:  # noqa: PLR2004 - get and what
        return None
    slashed = [word.partition("/") for word in found.rest[1:] if "/" in word]
    kinds = [head for head, _, _ in slashed] or found.rest[1].split(",")
    names = [kind.lower() for kind in kinds]
    if not all(name in _RESOURCES or name in _OTHERS for name in names):
        return None
    asked = {_RESOURCES[name] for name in names if name in _RESOURCES}
    asked |= {"Pod", "Service", *WORKLOADS} if "all" in names else set()
    named = bool(slashed) or len(found.rest) > 2  # noqa: PLR2004 - names follow
    narrowed = named or "w" in found.flags or not found.values.keys().isdisjoint(("l", "field-selector", "f"))
    namespace = None if "A" in found.flags else found.values.get("n")
    coverage = {
        part: None for kind in sorted(asked) for part in _coverage(kind, found.flags, namespace, narrowed=narrowed)
    }  # fmt: skip
    return Get(found.values.get("o", ""), namespace, tuple(coverage)) if coverage else None


def parse_described(words: Sequence[str]) -> tuple[type[NamedTuple], ...]:
    """Return the tables that ``kubectl describe KIND [NAME …]`` shows; none for other commands and kinds."""
    found = parse_words(words)
    if found is None or found.rest[:1] != ["describe"] or len(found.rest) < 2:  # noqa: PLR2004 - describe and what
        return ()
    kinds = {_RESOURCES.get(kind.partition("/")[0].lower()) for kind in found.rest[1].split(",")}
    return tuple(dict.fromkeys(row for kind in sorted(filter(None, kinds)) for row in _DESCRIBED.get(kind, ())))


def _coverage(kind: str, flags: frozenset[str], namespace: str | None, *, narrowed: bool) -> Iterator[Coverage]:
    """Yield what is shown of the tables of a kind: all, the objects of a namespace, or those of one kind of policy."""
    of_cluster = kind in _OF_CLUSTER
    # Without -A or -n the namespace is the context's, which nobody said.
    # One kind of workloads says nothing of the others.
    known = kind not in WORKLOADS and not narrowed and (of_cluster or "A" in flags or namespace is not None)
    for table in _KIND_ROWS[kind]:
        part = kind.lower() if of_cluster and table in _SHARED else None if of_cluster else namespace
        yield covers(table, part=part, complete=Complete.YES if known else Complete.NO)


def accepts(words: Sequence[str]) -> tuple[Coverage, ...] | None:
    """Accept ``kubectl get … -o json``, and the same of calicoctl."""
    return shown_as(words, "json")


def shown_as(words: Sequence[str], form: str) -> tuple[Coverage, ...] | None:
    """Return what a command shows as objects in a form, or None if it is another command.

    Args:
        words: the command line.
        form: json or yaml.
    """
    calicoctl = calico_objects.parse_calicoctl(words)
    if calicoctl is not None:
        return calicoctl[1] if calicoctl[0] == form else None
    get = parse_get(words)
    return get.coverage if get is not None and get.output == form else None


def vtep_mac(backend: str | None) -> Mac | None:
    """Return the MAC in the value of flannel's annotation, or None; a backend without one has ``null`` there."""
    try:
        return parse_mac(text(json.loads(backend or "null"), "VtepMAC") or "")
    except (ValueError, RecursionError):
        return None


def _node(item: Json, name: str) -> Iterator[KubeNode]:
    known = ((each.get("type"), text(each, "address")) for each in items(item, "status", "addresses"))
    internal = next((address for kind, address in known if kind == "InternalIP" and address is not None), None)
    cidrs = inside(item, "spec", "podCIDRs")
    listed = ",".join(map(plain, cidrs)) if isinstance(cidrs, list) else text(item, "spec", "podCIDR")
    notes = inside(item, "metadata", "annotations")
    public, calico = text(notes, FLANNEL_ADDRESS), text(notes, CALICO_ADDRESS)
    yield KubeNode(
        name, parse_ip(internal) if internal else None, listed or None, _condition(item, "Ready"),
        vtep_mac(text(notes, FLANNEL_BACKEND)), parse_ip(public) if public else None, parse_prefix(calico)[1] if calico else None,
    )  # fmt: skip


def _condition(item: Json, kind: str) -> bool | None:
    for condition in items(item, "status", "conditions"):
        if condition.get("type") == kind:
            return text(condition, "status") == "True" or condition.get("status") is True
    return None


def _pod(item: Json, name: str) -> Iterator[Pod | PodPort]:
    # Large clusters have more pods than all else: each part is looked up once.
    metadata, spec, status = inside(item, "metadata"), inside(item, "spec"), inside(item, "status")
    namespace, first = text(metadata, "namespace") or "", ip(status, "podIP")
    others = (ip(each, "ip") for each in items(status, "podIPs"))
    yield Pod(
        namespace, name, text(spec, "nodeName"), first, truth(spec, "hostNetwork") is True, text(status, "phase"),
        _condition(item, "Ready"), pairs(metadata, "labels") or NO_LABELS,
        next((other for other in others if other not in {None, first}), None), *_owner(metadata),
        text(spec, "hostname"), text(spec, "subdomain"), text(spec, "serviceAccountName"),
        created(item),
    )  # fmt: skip
    for container in items(spec, "containers"):
        for port in items(container, "ports"):
            if (number := count(port, "containerPort")) is not None:
                yield PodPort(namespace, name, text(port, "protocol") or "TCP", number, text(port, "name"))


def _owner(metadata: Json) -> tuple[str, str | None]:
    """Return the kind and the name of the object that controls another one (API, ownerReferences: at most one does)."""
    known = (each for each in items(metadata, "ownerReferences") if truth(each, "controller"))
    owner = next(known, None)
    return text(owner, "kind") or "none", text(owner, "name")


def _workload(item: Json, name: str) -> Iterator[Workload]:
    yield Workload(text(item, "kind") or "", _namespace(item), name, *_owner(inside(item, "metadata")))


def _kube_namespace(item: Json, name: str) -> Iterator[Namespace]:
    yield Namespace(name, pairs(item, "metadata", "labels") or NO_LABELS)


def _account(item: Json, name: str) -> Iterator[ServiceAccount]:
    yield ServiceAccount(_namespace(item), name, pairs(item, "metadata", "labels") or NO_LABELS)


def _namespace(item: Json) -> str:
    return text(item, "metadata", "namespace") or ""


def _words(item: Json, name: str) -> str | None:
    found = inside(item, name)
    return (",".join(map(plain, found)) or None) if isinstance(found, list) else None


def _second(spec: Json) -> Ip | None:
    """Return the second address of a service of two families."""
    found = (_words(spec, "clusterIPs") or "").split(",")
    return parse_ip(found[1]) if len(found) > 1 else None


def _service(item: Json, name: str) -> Iterator[Service]:
    spec = inside(item, "spec")
    outside = (_words(spec, "externalIPs") or "").split(",") if _words(spec, "externalIPs") else []
    ingress = (text(each, "ip") or text(each, "hostname") for each in items(item, "status", "loadBalancer", "ingress"))
    outside += [each for each in ingress if each is not None]
    address = text(spec, "clusterIP")
    base = Service(
        _namespace(item), name, text(spec, "type"), parse_ip(address) if address not in (None, "None") else None,
        external_ips=",".join(outside) or None, selector=pairs(spec, "selector"),
        external_policy=text(spec, "externalTrafficPolicy"), internal_policy=text(spec, "internalTrafficPolicy"),
        affinity=text(spec, "sessionAffinity"), second_ip=_second(spec), source_ranges=_words(spec, "loadBalancerSourceRanges"),
        created=created(item),
    )  # fmt: skip
    ports = list(items(spec, "ports"))
    for port in ports:
        yield base._replace(
            port_name=text(port, "name"), proto=text(port, "protocol") or "TCP", port=count(port, "port"),
            target_port=text(port, "targetPort"), node_port=count(port, "nodePort") or None,
        )  # fmt: skip
    if not ports:
        yield base


def _listed(item: Json, name: str) -> list[Json]:
    found = inside(item, name)
    return found if isinstance(found, list) else []


def _target(item: Json) -> str | None:
    target = inside(item, "targetRef")
    name = text(target, "name")
    return f"{text(target, 'namespace') or ''}/{name}" if name is not None else None


def _ports(item: Json) -> list[tuple[str | None, str | None, int | None]]:
    """Return (name, protocol, number) of the ports; none means one that is unknown."""
    ports: list[tuple[str | None, str | None, int | None]] = [
        (text(p, "name"), text(p, "protocol") or "TCP", count(p, "port")) for p in items(item, "ports")
    ]
    return ports or [(None, None, None)]


def bounded(addresses: int, ports: int) -> None:
    """Refuse an object whose every address has every port, where that makes far more rows than it has words.

    Raises:
        ValueError: it does.
    """
    if addresses * ports > _MOST_PAIRS:
        raise ValueError(f"{addresses} addresses with {ports} ports each are more than {_MOST_PAIRS} pairs")


def _slice(item: Json, name: str) -> Iterator[Endpoint]:
    owners = (each for each in items(item, "metadata", "ownerReferences") if each.get("kind") == "Service")
    service = text(item, "metadata", "labels", SERVICE_NAME) or text(next(owners, None), "name") or ""
    ports = _ports(item)
    bounded(sum(len(_listed(endpoint, "addresses")) for endpoint in items(item, "endpoints")), len(ports))
    for endpoint in items(item, "endpoints"):
        base = Endpoint(
            _namespace(item), service, name, ready=truth(endpoint, "conditions", "ready"),
            terminating=truth(endpoint, "conditions", "terminating"), node=text(endpoint, "nodeName"),
            target=_target(endpoint), hostname=text(endpoint, "hostname"), hints=_hints(endpoint),
        )  # fmt: skip
        for address in _listed(endpoint, "addresses"):
            for port_name, proto, port in ports:
                where = parse_ip(plain(address)) if inside(item, "addressType") != "FQDN" else None
                yield base._replace(address=where, port_name=port_name, proto=proto, port=port)


def _hints(endpoint: Json) -> str | None:
    listed = (text(each, "name") for kind in ("forZones", "forNodes") for each in items(endpoint, "hints", kind))
    return ",".join(name for name in listed if name) or None


def _endpoints(item: Json, name: str) -> Iterator[Endpoint]:
    for subset in items(item, "subsets"):
        ports = _ports(subset)
        bounded(len(_listed(subset, "addresses")) + len(_listed(subset, "notReadyAddresses")), len(ports))
        for key, ready in (("addresses", True), ("notReadyAddresses", False)):
            for address in items(subset, key):
                base = Endpoint(
                    _namespace(item), name, name, ip(address, "ip"), ready=ready, node=text(address, "nodeName"),
                    target=_target(address), hostname=text(address, "hostname"),
                )  # fmt: skip
                for port_name, proto, port in ports:
                    yield base._replace(port_name=port_name, proto=proto, port=port)


def _event(item: Json, name: str) -> Iterator[AgentMessage]:
    """Yield the rows of an event about a pod without a network; ``regarding`` and ``note`` are the names of events.k8s.io."""
    del name
    about = inside(item, "involvedObject") or inside(item, "regarding")
    said = refused(text(item, "message") or text(item, "note") or "") if text(item, "type") == "Warning" else None
    if said is not None and text(about, "kind") == "Pod":
        yield said._replace(
            namespace=text(about, "namespace"), pod=text(about, "name"),
            host=text(item, "source", "host") or text(item, "reportingInstance"),
        )  # fmt: skip


_Row = (
    calico_objects.Row | AgentMessage | Endpoint | KubeNode | Namespace | NetworkPolicy | Pod | PodPort | PolicyRule | Service
    | ServiceAccount | Workload
)  # fmt: skip
_Make = Callable[[Json, str], Iterator[_Row]]
_MAKERS: Final[dict[str, _Make]] = {
    "Node": _node, "Pod": _pod, "Service": _service, "EndpointSlice": _slice, "Endpoints": _endpoints,
    "Namespace": _kube_namespace, "ServiceAccount": _account, "Event": _event, **dict.fromkeys(WORKLOADS, _workload),
}  # fmt: skip


@lru_cache(maxsize=64)
def _maker(api: str, kind: str) -> _Make | None:
    """Return what makes rows of objects of this version and kind; other groups have kinds of the same names."""
    if api.partition("/")[0] in calico_objects.GROUPS:
        return calico_objects.calico if calico_objects.kind_of(api, kind) is not None else None
    return policy if is_policy(api, kind) else _MAKERS.get(kind)


def objects(document: Json) -> list[Json]:
    """Return the objects of a document: the items of a list, or the one that it is."""
    kind = text(document, "kind") or ""
    if kind == "List" or (kind.endswith("List") and isinstance(inside(document, "items"), list)):
        inner = kind.removesuffix("List")
        api = inside(document, "apiVersion")
        return [{"kind": inner, "apiVersion": api, **item} if inner else item for item in items(document, "items")]
    return [document]


def object_rows(index: int, item: Json) -> Iterator[Item]:
    """Yield the rows of one object; kinds that podpath has no table for have none."""
    kind, name = text(item, "kind"), text(item, "metadata", "name")
    make = _maker(text(item, "apiVersion") or "", kind or "")
    if kind is None or (make is not None and name is None):
        yield index, bad("kubectl get", f"{'an object has no kind' if kind is None else f'a {kind} has no name'}")
        return
    if make is None or name is None:
        return
    try:
        for row in make(item, name):
            yield index, row
    except ValueError as error:
        yield index, bad("kubectl get", f"in {kind} {name}, {error}")


def owns_json(document: Json) -> bool:
    """Say whether a document is objects of the Kubernetes API that podpath has tables for."""
    if not isinstance(document, dict) or not isinstance(document.get("apiVersion"), str):
        return False
    kind = text(document, "kind") or ""
    return kind == "List" or _maker(document["apiVersion"], kind.removesuffix("List")) is not None


def read_json(words: Sequence[str], document: Json) -> Iterator[Item]:
    """Read the document."""
    del words
    for item in objects(document):
        yield from object_rows(0, item)


READER: Final = Reader(
    name="kubectl get -o json",
    accepts=accepts,
    shape_coverage=SHAPES,
    owns_json=owns_json,
    read_json=read_json,
)
