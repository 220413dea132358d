"""What ends the path of a packet in a tunnel of any kind, or in WireGuard."""

from dataclasses import dataclass
from typing import TypeAlias

from podpath.state.address import Ip


@dataclass(frozen=True, slots=True)
class ForeignTunnelSource:
    """The configured source of a tunnel is no address of the host.

    Attributes:
        dev: the tunnel's device.
        local: the source.
    """

    dev: str
    local: Ip


@dataclass(frozen=True, slots=True)
class TunnelIntoItself:
    """The route of a tunnel's outer packet leads into the tunnel (ELOOP).

    Attributes:
        dev: the tunnel's device.
        remote: destination of the outer packet.
        net: prefix of the route, as text.
    """

    dev: str
    remote: Ip
    net: str


@dataclass(frozen=True, slots=True)
class TunnelsNested:
    """Tunnels have encapsulated a packet too often (XMIT_RECURSION_LIMIT).

    Attributes:
        dev: device of the last tunnel.
    """

    dev: str


@dataclass(frozen=True, slots=True)
class NoPeer:
    """No peer of a WireGuard device has the destination among its allowed addresses.

    Attributes:
        dev: the device.
        dst: the destination.
    """

    dev: str
    dst: Ip


@dataclass(frozen=True, slots=True)
class PeerSourceRefused:
    """The peer that a WireGuard packet came from may not send from the inner source.

    Attributes:
        dev: the device.
        peer: source of the outer packet.
        src: source of the inner packet.
    """

    dev: str
    peer: Ip
    src: Ip


@dataclass(frozen=True, slots=True)
class NoTunnelDevice:
    """No tunnel of the host has the addresses and the key of a packet.

    Attributes:
        proto: protocol of the outer packet.
        src: its source.
    """

    proto: str
    src: Ip


@dataclass(frozen=True, slots=True)
class NoWireguardDevice:
    """The host has no WireGuard device for a WireGuard packet."""


TunnelFailure: TypeAlias = (
    ForeignTunnelSource | TunnelIntoItself | TunnelsNested | NoPeer | PeerSourceRefused | NoTunnelDevice | NoWireguardDevice
)
