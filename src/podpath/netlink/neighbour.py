"""Neighbours, and addresses that a device answers for: RTM_GETNEIGH (linux/neighbour.h; net/core/neighbour.c)."""

from collections.abc import Iterator
from struct import Struct
from typing import Any, Final

from podpath.netlink.layout import Field, Message
from podpath.netlink.names import flag_words
from podpath.netlink.route_socket import Devices, Table, of_family
from podpath.netlink.values import FAMILY, ip, mac
from podpath.state.neighbour import Neighbour

RTM_GETNEIGH: Final = 30
NTF_PROXY: Final = 0x08
NDMSG: Final = "BxxxiHBB"
"""struct ndmsg: family, index, state, flags, type."""

_LAYOUT: Final = Message(NDMSG, Field(1), Field(2), Field(15, "I"))  # NDA_DST, NDA_LLADDR, NDA_FLAGS_EXT
TABLE: Final = of_family(RTM_GETNEIGH, _LAYOUT)
PROXIES: Final = Table(RTM_GETNEIGH, Struct("=BxxxiHBB").pack(0, 0, 0, NTF_PROXY, 0), _LAYOUT)

STATES: Final = {0x00: "NONE", 0x01: "INCOMPLETE", 0x02: "REACHABLE", 0x04: "STALE", 0x08: "DELAY", 0x10: "PROBE", 0x20: "FAILED",
                 0x40: "NOARP", 0x80: "PERMANENT"}  # fmt: skip
_FLAGS: Final = ((0x10, "extern_learn"), (0x20, "offload"), (0x08, "proxy"), (0x80, "router"))
_EXT_MANAGED: Final = 0x01


def rows(messages: Iterator[tuple[Any, ...]], devices: Devices) -> Iterator[Neighbour]:
    """Yield each neighbour, whatever its state."""
    for family, index, state, flags, _, dst, lladdr, more in messages:
        address = ip(dst)
        if family not in FAMILY or address is None:
            continue
        words = flag_words(flags, _FLAGS) if flags else None
        if more and more & _EXT_MANAGED:
            words = ",".join(sorted(filter(None, (words, "managed"))))
        yield Neighbour(
            devices[index], FAMILY[family], address, mac(lladdr), None if flags & NTF_PROXY else STATES.get(state), words
        )
