"""What ends the path of a packet at the programs and the services of a host."""

from dataclasses import dataclass
from typing import TypeAlias

from podpath.state.address import Ip


@dataclass(frozen=True, slots=True)
class EchoIgnored:
    """The host answers no echo request.

    Attributes:
        setting: the sysctl that says so.
    """

    setting: str


@dataclass(frozen=True, slots=True)
class BacklogFull:
    """The accept queue of a listening socket is full (tcp_conn_request).

    Attributes:
        socket: the socket and its program, as text.
        waiting: connections that wait.
    """

    socket: str
    waiting: int


@dataclass(frozen=True, slots=True)
class PortReserved:
    """An engine holds a published port with a socket at which it accepts nothing: rules should have led the packet past it.

    Attributes:
        program: the engine's program.
        proto: tcp or udp.
        port: the port.
        container: the container that it is published for.
    """

    program: str
    proto: str
    port: int
    container: str


@dataclass(frozen=True, slots=True)
class NothingListens:
    """No socket takes the packet.

    Attributes:
        proto: tcp or udp.
        port: the port.
        dst: the destination.
        only: address that a program listens on at this port, or None if none does.
    """

    proto: str
    port: int | None
    dst: Ip
    only: Ip | None = None


@dataclass(frozen=True, slots=True)
class ProxyRouteMissing:
    """TPROXY has handed a packet to a socket, and its route leads elsewhere.

    Attributes:
        dst: the destination.
        port: port of the proxy.
        mark: firewall mark of the packet.
    """

    dst: Ip
    port: int | None
    mark: int


@dataclass(frozen=True, slots=True)
class PortsExhausted:
    """The sender has no port left for the destination.

    Attributes:
        dst: the destination.
        port: its port.
        proto: tcp or udp.
        first: first port of the range, as the sysctl has it.
        last: its last port.
        reserved: some of them are reserved.
    """

    dst: Ip
    port: int
    proto: str
    first: str
    last: str
    reserved: bool


@dataclass(frozen=True, slots=True)
class NoRealServer:
    """A virtual server of IPVS has no real server (ip_vs_leave).

    Attributes:
        dst: address of the virtual server.
        port: its port.
        proto: its protocol.
    """

    dst: Ip
    port: int | None
    proto: str


HostFailure: TypeAlias = (
    EchoIgnored | BacklogFull | PortReserved | NothingListens | ProxyRouteMissing | PortsExhausted | NoRealServer
)
