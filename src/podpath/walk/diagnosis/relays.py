"""Userspace proxies (docker-proxy): a program that takes the connection, and opens one of its own to a container.

An engine's proxy listens at each published port (docker-proxy of moby, rootlessport of podman). Rules that translate the port
spare most packets the detour; those of the host itself, and of its containers, may meet it. What it asks has the host as its
source, and goes a way of its own.
"""

from collections.abc import Iterator
from typing import Final

from podpath.state.host import Socket
from podpath.state.runtime import PublishedPort
from podpath.walk.cluster import Cluster
from podpath.walk.events import Outcome

PROGRAMS: Final = ("docker-proxy", "rootlessport", "rootlesskit", "pasta", "slirp4netns")


def relayed(cluster: Cluster, end: Outcome) -> Iterator[str]:
    """Yield what to look at next where a packet ends at such a program."""
    netns = cluster.netns(end.ns)
    for held in end.rows:
        row = held.row
        if not isinstance(row, Socket):
            continue
        program = next((name for name in PROGRAMS if f'"{name}"' in (row.process or "")), None)
        if row.process and program is None:
            continue
        behind = next((port.row for port in netns.all(PublishedPort) if _leads(port.row, row)), None)
        if behind is not None:
            who = program or "the engine's proxy"
            ask = f"podpath trace {netns.node} {behind.container} --proto {behind.proto} --port {behind.port}"
            yield f"{who} takes it, and asks {behind.container} in its turn, as {netns.node}: {ask}"
        elif program is not None:
            yield f"{program} takes it, and asks a container in its turn, as {netns.node}"


def _leads(port: PublishedPort, socket: Socket) -> bool:
    return (port.host_port, port.proto) == (socket.local_port, socket.proto.rstrip("6"))
