"""What ends the path of a frame on a bridge (net/bridge)."""

from dataclasses import dataclass
from typing import TypeAlias

from podpath.state.address import Mac


@dataclass(frozen=True, slots=True)
class PortBlocked:
    """The spanning tree lets no frames through a port.

    Attributes:
        port: the port.
        bridge: its bridge; empty where it is not known.
        state: state of the port, or None if it is not known.
    """

    port: str
    bridge: str
    state: str | None


@dataclass(frozen=True, slots=True)
class VlanNotAllowed:
    """A port does not allow the VLAN of a frame.

    Attributes:
        port: the port.
        bridge: its bridge.
    """

    port: str
    bridge: str


@dataclass(frozen=True, slots=True)
class ForeignPort:
    """A forwarding entry leads to a device that is no port of the bridge.

    Attributes:
        port: the device.
        bridge: the bridge.
        mac: MAC of the entry.
    """

    port: str
    bridge: str
    mac: Mac


@dataclass(frozen=True, slots=True)
class HairpinOff:
    """A frame would leave by the port that it arrived on.

    Attributes:
        port: the port.
        bridge: its bridge.
    """

    port: str
    bridge: str


@dataclass(frozen=True, slots=True)
class PortsIsolated:
    """Both ports are isolated.

    Attributes:
        source: port that the frame arrived on.
        port: port that it would leave by.
        bridge: their bridge.
    """

    source: str
    port: str
    bridge: str


@dataclass(frozen=True, slots=True)
class PortTooSmall:
    """A frame exceeds the MTU of a port (is_skb_forwardable).

    Attributes:
        port: the port.
        bridge: its bridge.
        mtu: MTU of the port in bytes.
        length: length of the packet in bytes.
    """

    port: str
    bridge: str
    mtu: int
    length: int


@dataclass(frozen=True, slots=True)
class FloodOff:
    """A port gets no frames for unknown addresses.

    Attributes:
        port: the port.
        bridge: its bridge.
        mac: the address.
    """

    port: str
    bridge: str
    mac: Mac


@dataclass(frozen=True, slots=True)
class NoOtherPort:
    """A bridge has no port that a frame could leave by.

    Attributes:
        bridge: the bridge.
    """

    bridge: str


BridgeFailure: TypeAlias = (
    PortBlocked | VlanNotAllowed | ForeignPort | HairpinOff | PortsIsolated | PortTooSmall | FloodOff | NoOtherPort
)
