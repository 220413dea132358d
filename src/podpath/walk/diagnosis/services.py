"""Services by the API's objects: which one a word names, and whether a node's rules agree with the objects.

What kube-proxy makes of them: pkg/proxy/topology.go (CategorizeEndpoints), kubernetes.io/docs/reference/networking/virtual-ips.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from podpath.causes.services import (
    kube_proxy_stale_rules,
    service_backend_foreign,
    service_backend_missing,
    service_source_not_allowed,
)
from podpath.language import tr
from podpath.state.address import BITS, Ip, family_of, ip_text, last_ip, parse_ip, parse_prefix
from podpath.state.kube import Endpoint, Service
from podpath.state.moment import utc_text
from podpath.walk.cluster import Cluster
from podpath.walk.diagnosis.rule_commands import kube_proxy_again
from podpath.walk.events import Diagnosis, Path, Step
from podpath.walk.netfilter import RuleHit
from podpath.walk.packet import Packet, known_port

_WORD: Final = re.compile(
    r"(?:(?P<outer>[^/:]+)/)?(?:svc|services?)/(?:(?P<inner>[^/:]+)/)?(?P<name>[^/:]+)(?::(?P<port>[^/:]+))?"
)
_SHOWN: Final = 8

Place = tuple[Ip, int | None]
"""An address and a port."""


class ServiceError(Exception):
    """No service has the name, or several have; the message lists them."""


class Backend(NamedTuple):
    """Where a rule leads a service's packets.

    Attributes:
        ns: namespace of the rule.
        place: address and port.
        hit: the rule.
    """

    ns: int
    place: Place
    hit: RuleHit


class Asked(NamedTuple):
    """A port of a service, as a person names it.

    Attributes:
        name: ``svc/NAMESPACE/NAME:PORT``.
        address: where it is asked.
        port: port there.
        proto: tcp, udp or sctp.
        second: its address of the other family, or None if it has one family.
    """

    name: str
    address: Ip
    port: int
    proto: str
    second: Ip | None = None


def asked(cluster: Cluster, word: str) -> Asked | None:
    """Return the service that a word names, or None if it names none.

    ``svc/NAME``, ``svc/NAMESPACE/NAME`` and ``NAMESPACE/svc/NAME``, with ``:PORT`` by number or name where there are several.

    Raises:
        ServiceError: there is no such service or port, there are several, or it has no address of its own.
    """
    words = split(word)
    if words is None:
        return None
    namespace, name, port = words
    named = [row for row in cluster.objects(Service, "name = $1", [name]) if namespace in {None, row.namespace}]
    if not named:
        near = cluster.objects(Service, "true ORDER BY jaro_winkler_similarity(name, $1) DESC, namespace, name LIMIT 200", [name])
        known = ", ".join(list(dict.fromkeys(service_name(row) for row in near))[:_SHOWN])
        hint = (
            tr("there are {known}", known=known)
            if known
            else tr("the snapshot has no services: kubectl get services,endpointslices -A -o json")
        )
        raise ServiceError(tr('no service is called "{word}"; {hint}', word=word, hint=hint))
    places = sorted({service_name(row) for row in named})
    if len(places) > 1:
        raise ServiceError(
            tr(
                '"{word}" matches {count} services: {names}. Which one?',
                word=word,
                count=len(places),
                names=", ".join(places),
            )
        )
    return _port(word, port, named)


def split(word: str) -> tuple[str | None, str, str | None] | None:
    """Return the namespace, name and port of the service that a word names, each if it has one, or None if it names none."""
    match = _WORD.fullmatch(word)
    return (match["outer"] or match["inner"], match["name"], match["port"]) if match is not None else None


def _port(word: str, port: str | None, rows: Sequence[Service]) -> Asked:
    first = rows[0]
    called = service_name(first)
    if first.type == "ExternalName":
        raise ServiceError(tr("{called} is an alias for another name (ExternalName): trace that name", called=called))
    fitting = list(dict.fromkeys(row for row in rows if row.port is not None and _is_port(row, port)))
    if not fitting:
        raise ServiceError(
            tr('{called} has no port "{port}"; it has {rows}', called=called, port=port, rows=_ports(rows))
            if port
            else tr("{called} has no port", called=called)
        )
    if len(fitting) > 1:
        raise ServiceError(
            tr(
                '"{word}" could be {fitting}: add one, as {called}:{port}',
                word=word,
                fitting=_ports(fitting),
                called=called,
                port=fitting[0].port,
            )
        )
    (row,) = fitting
    if row.cluster_ip is None:
        raise ServiceError(tr("{called} has no cluster IP that was shown", called=called))
    assert row.port is not None  # noqa: S101 - those without were left out
    return Asked(f"{called}:{row.port}", row.cluster_ip, row.port, (row.proto or "TCP").lower(), row.second_ip)


def _is_port(row: Service, port: str | None) -> bool:
    return port is None or port in {str(row.port), row.port_name}


def _ports(rows: Iterable[Service]) -> str:
    return ", ".join(f"{row.port}/{(row.proto or 'TCP').lower()}{f' ({row.port_name})' if row.port_name else ''}" for row in rows)


def service_name(row: Service) -> str:
    """Return a service's name as ``trace`` takes it."""
    return f"svc/{row.namespace}/{row.name}"


# -- rules against objects -------------------------------------------------------------------------------


def compare(cluster: Cluster, paths: Sequence[Path], packet: Packet) -> list[Diagnosis]:
    """Return where the rules of the node that translates a packet and the objects of its service differ.

    Args:
        cluster: the snapshot.
        paths: all paths of the packet.
        packet: the packet as it was sent.
    """
    service = at_address(cluster, packet)
    led = list(backends(path.steps for path in paths))
    ns = led[0].ns if led else next((path.end.ns for path in paths if path.end.at is not None), None)
    if service is None or ns is None or (ends := known_endpoints(cluster, service, packet.family)) is None:
        return []
    return [*differences(cluster, ns, service, ends, led), *_ranges(cluster, ns, service, paths, packet)]


def known_endpoints(cluster: Cluster, service: Service, family: int) -> list[Endpoint] | None:
    """Return the endpoints of one family of a port of a service, or None if it is not known whether it has any."""
    ends = [end for end in endpoints(cluster, service) if end.address is None or family_of(end.address) == family]
    return ends if ends or all_endpoints_seen(cluster, service.namespace) else None


def _ranges(cluster: Cluster, ns: int, service: Service, paths: Sequence[Path], packet: Packet) -> Iterable[Diagnosis]:
    """Yield where rules accept or drop sources of a load balancer against its object (loadBalancerSourceRanges)."""
    nets = _nets(service)
    if not nets or ip_text(packet.dst) not in _outside(service):
        return
    seen = [step.packet for path in paths for step in path.steps if isinstance(step.packet, Packet)]
    ended = [path.end.packet for path in paths if path.end.packet is not None]
    source = packet.src or ((seen or ended)[0].src if seen or ended else None)
    if source is None:
        return
    allowed = any(first <= source <= last for first, last in nets)
    stopped = any(
        isinstance(path.end.cause, Diagnosis) and path.end.cause.name == service_source_not_allowed.CAUSE.name for path in paths
    )
    if allowed is stopped:
        node, called = cluster.netns(ns).node, f"{service.namespace}/{service.name}"
        allowing = service.source_ranges or ""
        words = kube_proxy_stale_rules.ranges(node, called, ip_text(source), allowing, kube_proxy_again(node), stopped=stopped)
        hits = [row for path in paths for step in path.steps for row in step.rows if isinstance(row, RuleHit)]
        yield Diagnosis(words, ns, tuple(hits[-1:]))


def _nets(service: Service) -> list[tuple[Ip, Ip]]:
    """Return the first and last addresses of the networks that may ask a load balancer; what is none is left out."""
    found = []
    for word in (service.source_ranges or "").split(","):
        try:
            family, address, length = parse_prefix(word.strip())
        except ValueError:
            continue
        last = last_ip(family, address, length)
        found.append((Ip(last - ((1 << (BITS[family] - length)) - 1)), last))
    return found


def differences(
    cluster: Cluster, ns: int, service: Service, ends: Sequence[Endpoint], led: Sequence[Backend],
    elsewhere: Mapping[Place, str] | None = None, *, rejects: RuleHit | None = None,
) -> list[Diagnosis]:  # fmt: skip
    """Return where the rules of a node lead a service's packets, and should not, and where they do not, and should.

    Args:
        cluster: the snapshot.
        ns: the node's own namespace.
        service: the service.
        ends: its endpoints.
        led: where the rules lead.
        elsewhere: where the rules of other nodes lead, each with the name of one of them, or None if they were not asked.
        rejects: the rule that rejects the packets, where they are led nowhere.
    """
    node, called = cluster.netns(ns).node, f"{service.namespace}/{service.name}"
    known, whole = {(end.address, end.port) for end in ends}, _are_all(cluster, service, ends)
    ready = {(end.address, end.port) for end in ends if end.ready is not False and not end.terminating}
    # Where none is ready, those that end still serve (ProxyTerminatingEndpoints): they may be in the rules, and need not.
    closing = {(end.address, end.port) for end in ends if end.terminating} if not ready else set()
    local = service.internal_policy == "Local" or service.external_policy == "Local"
    found: list[Diagnosis] = []
    for _, place, hit in led:
        if place in ready | closing or not (place in known or whole) or any(cause.rows == (hit,) for cause in found):
            continue
        stale = _stale(cluster, ns, called, place, hit, known=place in known)
        found.append(stale._replace(likely=elsewhere is not None))
    # An endpoint with hints serves the zones and nodes that they name. A client's session may stick to one endpoint.
    meant = {(end.address, end.port) for end in ends if end.hints is None} if service.affinity != "ClientIP" else set()
    missing = sorted((address, port) for address, port in (ready & meant) - {one.place for one in led} if address is not None)
    if local:
        here = {end.address for end in ends if end.node == node}
        missing = [one for one in missing if one[0] in here]
    if missing:
        listed = ", ".join(f"{ip_text(address)}:{port}" for address, port in missing[:_SHOWN])
        again = kube_proxy_again(node)
        since = _since(cluster, [address for address, _ in missing])
        other = next((elsewhere[one] for one in missing if one in elsewhere), "") if elsewhere is not None else ""
        words = service_backend_missing.lacking(node, called, len(missing), len(ready), listed, again, since=since, other=other)
        # Rules that were read before the endpoint was there lack it, too: those of another node show that they were not.
        rows = tuple(one.hit for one in led[:1]) or ((rejects,) if rejects is not None else ())
        found.append(Diagnosis(words, ns, rows, likely=elsewhere is not None and not other))
    return found


def _since(cluster: Cluster, addresses: Sequence[Ip]) -> str:
    """Return since when the youngest pod with one of some addresses is there, or an empty text if no object shows it."""
    listed = [str(int(address)) for address in addresses]
    asked = 'SELECT max(created) FROM pod WHERE "address"::VARCHAR IN (SELECT unnest($1)) AND NOT coalesce(host_network, false)'
    made = cluster.store.raw(asked, [listed])[0][0]
    return utc_text(made) if made is not None else ""


def no_endpoint(cluster: Cluster, ns: int, service: Service, packet: Packet, hit: RuleHit) -> Diagnosis | None:
    """Return that a rule of a service leads to an address that is not an endpoint, ready or not, or None if nothing shows it.

    Args:
        cluster: the snapshot.
        ns: namespace of the rule.
        service: the service.
        packet: the packet behind the rule.
        hit: the rule.
    """
    ends = endpoints(cluster, service)
    if not ends or packet.dst in {end.address for end in ends} or not _are_all(cluster, service, ends):
        return None
    called = f"{service.namespace}/{service.name}"
    return _stale(cluster, ns, called, (packet.dst, known_port(packet.dport)), hit, known=False)


def _stale(cluster: Cluster, ns: int, called: str, at: Place, hit: RuleHit, *, known: bool) -> Diagnosis:
    node, place = cluster.netns(ns).node, f"{ip_text(at[0])}:{at[1]}"
    owner = cluster.store.raw(
        "SELECT namespace || '/' || name FROM pod WHERE address = ?::UHUGEINT AND NOT coalesce(host_network, false) LIMIT 1",
        [str(int(at[0]))],
    )
    again = kube_proxy_again(node)
    if owner and not known:
        why = tr(kube_proxy_stale_rules.NO_ANSWER)
        return Diagnosis(service_backend_foreign.of_another(node, called, place, owner[0][0], why, again), ns, (hit,))
    return Diagnosis(kube_proxy_stale_rules.led_wrong(node, called, place, again, known=known), ns, (hit,))


def backends(ways: Iterable[Sequence[Step]]) -> Iterator[Backend]:
    """Yield where rules first led a packet.

    Args:
        ways: the steps of each path that it may take.
    """
    seen = set()
    for steps in ways:
        for step in steps:
            hit = next((row for row in step.rows if isinstance(row, RuleHit) and row.gives == "destination"), None)
            if hit is None or not isinstance(step.packet, Packet):
                continue
            place = (step.packet.dst, known_port(step.packet.dport))
            if place not in seen:
                seen.add(place)
                yield Backend(step.ns, place, hit)
            break


def at_address(cluster: Cluster, packet: Packet) -> Service | None:
    """Return the service that a packet is for: by its cluster IP, an external one, or a port of a node, or None if none is."""
    port = known_port(packet.dport)
    if port is None:
        return None
    at_node = any(not cluster.netns(ns).label for ns, _ in cluster.owners(packet.dst))
    for row in cluster.services(packet.proto, port, packet.dst):
        if row.port == port and (packet.dst in {row.cluster_ip, row.second_ip} or ip_text(packet.dst) in _outside(row)):
            return row
        if row.node_port == port and at_node:
            return row
    return None


def _outside(row: Service) -> list[str]:
    found = []
    for word in (row.external_ips or "").split(","):
        try:
            found.append(ip_text(parse_ip(word)))
        except ValueError:  # a load balancer's host name
            continue
    return found


def endpoints(cluster: Cluster, service: Service) -> list[Endpoint]:
    """Return the endpoints of a port of a service; slices and the older Endpoints object may both have one."""
    where = (
        "namespace = $1 AND service = $2 AND address IS NOT NULL AND coalesce(port_name, '') = $3 AND coalesce(proto, 'TCP') = $4"
    )
    values = [service.namespace, service.name, service.port_name or "", service.proto or "TCP"]
    found = sorted(cluster.objects(Endpoint, where, values), key=lambda row: row.terminating is not None)
    return list({(row.address, row.port): row for row in found}.values())


_OBJECT: Final = 1000
"""Addresses that an Endpoints object holds at most; what is more it leaves out."""


def _are_all(cluster: Cluster, service: Service, ends: Sequence[Endpoint]) -> bool:
    """Say whether a service has no other endpoints: all slices were listed, or its Endpoints object, of its own name, was shown.

    A service may have several slices: one of them, or those that a selector chose, are perhaps not all.
    """
    of_object = [end for end in ends if end.slice == service.name]
    return 0 < len(of_object) < _OBJECT or all_endpoints_seen(cluster, service.namespace)


def all_endpoints_seen(cluster: Cluster, namespace: str) -> bool:
    """Say whether silence about endpoints means that there are none."""
    where = """"table" = 'endpoint' AND complete = 'yes' AND (part IS NULL OR part = ?)"""
    return bool(cluster.store.raw(f"SELECT 1 FROM coverage WHERE {where} LIMIT 1", [namespace]))
