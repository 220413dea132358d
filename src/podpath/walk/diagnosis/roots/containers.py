"""Ports that an engine publishes, and that lead to nobody: the container does not run, or the port is for this host alone."""

from shlex import quote

from podpath.state.address import V4, Ip, family_of, ip_text
from podpath.state.runtime import Container, PublishedPort
from podpath.walk.events import Cause, Path, Walk
from podpath.walk.host.sockets import is_any
from podpath.walk.namespace import Entry, Namespace
from podpath.walk.packet import Packet

_CLOSED = "target-not-listening"
_LOOPS = 3
"""So often must a container have been started again before that is why nothing listens in it."""


def closed(walk: Walk, path: Path, cause: Cause) -> Cause | None:
    """Return why a published port is closed: whose it is does not run, or it is published on a loopback address."""
    packet, netns = path.end.packet, walk.cluster.netns(path.end.ns)
    if cause.check != _CLOSED or packet is None or netns.label:
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


def looping(walk: Walk, path: Path, cause: Cause) -> Cause | None:
    """Return that nothing listens in a container because its program keeps ending."""
    netns = walk.cluster.netns(path.end.ns)
    kind, _, name = netns.label.partition(":")
    host = walk.cluster.host_of(path.end.ns) if kind == "container" else None
    if cause.check != _CLOSED or host is None:
        return None
    held = next((one for one in walk.cluster.netns(host).all(Container) if one.row.name == name), None)
    if held is None or (held.row.restarts or 0) < _LOOPS:
        return None
    said = f"{name} keeps ending, and has been started again {held.row.restarts} times"
    why = f"{cause.summary[:1].upper()}{cause.summary[1:]}: its program was not there, or not yet."
    fix = (f"{held.row.program} logs {quote(name)}",) if held.row.program else ()
    return Cause("container-not-running", host, said, why, (held,), fix, likely=True)


def _is_for(port: PublishedPort, packet: Packet) -> bool:
    return (port.host_port, port.proto) == (packet.dport, packet.proto)


def _takes(port: PublishedPort, address: Ip) -> bool:
    return is_any(port.host_address) or port.host_address == address


def container_of(netns: Namespace, port: PublishedPort) -> Entry[Container] | None:
    """Return the container that a host's port is published for."""
    known = (held for held in netns.all(Container) if port.id is None or held.row.id == port.id)
    return next((held for held in known if held.row.name == port.container), None)


def _idle(netns: Namespace, container: Entry[Container], port: Entry[PublishedPort], packet: Packet) -> Cause:
    row = container.row
    said = f"{row.name}, whose port {port.row.port} is published as {packet.dport} of {netns.node}, {row.standing}"
    start = "unpause" if row.state == "paused" else "start"
    fix = (f"{row.program} logs --tail 20 {quote(row.name)}", f"{row.program} {start} {quote(row.name)}") if row.program else ()
    return Cause("container-not-running", netns.ns, said, "Nobody else takes the port.", (container, port), fix)


def _narrow(netns: Namespace, port: Entry[PublishedPort], packet: Packet) -> Cause:
    row = port.row
    only = ip_text(row.host_address) if row.host_address is not None else "other addresses"
    said = f"{row.container} publishes port {row.host_port} of {netns.node} on {only} alone, not on {ip_text(packet.dst)}"
    anywhere = "0.0.0.0" if family_of(packet.dst) == V4 else "[::]"  # noqa: S104 - what a person would type
    publish = f"-p {anywhere}:{row.host_port}:{row.port}/{row.proto}"
    fix = (f"recreate {row.container} with {publish}, or ask {only} on {netns.node} itself",)
    return Cause("published-on-loopback", netns.ns, said, "The port is open for that address, and for no other.", (port,), fix)
