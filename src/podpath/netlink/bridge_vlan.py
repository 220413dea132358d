"""VLANs allowed on bridge ports: RTM_GETLINK of family AF_BRIDGE (linux/if_bridge.h; net/bridge/br_netlink.c)."""

from collections.abc import Iterator
from struct import Struct
from typing import Any, Final

from podpath.netlink.layout import Field, Message, items
from podpath.netlink.route_socket import Devices, Table
from podpath.netlink.values import AF_BRIDGE
from podpath.state.link import BridgeVlan

_RTM_GETLINK: Final = 18
_IFLA_EXT_MASK: Final = 29
_RTEXT_FILTER_BRVLAN_COMPRESSED: Final = 1 << 2
_IFLA_BRIDGE_VLAN_INFO: Final = 2

TABLE: Final = Table(
    _RTM_GETLINK,
    Struct("=B15x").pack(AF_BRIDGE) + Struct("=HHI").pack(8, _IFLA_EXT_MASK, _RTEXT_FILTER_BRVLAN_COMPRESSED),
    Message("BxHiII", Field(26)),  # IFLA_AF_SPEC
)
_INFO: Final = Struct("=HH")  # struct bridge_vlan_info: flags, id
_PVID, _UNTAGGED, _BEGIN, _END = 0x02, 0x04, 0x08, 0x10


def rows(messages: Iterator[tuple[Any, ...]], devices: Devices) -> Iterator[BridgeVlan]:
    """Yield each range of VLANs of each port."""
    for _, _, index, _, _, spec in messages:
        first = 0
        for kind, data in items(spec):
            if kind != _IFLA_BRIDGE_VLAN_INFO or len(data) < _INFO.size:
                continue
            flags, vlan = _INFO.unpack_from(data)
            if flags & _BEGIN:
                first = vlan
                continue
            start = first if flags & _END else vlan
            yield BridgeVlan(devices[index], start, vlan, bool(flags & _PVID), bool(flags & _UNTAGGED))
