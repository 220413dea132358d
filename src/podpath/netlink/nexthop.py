"""Nexthop objects: RTM_GETNEXTHOP (linux/nexthop.h; net/ipv4/nexthop.c)."""

from collections.abc import Iterator
from struct import Struct
from typing import Any, Final

from podpath.netlink.layout import Field, Message
from podpath.netlink.names import flag_words, protocol_name, scope_name
from podpath.netlink.route_socket import Devices, Table
from podpath.netlink.values import FAMILY, ip
from podpath.state.route import Nexthop

_RTM_GETNEXTHOP: Final = 106

TABLE: Final = Table(
    _RTM_GETNEXTHOP,
    bytes(8),
    Message(
        "BBBxI",  # struct nhmsg: family, scope, protocol, flags
        Field(1, "I"),  # NHA_ID
        Field(2),  # NHA_GROUP
        Field(4),  # NHA_BLACKHOLE
        Field(5, "I"),  # NHA_OIF
        Field(6),  # NHA_GATEWAY
        Field(11),  # NHA_FDB
    ),
)
_MEMBER: Final = Struct("=IBBH")  # struct nexthop_grp: id, weight - 1, its high byte, -
_FLAGS: Final = ((0x01, "dead"), (0x04, "onlink"), (0x02, "pervasive"), (0x08, "offload"), (0x10, "linkdown"))


def _group(data: bytes | None) -> str | None:
    if data is None:
        return None
    members = [(number, low + 1) for number, low, _, _ in _MEMBER.iter_unpack(data[: len(data) // 8 * 8])]
    return "/".join(f"{number},{weight}" if weight > 1 else str(number) for number, weight in members)


def rows(messages: Iterator[tuple[Any, ...]], devices: Devices) -> Iterator[Nexthop]:
    """Yield each object."""
    for family, scope, proto, flags, identifier, group, blackhole, oif, gateway, fdb in messages:
        words = [flag_words(flags, _FLAGS), "blackhole" if blackhole is not None else None, "fdb" if fdb is not None else None]
        yield Nexthop(
            identifier or 0, None if gateway is None else FAMILY.get(family), ip(gateway), devices.get(oif),
            ",".join(filter(None, words)) or None, _group(group), protocol_name(proto), scope_name(scope),
        )  # fmt: skip
