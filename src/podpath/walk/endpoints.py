"""What the name of an endpoint means: a container, a pod, a node, a namespace, an address."""

from shlex import quote
from typing import TYPE_CHECKING, Final, NamedTuple

from podpath.language import tr
from podpath.state.address import V4, V4_BASE, Ip, family_of, ip_text, parse_ip
from podpath.state.kube import KubeNode, Pod
from podpath.state.pattern import lazy
from podpath.state.route import Route
from podpath.state.runtime import Container, ContainerAddress, ContainerNetwork
from podpath.state.tun import TUNS
from podpath.state.typo import did_you_mean, near
from podpath.walk.cluster import Cluster
from podpath.walk.diagnosis import services
from podpath.walk.namespace import LOOPBACK, Entry, Namespace
from podpath.walk.workloads import Meant, WorkloadError, by_dns, meant, plain

if TYPE_CHECKING:
    from podpath.state.link import Address

_WITH_PORT: Final = lazy(
    r"(?!svc/|[^/:]+/svc/)"  # the port of a service is one of its own
    r"(?P<name>\[[^\]]+\]|(?:node|netns|container|pod|pid):[^:]+|[^:]+):(?P<port>\d{1,5})(?:/(?P<proto>tcp|udp|sctp))?"
)
_LAST_PORT: Final = 65535
_PROMPTED: Final = "s.kind = 'host' AND list_contains(string_split(d.hosts, ','), $1)"
"""The hosts whose prompts have a name."""
_LOOPBACK4: Final = parse_ip("127.0.0.1")
_LOOPBACK6: Final = parse_ip("::1")
_ID_LENGTH: Final = 4
_DEFAULT: Final = ("bridge", "podman")
"""The networks that Docker and podman make by themselves."""
_SHOWN: Final = 12
_MOST: Final = 2000
"""Maximum number of names that are searched for a similar one."""

# The first half says nothing more; it is about one table alone, so that DuckDB asks it before it joins.
_CALLED: Final = (
    "(s.kind = 'host' OR ends_with($1, s.name))"
    " AND (s.kind = 'host' AND d.name = $1 OR s.kind <> 'host' AND (s.name = $1 OR d.name || '/' || s.name = $1))"
)


class EndpointError(Exception):
    """A name that matches no endpoint, or several; the message lists them."""


class Endpoint(NamedTuple):
    """One end of a flow.

    Attributes:
        name: as a person calls it.
        ns: its namespace, or None for an address that nothing captured has.
        address: the address that was asked for, or None if a name was, so that the kernel or the other end decides.
        port: its port, of a service or behind the name, or None if the name says none.
        proto: its protocol, likewise.
        second: its address of the other family, of a service that has two.
        assumed: what is taken for true to say that the name means it, in a sentence; empty where all is shown.
    """

    name: str
    ns: int | None
    address: Ip | None = None
    port: int | None = None
    proto: str | None = None
    second: Ip | None = None
    assumed: str = ""


class _Named(NamedTuple):
    ns: int
    shown: str


def endpoint(cluster: Cluster, word: str, here: int | None = None) -> Endpoint:
    """Return what a word means: a container's or pod's name or identifier, an address, ``node:NAME``, ``svc/NAME:PORT``.

    An owner's or a headless service's name (``deploy/web``) means a pod where there is one.

    A port may stand behind each of them, as ``web/a:80``, ``[fd00::1]:53/udp``; without a protocol it is TCP's.

    Args:
        cluster: the snapshot.
        word: what a person typed.
        here: namespace of the source, to which a loopback address belongs.

    Raises:
        EndpointError: it means nothing, or several things.
    """
    several = set_of(cluster, word)
    if several is not None:
        if len(several.words) > 1:
            shown = ", ".join(several.words[:_SHOWN])
            more = tr(" and {words} more", words=len(several.words) - _SHOWN) if len(several.words) > _SHOWN else ""
            raise EndpointError(
                tr("{word} is {count} pods: {shown}{rest}. Name one", word=word, count=len(several.words), shown=shown, rest=more)
            )
        found = _without_port(cluster, several.words[0], here)
        return found._replace(port=several.port, proto=several.proto, assumed=several.assumed)
    word = plain(word)
    try:
        return _without_port(cluster, word, here)
    except EndpointError:
        name, port, proto = split_port(word)
        if port is None:
            raise
        return _without_port(cluster, name, here)._replace(port=port, proto=proto)


def set_of(cluster: Cluster, word: str) -> Meant | None:
    """Return the pods that an owner's or a headless service's name means, or None if a word is none of these.

    Args:
        cluster: the snapshot.
        word: what a person typed.

    Raises:
        EndpointError: it means no pod, or things of several namespaces.
    """
    try:
        return meant(cluster.store, word)
    except WorkloadError as error:
        raise EndpointError(str(error)) from None


def split_port(word: str) -> tuple[str, int | None, str]:
    """Return a name, the port behind it, and its protocol, or None if there is no port, or it is one of a service.

    Args:
        word: what a person typed.
    """
    match = _WITH_PORT.fullmatch(word)
    if match is None or not 0 < int(match["port"]) <= _LAST_PORT:
        return word, None, "tcp"
    return match["name"], int(match["port"]), match["proto"] or "tcp"


def _without_port(cluster: Cluster, word: str, here: int | None) -> Endpoint:
    said = _localhost(cluster, here) if word == "localhost" else _addressed(cluster, word, here)
    if said is not None:
        return said
    try:
        service = services.asked(cluster, word)
    except services.ServiceError as error:
        raise EndpointError(str(error)) from None
    if service is not None:
        return Endpoint(service.name, None, service.address, service.port, service.proto, service.second)
    kind, colon, name = word.partition(":")
    beyond = _as_address(name) if kind == "outside" else None
    if beyond is not None:
        return _beyond(cluster, name, beyond)
    if colon and kind in {"node", "netns", "container", "pod", "pid"}:
        if kind == "node":
            return _node(cluster, word, name)
        of_kind = _where(cluster, "s.kind = $2 AND (s.name = $1 OR d.name || '/' || s.name = $1)", name, kind)
        return _one(word, of_kind, cluster)
    only = cluster.called.only(word)
    if only is not None:
        return Endpoint(word, only)
    found = _where(cluster, _CALLED, word)
    found = found or _where(cluster, "s.kind <> 'host' AND ends_with(s.name, '/' || $1)", word)
    found = found or _by_identifier(cluster, word) or _where(cluster, _PROMPTED, word)
    return (None if found else _not_captured(cluster, word, here)) or _one(word, found, cluster)


def _not_captured(cluster: Cluster, word: str, here: int | None) -> Endpoint | None:
    """Return what objects alone say that a name means, or None if they say nothing."""
    elsewhere = _by_objects(cluster, word)
    if elsewhere is not None:
        return _owner(cluster, word, elsewhere)
    named = by_dns(cluster.store, word)
    if len(named) > 1:
        raise EndpointError(tr('"{word}" could be {named}. Which one?', word=word, named=", ".join(named[:_SHOWN])))
    return _without_port(cluster, named[0], here) if named else None


def _node(cluster: Cluster, word: str, name: str) -> Endpoint:
    """Return a node by its name, or by what its prompts call it; one that was not captured by its object's address."""
    found = _where(cluster, f"(s.kind = 'host' AND d.name = $1) OR ({_PROMPTED})", name)
    listed = () if found else cluster.objects(KubeNode, "name = $1 AND internal_ip IS NOT NULL", [name])
    address = next((row.internal_ip for row in listed), None)
    return _one(word, found, cluster) if address is None else _owner(cluster, word, address)


def _beyond(cluster: Cluster, name: str, address: Ip) -> Endpoint:
    """Return a host that was not captured, by its address."""
    _refuse_everyones(name, address)
    if _is_loopback(address):
        raise EndpointError(tr("nothing from outside has the source {name}", name=name))
    held = list(dict.fromkeys(ns for ns, _ in cluster.owners(address)))
    if held:
        places = ", ".join(_place(cluster.netns(ns)) for ns in held[:_SHOWN])
        raise EndpointError(
            tr(
                "{name} is not outside what was captured: it is an address of {places}. Name it without outside:",
                name=name,
                places=places,
            )
        )
    return Endpoint(ip_text(address), None, address)


def _addressed(cluster: Cluster, word: str, here: int | None) -> Endpoint | None:
    """Return who has an address, or None if the word is none."""
    address = _as_address(word)
    if address is None:
        return None
    return Endpoint(word, here, address) if _is_loopback(address) and here is not None else _owner(cluster, word, address)


def _localhost(cluster: Cluster, here: int | None) -> Endpoint:
    """Return the source itself, by its loopback addresses (RFC 6761), or the only host if the source is asked for."""
    if here is not None:
        return Endpoint("localhost", here, _LOOPBACK4, second=_LOOPBACK6)
    return _one("localhost", _where(cluster, "s.kind = 'host'"), cluster)


def _by_objects(cluster: Cluster, word: str) -> Ip | None:
    """Return the address of a pod or container that was not captured, by its name, or None if it is not one."""
    where = "(namespace || '/' || name = $1 OR name = $1) AND \"address\" IS NOT NULL AND NOT coalesce(host_network, false)"
    found = {pod.address for pod in cluster.objects(Pod, where, [word])}
    if not found:  # of a container in several networks, the address in the first that was printed
        inner = 'container = $1 AND "address" IS NOT NULL'
        return next((held.address for held in cluster.objects(ContainerAddress, inner, [word])), None)
    return found.pop() if len(found) == 1 else None


def _as_address(word: str) -> Ip | None:
    try:
        return parse_ip(word.strip("[]"))
    except ValueError:
        return None


def _refuse_everyones(word: str, address: Ip) -> None:
    if is_everyones(address):
        raise EndpointError(
            tr("{word} is a broadcast, multicast or unspecified address: a trace follows a packet to one host", word=word)
        )


def _owner(cluster: Cluster, word: str, address: Ip) -> Endpoint:
    _refuse_everyones(word, address)
    held = [(ns, dev) for ns, dev in cluster.owners(address) if not _is_service_address(cluster, ns, dev)]
    # Behind a tun device an address is known to its process alone: pasta gives a container those of its host.
    reached = [(ns, dev) for ns, dev in held if not _is_tun(cluster, ns, dev)]
    owners = list(dict.fromkeys(ns for ns, _ in reached or held))
    if len(owners) > 1 and not _is_loopback(address):
        places = ", ".join(_place(cluster.netns(ns)) for ns in owners[:_SHOWN])
        raise EndpointError(
            tr(
                "{word} is an address of {owners} namespaces: {places}. Name one, as netns:NAME, node:NAME or a container",
                word=word,
                owners=len(owners),
                places=places,
            )
        )
    if _is_loopback(address):
        raise EndpointError(tr("every namespace has {word}: name the namespace", word=word))
    if not owners:
        # A node may be called by an address that none of its outputs shows.
        nodes = _where(cluster, "s.kind = 'host' AND (d.name = $1 OR d.address = $2::UHUGEINT)", word, str(int(address)))
        owners = [one.ns for one in nodes]
    if not owners:
        unseen = cluster.behind_a_cable(address)
        owners = [unseen.ns] if unseen is not None else []
    return Endpoint(word, owners[0] if len(owners) == 1 else None, address)


def is_everyones(address: Ip) -> bool:
    """Say whether an address is of no single host: broadcast, multicast, unspecified."""
    first = (address - V4_BASE) >> 24 if family_of(address) == V4 else 0
    return address in {Ip(0), Ip(V4_BASE)} or first >= 224 or address >> 120 == 0xFF  # noqa: PLR2004 - RFC 1112, RFC 4291


def _is_loopback(address: Ip) -> bool:
    return address == 1 or (family_of(address) == V4 and (address - V4_BASE) >> 24 == 127)  # noqa: PLR2004 - RFC 1122


def _is_tun(cluster: Cluster, ns: int, dev: str) -> bool:
    link = cluster.netns(ns).links.get(dev)
    return link is not None and link.row.kind in TUNS


def _is_service_address(cluster: Cluster, ns: int, dev: str) -> bool:
    """Say whether a device holds addresses of services on every node, as kube-proxy's IPVS mode has it."""
    return dev in {"kube-ipvs0", "nodelocaldns"} and dev in cluster.netns(ns).links


def _where(cluster: Cluster, condition: str, *values: str) -> list[_Named]:
    """Return the namespaces that meet a condition."""
    rows = cluster.store.raw(
        "SELECT s.ns, s.kind, coalesce(s.name, ''), d.name FROM netns s JOIN node d USING (node)"
        f" WHERE {condition} ORDER BY s.ns LIMIT {_MOST}", list(values),
    )  # fmt: skip
    return [
        _Named(
            ns, tr("node {node}", node=node) if kind == "host" else tr("{kind} {name} on {node}", kind=kind, name=name, node=node)
        )
        for ns, kind, name, node in rows
    ]


def _by_identifier(cluster: Cluster, word: str) -> list[_Named]:
    """Return the namespaces of containers and pods by identifier, by name in a shared one, or by a pod's address."""
    rows = cluster.store.raw(
        """
        WITH asked AS (
            SELECT * FROM container c WHERE length($1) >= $2 AND starts_with(c.id, $1) OR c.name = $1
        ), holder AS (
            -- A container may join the network of another.
            SELECT * FROM asked UNION
            SELECT o.* FROM asked a JOIN container o ON o.ns = a.ns AND a.network_mode = 'container:' || o.id
        )
        SELECT DISTINCT s.ns FROM holder c JOIN netns h ON h.ns = c.ns JOIN netns s ON s.node = h.node
        WHERE (s.name = c.name OR s.name = c.id
              OR s.name = c.pid::VARCHAR OR c.network_mode = 'host' AND s.kind = 'host'
              OR s.name = (SELECT any_value(CASE WHEN p.namespace IS NULL THEN p.name ELSE p.namespace || '/' || p.name END)
                           FROM pod_sandbox p WHERE p.id = c.pod))
        UNION
        SELECT DISTINCT a.ns FROM pod p JOIN "address" a ON a."address" = p."address"
        WHERE (p.namespace || '/' || p.name = $1 OR p.name = $1) AND NOT coalesce(p.host_network, false)
        UNION
        SELECT DISTINCT s.ns FROM pod p JOIN node d ON d.name = p.node JOIN netns s ON s.node = d.node AND s.kind = 'host'
        WHERE (p.namespace || '/' || p.name = $1 OR p.name = $1) AND p.host_network
        """,
        [word, _ID_LENGTH],
    )
    return [one for (ns,) in rows for one in _where(cluster, "s.ns::VARCHAR = $1", str(ns))]


def _without_network(cluster: Cluster, word: str) -> str | None:
    """Return why a container that an engine lists is on no network, or None if it is on one, or no engine lists it."""
    name = word.partition(":")[2] if word.startswith("container:") else word
    known = cluster.objects(Container, "name = $1 OR length($1) >= $2 AND starts_with(id, $1)", [name, _ID_LENGTH])
    idle = next((one for one in known if not one.runs), None)
    if idle is not None:
        try_ = (
            tr("; {program} start {name}, or {program} logs {name}", program=idle.program, name=quote(name))
            if idle.program
            else ""
        )
        return tr("{name} {standing}: it is on no network{try_}", name=name, standing=idle.standing, try_=try_)
    alone = next((one for one in known if one.network_mode == "none"), None)
    if alone is not None:
        networks = cluster.objects(ContainerNetwork, "driver = 'bridge'", [])
        own = "podman" if alone.program == "podman" else "bridge"
        first, *others = sorted({one.name for one in networks if one.name not in _DEFAULT}) or [own]
        leave, join = (f"{alone.program} network {word} {quote(name)}" for word in ("disconnect none", f"connect {quote(first)}"))
        choice = f" (or {', '.join(others[:_SHOWN])})" if others else ""
        return tr(
            "{name} was created without a network (--network none): {leave}; {join}{choice}",
            name=name,
            leave=leave,
            join=join,
            choice=choice,
        )
    return None


def _unread(cluster: Cluster) -> str:
    """Return the engines that did not answer: the name may be one of theirs."""
    rows = cluster.store.raw("SELECT DISTINCT what, command FROM missing WHERE \"table\" = 'container' ORDER BY ALL LIMIT 3")
    return "".join(tr("; not read: {what} ({command})", what=what, command=command) for what, command in rows)


def _one(word: str, found: list[_Named], cluster: Cluster) -> Endpoint:
    if len({one.ns for one in found}) == 1:
        if is_namespace_of_nothing(cluster.netns(found[0].ns)) and (why := _without_network(cluster, word)) is not None:
            raise EndpointError(why)
        return Endpoint(word, found[0].ns)
    if not found and (why := _without_network(cluster, word)) is not None:
        raise EndpointError(why)
    if not found:
        rows = cluster.store.raw(
            "SELECT d.name FROM node d UNION SELECT unnest(string_split(d.hosts, ',')) FROM node d WHERE d.hosts <> ''"
            " UNION SELECT coalesce(s.name, '') FROM netns s WHERE s.kind <> 'host'"
            f" ORDER BY ALL LIMIT {_MOST}"
        )
        known = [name for (name,) in rows if name]
        meant = did_you_mean(near(word, known), tr("there are {known}", known=", ".join(known[:_SHOWN])) if known else "")
        raise EndpointError(
            tr('nothing is called "{word}"{meant}{cluster}', word=word, meant=meant and f"; {meant}", cluster=_unread(cluster))
        )
    shown = ", ".join(one.shown for one in found[:_SHOWN])
    more = tr(" and {found} more", found=len(found) - _SHOWN) if len(found) > _SHOWN else ""
    raise EndpointError(
        tr('"{word}" matches {count} namespaces: {shown}{rest}. Which one?', word=word, count=len(found), shown=shown, rest=more)
    )


def _place(netns: Namespace) -> str:
    return netns.place if netns.label else tr("node {node}", node=netns.node)


def addresses(netns: Namespace) -> list[Ip]:
    """Return the addresses at which others reach a namespace, the likeliest first: by device, global ones only."""
    rows: list[Address] = [
        held.row
        for dev, held_list in netns.addresses.items()
        if dev != LOOPBACK
        for held in held_list
        if held.row.scope in {"global", None} and "secondary" not in (held.row.flags or "")
    ]
    default = next((held.row.dev for held in _defaults(netns)), None)
    return [row.address for row in sorted(rows, key=lambda row: (row.family, row.dev != default))]


def _defaults(netns: Namespace) -> list[Entry[Route]]:
    return [held for held in netns.all(Route) if held.row.dst_len == 0 and held.row.type == "unicast"]


def is_namespace_of_nothing(netns: Namespace) -> bool:
    """Say whether a namespace has no device but lo, so that nothing can be sent from it."""
    return not any(name != LOOPBACK for name in netns.links)
