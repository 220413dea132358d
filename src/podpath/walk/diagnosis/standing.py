"""What engines say of containers where a packet arrives: its kernel answers, and its program does not."""

from collections.abc import Iterator
from shlex import quote

from podpath.language import tr
from podpath.state.host import Socket
from podpath.state.runtime import Container, PublishedPort
from podpath.walk.cluster import Cluster
from podpath.walk.diagnosis.relays import program_of
from podpath.walk.diagnosis.roots.containers import container_of
from podpath.walk.events import Outcome


def standing(cluster: Cluster, end: Outcome) -> Iterator[str]:
    """Yield what to know of the container that a packet has reached, or of the one that wants the port it has reached.

    Args:
        cluster: the snapshot.
        end: where the packet arrived.
    """
    yield from _paused(cluster, end)
    yield from _robbed(cluster, end)


def _paused(cluster: Cluster, end: Outcome) -> Iterator[str]:
    """Yield that a container is paused: the kernel shakes hands and answers pings, and nothing is read (freezer of cgroups)."""
    kind, _, name = cluster.netns(end.ns).label.partition(":")
    host = cluster.host_of(end.ns) if kind == "container" else None
    if host is None:
        return
    for held in cluster.netns(host).all(Container):
        if held.row.name == name and held.row.state == "paused":
            until = tr(" until {program} unpause {name}", program=held.row.program, name=quote(name)) if held.row.program else ""
            yield tr("{name} is paused: its kernel accepts the packet, but no program replies{until}", name=name, until=until)


def _robbed(cluster: Cluster, end: Outcome) -> Iterator[str]:
    """Yield which container wants the port of the host at which another program took the packet."""
    netns = cluster.netns(end.ns)
    socket = next((held.row for held in end.rows if isinstance(held.row, Socket)), None)
    if netns.label or socket is None or program_of(socket) is not None:
        return
    for held in netns.all(PublishedPort):
        found = container_of(netns, held.row)
        wanted = (held.row.host_port, held.row.proto) == (socket.local_port, socket.proto.rstrip("6"))
        if wanted and found is not None and not found.row.runs:
            row = found.row
            yield tr(
                "{name} needs {proto} port {host_port} of {node}, but {standing}",
                name=row.name,
                proto=held.row.proto,
                host_port=held.row.host_port,
                node=netns.node,
                standing=row.standing,
            )
