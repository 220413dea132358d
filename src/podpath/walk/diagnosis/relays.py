"""Userspace proxies (docker-proxy): a program that takes the connection, and opens one of its own to a container.

An engine's proxy listens at each published port (docker-proxy of moby, rootlessport of podman). Rules that translate the port
spare most packets the detour; those of the host itself, and of its containers, may meet it. What it asks has the host as its
source, and takes its own path.
"""

from collections.abc import Iterator
from shlex import quote
from typing import Final, NamedTuple

from podpath.language import tr
from podpath.state.host import Socket
from podpath.state.runtime import PublishedPort
from podpath.walk.cluster import Cluster
from podpath.walk.events import Outcome

DOCKER: Final = "docker-proxy"
_SHOWN: Final = {
    DOCKER: (DOCKER,), "rootlessport": ("rootlessport",), "rootlesskit": ("rootlesskit",), "pasta": ("pasta", "passt"),
    "slirp4netns": ("slirp4netns",),
}  # fmt: skip
"""Proxies, each with how its process's name begins: pasta runs as passt.avx2 where the processor can."""


class Relay(NamedTuple):
    """A userspace proxy that has taken a packet.

    Attributes:
        program: its name, or None if the process was not printed.
        behind: the port that it connects to, or None if no engine shows it.
    """

    program: str | None
    behind: PublishedPort | None

    @property
    def name(self) -> str:
        """Its name, as reports write it."""
        return self.program or tr("the engine's proxy")

    @property
    def is_on_host(self) -> bool:
        """It asks as the host does, by the container's address; others ask from inside a namespace of their own."""
        return self.program in {None, DOCKER}


def relays(cluster: Cluster, end: Outcome) -> Iterator[Relay]:
    """Yield the userspace proxies at which a packet ends."""
    netns = cluster.netns(end.ns)
    for held in end.rows:
        row = held.row
        if not isinstance(row, Socket):
            continue
        program = program_of(row)
        if row.process and program is None:
            continue
        behind = next((port.row for port in netns.all(PublishedPort) if _leads(port.row, row)), None)
        if behind is not None or program is not None:
            yield Relay(program, behind)


def program_of(socket: Socket) -> str | None:
    """Return which proxy holds a socket."""
    held = socket.process or ""
    return next((name for name, shown in _SHOWN.items() if any(f'"{word}' in held for word in shown)), None)


def relayed(cluster: Cluster, end: Outcome) -> Iterator[str]:
    """Yield what to look at next where a packet ends at such a program."""
    node = cluster.netns(end.ns).node
    for relay in relays(cluster, end):
        behind = relay.behind
        if behind is not None:
            start = node if relay.is_on_host else behind.container
            ask = f"podpath trace {quote(start)} {quote(behind.container)} --proto {behind.proto} --port {behind.port}"
            yield tr(
                "{name} accepts the connection, and opens another one from {start} to {container}: {ask}",
                name=relay.name,
                start=start,
                container=behind.container,
                ask=ask,
            )
        else:
            yield tr(
                "{name} accepts the connection, and opens another one from {node} to a container", name=relay.name, node=node
            )


def _leads(port: PublishedPort, socket: Socket) -> bool:
    return (port.host_port, port.proto) == (socket.local_port, socket.proto.rstrip("6"))
