"""What ends the path of a frame in VXLAN (drivers/net/vxlan)."""

from dataclasses import dataclass
from typing import TypeAlias

from podpath.state.address import Ip, Mac
from podpath.state.failures.segment import DevicePlace


@dataclass(frozen=True, slots=True)
class NoForwardingEntry:
    """A VXLAN device knows no node for a frame (vxlan_xmit).

    Attributes:
        dev: the device.
        mac: MAC that the frame is for; 0 where it has none.
        asked: address that the frame asks for, or None if it is no neighbour request.
        vni: network of the device.
    """

    dev: str
    mac: Mac
    asked: Ip | None
    vni: int | None


@dataclass(frozen=True, slots=True)
class RemoteStray:
    """A forwarding entry names an address that is not the node's whose device has the MAC.

    Attributes:
        dev: the VXLAN device.
        mac: the MAC.
        remote: the address.
        home: the device that has the MAC.
        right: its address on the underlay.
    """

    dev: str
    mac: Mac
    remote: Ip
    home: DevicePlace
    right: Ip


@dataclass(frozen=True, slots=True)
class RemoteIsSelf:
    """A forwarding entry leads to this host, and no device here has the VNI (vxlan_encap_bypass).

    Attributes:
        remote: the address.
        vni: the network.
    """

    remote: Ip
    vni: int | None


@dataclass(frozen=True, slots=True)
class RemoteContradicted:
    """A fixed forwarding entry places the sender of a frame elsewhere than where the frame came from (vxlan_snoop).

    Attributes:
        dev: the VXLAN device.
        mac: the sender's MAC.
        fixed: address of the entry.
        src: address that the frame came from.
    """

    dev: str
    mac: Mac
    fixed: Ip
    src: Ip


@dataclass(frozen=True, slots=True)
class VxlanDown:
    """The VXLAN device is down.

    Attributes:
        dev: the device.
    """

    dev: str


@dataclass(frozen=True, slots=True)
class VxlanPortDiffers:
    """The VXLAN device has another UDP port.

    Attributes:
        dev: the device.
        own: its port, or None for the kernel's default.
    """

    dev: str
    own: int | None


@dataclass(frozen=True, slots=True)
class VniDiffers:
    """The VXLAN device has another VNI.

    Attributes:
        dev: the device.
        own: its VNI.
    """

    dev: str
    own: int | None


@dataclass(frozen=True, slots=True)
class NotDecapsulated:
    """No device here decapsulates a VXLAN packet.

    Attributes:
        vni: VNI of the packet.
        port: its UDP port.
        near: why the device that comes nearest does not, or None if there is none.
    """

    vni: int | None
    port: int | None
    near: VxlanDown | VxlanPortDiffers | VniDiffers | None


@dataclass(frozen=True, slots=True)
class TakenForAllNetworks:
    """A VXLAN device for all VNIs gets a frame that was meant for another device.

    Attributes:
        dev: the device for all VNIs.
        meant: the device with the VNI.
        vni: the VNI.
        port: the UDP port.
    """

    dev: str
    meant: str
    vni: int | None
    port: int | None


VxlanFailure: TypeAlias = (
    NoForwardingEntry | RemoteStray | RemoteIsSelf | RemoteContradicted | NotDecapsulated | TakenForAllNetworks
)
