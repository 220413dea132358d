"""What ends the path of a frame on the segment behind a device: a cable, macvlans, the network between nodes."""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from podpath.state.address import Ip, Mac


class DevicePlace(NamedTuple):
    """A device in a namespace.

    Attributes:
        ns: number of the namespace in the snapshot.
        dev: name of the device.
    """

    ns: int
    dev: str


@dataclass(frozen=True, slots=True)
class CableTooSmall:
    """A frame exceeds the MTU of the device at the other end of a cable (is_skb_forwardable).

    Attributes:
        dev: that device.
        mtu: its MTU in bytes.
        length: length of the packet in bytes.
    """

    dev: str
    mtu: int
    length: int


@dataclass(frozen=True, slots=True)
class ApartFromLower:
    """A macvlan or ipvlan never exchanges frames with the device below it.

    Attributes:
        upper: the macvlan or ipvlan.
        lower: the device below.
        kind: kind of the upper one.
        address: an address of the upper one, or None if it has none.
    """

    upper: DevicePlace
    lower: DevicePlace
    kind: str
    address: Ip | None


@dataclass(frozen=True, slots=True)
class PrivateMacvlan:
    """Two macvlans on one device never exchange frames, because one is private.

    Attributes:
        one: the one.
        other: the other.
        lower: the device below both.
        private: name of the private one.
    """

    one: DevicePlace
    other: DevicePlace
    lower: DevicePlace
    private: str


@dataclass(frozen=True, slots=True)
class ProxyArpOff:
    """The only other end of a cable does not answer for the gateway: it is no proxy.

    Attributes:
        dev: that end.
        gateway: the gateway.
        setting: its sysctl proxy_arp.
    """

    dev: str
    gateway: Ip
    setting: str


@dataclass(frozen=True, slots=True)
class ProxyWithoutRoute:
    """The only other end of a cable does not answer for the gateway: its host has no route to it (arp_process).

    Attributes:
        dev: that end.
        gateway: the gateway.
        uplink: a hardware device of the host, or None if it has none that is up.
    """

    dev: str
    gateway: Ip
    uplink: str | None


@dataclass(frozen=True, slots=True)
class OwnerElsewhere:
    """No host of the segment has the address that is asked for; a device elsewhere has it.

    Attributes:
        dst: the address.
        dev: device that the request leaves by.
        owner: device that has the address.
    """

    dst: Ip
    dev: str
    owner: DevicePlace


@dataclass(frozen=True, slots=True)
class StationUnknown:
    """No host of the segment has the MAC of a frame; the owner of the packet's destination has another.

    Attributes:
        dst: the destination.
        mac: MAC of the frame, or None if it has none.
        dev: device that it leaves by.
        owner: device that has the destination.
        own: its MAC.
    """

    dst: Ip
    mac: Mac | None
    dev: str
    owner: DevicePlace
    own: Mac


SegmentFailure: TypeAlias = (
    CableTooSmall | ApartFromLower | PrivateMacvlan | ProxyArpOff | ProxyWithoutRoute | OwnerElsewhere | StationUnknown
)
