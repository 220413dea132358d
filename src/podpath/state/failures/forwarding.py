"""What ends the path of a packet that a host forwards, or that is larger than the MTU."""

from dataclasses import dataclass
from typing import TypeAlias

from podpath.state.address import Ip


@dataclass(frozen=True, slots=True)
class HopLimitUsedUp:
    """The hop limit of a forwarded packet is used up (ip_forward)."""


@dataclass(frozen=True, slots=True)
class LinkLocalSource:
    """A forwarded packet has a link-local source (ip6_forward).

    Attributes:
        src: the source.
    """

    src: Ip


@dataclass(frozen=True, slots=True)
class ForwardingOff:
    """The host does not forward (ip_route_input_slow).

    Attributes:
        dst: the destination.
        dev: device that the packet arrived on.
        setting: the sysctl that is 0.
        everywhere: it is off for the namespace, not for the device alone.
    """

    dst: Ip
    dev: str
    setting: str
    everywhere: bool


@dataclass(frozen=True, slots=True)
class PacketTooBig:
    """A packet exceeds the MTU of the device that it leaves through, and must not be fragmented.

    Attributes:
        dev: the device.
        mtu: its MTU, or the route's, in bytes.
        length: length of the packet in bytes.
        forwarded: it came from another host, which learns the MTU.
    """

    dev: str
    mtu: int
    length: int
    forwarded: bool


ForwardingFailure: TypeAlias = HopLimitUsedUp | LinkLocalSource | ForwardingOff | PacketTooBig
