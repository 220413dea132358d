"""Asks the kernel itself: RTM_GETROUTE, as ``ip route get`` and ``ip route get … fibmatch`` do."""

import errno
import socket
import struct
from typing import NamedTuple

from podpath.netlink import route
from podpath.netlink.layout import NLMSG_HEADER
from podpath.netlink.route_socket import Devices
from podpath.netlink.sock import Netlink, NetlinkError
from podpath.state.address import V4, V4_BASE, Ip, family_of
from podpath.state.route import Route

_RTM_GETROUTE = 26
_FIB_MATCH = 0x2000
_LOOKUP_TABLE = 0x1000
_PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}


class Query(NamedTuple):
    """What is asked; as the selectors of ``ip route get``."""

    dst: Ip
    src: Ip | None = None
    iif: str | None = None
    oif: str | None = None
    mark: int = 0
    proto: str = "udp"
    sport: int | None = None
    dport: int | None = None


def route_get(opened: Netlink, devices: Devices, query: Query, *, match: bool) -> list[Route] | str:
    """Return the rows of the kernel's answer, or the name of its error.

    Args:
        opened: rtnetlink socket of the namespace.
        devices: names by index.
        query: what is asked.
        match: the entry of the table is wanted, not the route made of it.
    """
    family = socket.AF_INET if family_of(query.dst) == V4 else socket.AF_INET6
    index = {devices[number]: number for number in devices}
    bits = 32 if family == socket.AF_INET else 128
    data = struct.pack(
        "=BBBBBBBBI", family, bits, bits if query.src else 0, 0, 0, 0, 0, 0, _LOOKUP_TABLE | (_FIB_MATCH if match else 0)
    )
    data += _attribute(1, _packed(query.dst))
    if query.src is not None:
        data += _attribute(2, _packed(query.src))
    for kind, name in ((3, query.iif), (4, query.oif)):
        if name is not None:
            data += _attribute(kind, struct.pack("=I", index[name]))
    if query.mark:
        data += _attribute(16, struct.pack("=I", query.mark))
    data += _attribute(27, struct.pack("=B", _PROTOCOLS[query.proto]))
    for kind, port in ((28, query.sport), (29, query.dport)):
        if port is not None:
            data += _attribute(kind, struct.pack("!H", port))
    try:
        answer = opened.ask(_RTM_GETROUTE, data)
    except NetlinkError as error:
        return errno.errorcode[error.errno or 0]
    length = NLMSG_HEADER.unpack_from(answer)[0]
    values = route._LAYOUT.decode(answer, 0, length)
    values = (*values[:8], values[8] & ~0x200, *values[9:])  # not a cached entry, but the answer
    return [row for row in route.rows(iter([values]), devices) if isinstance(row, Route)]


def _packed(ip: Ip) -> bytes:
    return (ip - V4_BASE).to_bytes(4, "big") if family_of(ip) == V4 else ip.to_bytes(16, "big")


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)
