"""Published ports without a target: the container does not run, or the port is for this host only."""

from podpath.causes.docker import container_not_running, port_not_published, published_on_loopback
from podpath.causes.services import target_not_listening
from podpath.language import tr
from podpath.state.address import V4, Ip, family_of, ip_text
from podpath.state.runtime import Container, ContainerAddress, PublishedPort, UnpublishedPort
from podpath.walk.events import Diagnosis, Path, Walk
from podpath.walk.host.sockets import is_any
from podpath.walk.namespace import Entry, Namespace
from podpath.walk.packet import Packet

_LOOPS = 3
"""How often a container must have restarted before that explains why nothing listens in it."""


def closed(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return why a published port is closed: whose it is does not run, or it is published on a loopback address."""
    packet, netns = path.end.packet, walk.cluster.netns(path.end.ns)
    if cause.name != target_not_listening.CAUSE.name or packet is None or netns.label:
        return None
    ports = [held for held in netns.all(PublishedPort) if _is_for(held.row, packet)]
    behind = [(held, container_of(netns, held.row)) for held in ports if _takes(held.row, packet.dst)]
    if any(found is not None and found.row.runs for _, found in behind):
        return None
    for held, found in behind:
        if found is not None:
            return _idle(netns, found, held, packet)
    near = next((held for held in ports if not _takes(held.row, packet.dst)), None)
    return _narrow(netns, near, packet) if near is not None else None


def unpublished(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return that a port of a host is closed because a container has it, and the host does not publish it."""
    packet, netns = path.end.packet, walk.cluster.netns(path.end.ns)
    if cause.name != target_not_listening.CAUSE.name or packet is None or netns.label:
        return None
    known = {held.row.id: held.row for held in netns.all(Container) if held.row.runs}
    for held in netns.all(UnpublishedPort):
        row, container = held.row, known.get(held.row.id or "")
        if container is None or row.proto != packet.proto:
            continue
        port = f"{row.port}" if row.proto == "tcp" else f"{row.port}/{row.proto}"
        if container.network_mode == "host" and row.host_port == packet.dport != row.port:
            words = port_not_published.ignored(row.container, netns.node, f"{row.host_port}", port)
        elif container.network_mode != "host" and row.port == packet.dport:
            words = port_not_published.exposed(row.container, netns.node, port, _address_of(netns, container))
        else:
            continue
        return Diagnosis(words, netns.ns, (held, *cause.rows), likely=True)
    return None


def _address_of(netns: Namespace, container: Container) -> str | None:
    rows = (held.row for held in netns.all(ContainerAddress) if held.row.id == container.id)
    return next((ip_text(row.address) for row in rows if row.address is not None), None)


def looping(walk: Walk, path: Path, cause: Diagnosis) -> Diagnosis | None:
    """Return that nothing listens in a container because its program keeps ending."""
    netns = walk.cluster.netns(path.end.ns)
    kind, _, name = netns.label.partition(":")
    host = walk.cluster.host_of(path.end.ns) if kind == "container" else None
    if cause.name != target_not_listening.CAUSE.name or host is None:
        return None
    held = next((one for one in walk.cluster.netns(host).all(Container) if one.row.name == name), None)
    if held is None or (held.row.restarts or 0) < _LOOPS:
        return None
    words = container_not_running.looping(name, held.row.restarts, held.row.program, cause.summary)
    return Diagnosis(words, host, (held,), likely=True)


def _is_for(port: PublishedPort, packet: Packet) -> bool:
    return (port.host_port, port.proto) == (packet.dport, packet.proto)


def _takes(port: PublishedPort, address: Ip) -> bool:
    return is_any(port.host_address) or port.host_address == address


def container_of(netns: Namespace, port: PublishedPort) -> Entry[Container] | None:
    """Return the container that a host's port is published for."""
    known = (held for held in netns.all(Container) if port.id is None or held.row.id == port.id)
    return next((held for held in known if held.row.name == port.container), None)


def _idle(netns: Namespace, container: Entry[Container], port: Entry[PublishedPort], packet: Packet) -> Diagnosis:
    row = container.row
    at, paused = tr("{dport} of {node}", dport=packet.dport, node=netns.node), row.state == "paused"
    words = container_not_running.published(row.name, str(port.row.port), at, row.standing, row.program, paused=paused)
    return Diagnosis(words, netns.ns, (container, port))


def _narrow(netns: Namespace, port: Entry[PublishedPort], packet: Packet) -> Diagnosis:
    row = port.row
    only = ip_text(row.host_address) if row.host_address is not None else tr("other addresses")
    anywhere = "0.0.0.0" if family_of(packet.dst) == V4 else "[::]"  # noqa: S104 - what a person would type
    publish = f"-p {anywhere}:{row.host_port}:{row.port}/{row.proto}"
    asked = ip_text(packet.dst)
    words = published_on_loopback.elsewhere(row.container, netns.node, str(row.host_port), only, asked, publish)
    return Diagnosis(words, netns.ns, (port,))
