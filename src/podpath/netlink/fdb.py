"""Forwarding tables of bridges and VXLAN devices: RTM_GETNEIGH of family AF_BRIDGE (net/bridge/br_fdb.c, drivers/net/vxlan)."""

from collections.abc import Iterator
from typing import Any, Final

from podpath.netlink.layout import Field, Message
from podpath.netlink.names import flag_words
from podpath.netlink.neighbour import NDMSG, RTM_GETNEIGH
from podpath.netlink.route_socket import Devices, of_family
from podpath.netlink.values import AF_BRIDGE, big, ip, mac
from podpath.state.fdb import FdbEntry

TABLE: Final = of_family(
    RTM_GETNEIGH,
    Message(
        NDMSG,
        Field(1),  # NDA_DST
        Field(2),  # NDA_LLADDR
        Field(5, "H"),  # NDA_VLAN
        Field(6),  # NDA_PORT, in network byte order
        Field(7, "I"),  # NDA_VNI
        Field(8, "I"),  # NDA_IFINDEX: device to send by
        Field(9, "I"),  # NDA_MASTER
        Field(13, "I"),  # NDA_NH_ID
        Field(15, "I"),  # NDA_FLAGS_EXT
    ),
    AF_BRIDGE,
)
# The first that holds, as bridge(8) prints it; a learned entry has none.
_STATES: Final = ((0x80, "permanent"), (0x40, "static"), (0x04, "stale"))
_FLAGS: Final = (
    (0x02, "self"), (0x80, "router"), (0x10, "extern_learn"), (0x20, "offload"), (0x04, "master"),
    (0x40, "sticky"),
)  # fmt: skip
_EXT_LOCKED: Final = 0x02


def rows(messages: Iterator[tuple[Any, ...]], devices: Devices) -> Iterator[FdbEntry]:
    """Yield each entry."""
    for _, index, state, flags, _, dst, lladdr, vlan, port, vni, via, master, nhid, more in messages:
        address = mac(lladdr)
        if address is None:
            continue
        words = flag_words(flags, _FLAGS)
        if more and more & _EXT_LOCKED:
            words = f"{words},locked" if words else "locked"
        yield FdbEntry(
            devices[index], address, ip(dst), vlan, devices[master] if master else None,
            next((word for bit, word in _STATES if state & bit), None), words, vni, big(port),
            devices[via] if via else None, nhid,
        )  # fmt: skip
