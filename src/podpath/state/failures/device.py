"""What ends the path of a frame at a device."""

from dataclasses import dataclass
from typing import TypeAlias

from podpath.state.address import Ip


@dataclass(frozen=True, slots=True)
class DeviceDown:
    """A device is down.

    Attributes:
        dev: the device.
    """

    dev: str


@dataclass(frozen=True, slots=True)
class NoCarrier:
    """A device has no carrier.

    Attributes:
        dev: the device.
    """

    dev: str


@dataclass(frozen=True, slots=True)
class BondWithoutPort:
    """No port of a bond is up.

    Attributes:
        dev: the bond.
    """

    dev: str


@dataclass(frozen=True, slots=True)
class DeviceDiscards:
    """A device discards all packets (dummy, ifb).

    Attributes:
        dev: the device.
        kind: its kind.
    """

    dev: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class NoVlanDevice:
    """No VLAN device on a device has the tag of a frame.

    Attributes:
        dev: the device.
        vlan: the tag.
    """

    dev: str
    vlan: int


@dataclass(frozen=True, slots=True)
class LoopbackClosed:
    """The process behind a tun device does not let packets reach its own namespace (``--disable-host-loopback``).

    Attributes:
        program: the process.
        address: its address.
    """

    program: str
    address: Ip


@dataclass(frozen=True, slots=True)
class PingsNotAllowed:
    """The process behind a tun device may not send pings (``net.ipv4.ping_group_range``, icmp(7)).

    Attributes:
        program: the process.
        gid: its group.
        first: first group that may.
        last: last group that may.
    """

    program: str
    gid: int
    first: int
    last: int


DeviceFailure: TypeAlias = (
    DeviceDown | NoCarrier | BondWithoutPort | DeviceDiscards | NoVlanDevice | LoopbackClosed | PingsNotAllowed
)
