"""IPsec policies: XFRM_MSG_GETPOLICY (linux/xfrm.h)."""

from collections.abc import Iterator
from struct import Struct
from typing import Any, Final

from podpath.netlink.layout import Field, Message
from podpath.netlink.route_socket import Devices, Table
from podpath.netlink.values import FAMILY
from podpath.state.address import V4, V4_BASE, Ip
from podpath.state.route import XfrmPolicy

NETLINK_XFRM: Final = 6
_XFRM_MSG_GETPOLICY: Final = 0x15

# struct xfrm_userpolicy_info: selector (destination, source, ports, family, prefix lengths, protocol, device, user),
# lifetimes, priority, index, direction, action, flags, share.
TABLE: Final = Table(
    _XFRM_MSG_GETPOLICY,
    bytes(64),
    Message("16s16s8xHBBBxxxiI96xIIBBBBxxxx", Field(5), Field(21, "8s")),  # XFRMA_TMPL, XFRMA_MARK
)
_DIRECTIONS: Final = ("in", "out", "fwd")
_TEMPLATE_SIZE: Final = 64  # struct xfrm_user_tmpl
_MARK: Final = Struct("=II")
_SOCKET_POLICY: Final = 3  # directions from here on belong to a socket (XFRM_POLICY_MAX)


def _address(family: int, data: bytes) -> Ip:
    return Ip(V4_BASE + int.from_bytes(data[:4])) if family == V4 else Ip(int.from_bytes(data))


def rows(messages: Iterator[tuple[Any, ...]], devices: Devices) -> Iterator[XfrmPolicy]:
    """Yield each policy of the namespace; those of single sockets are left out, as ``ip xfrm policy`` does by its direction."""
    for dst, src, family, dst_len, src_len, _, index, _, priority, _, direction, action, _, _, templates, mark in messages:
        if direction >= _SOCKET_POLICY:
            continue
        # A policy for any address of both families has family 0; it prints as IPv4.
        v = FAMILY.get(family, 4)
        value, mask = _MARK.unpack_from(mark) if mark else (None, None)
        yield XfrmPolicy(
            v, _address(v, src), src_len, _address(v, dst), dst_len, _DIRECTIONS[direction],
            "block" if action else "allow", priority, len(templates or b"") // _TEMPLATE_SIZE, devices.get(index), value, mask,
        )  # fmt: skip
