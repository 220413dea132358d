"""Identifiers that a namespace gives to others: RTM_GETNSID (linux/net_namespace.h; net/core/net_namespace.c)."""

from struct import Struct
from typing import Final

from podpath.netlink.layout import NLMSG_HEADER, Field, Message
from podpath.netlink.sock import Netlink, NetlinkError

_RTM_GETNSID: Final = 90
_NETNSA_FD: Final = Struct("=B3xHHI")
_FD_ATTRIBUTE: Final = 3
_LAYOUT: Final = Message("B3x", Field(1, "i"))  # struct rtgenmsg; NETNSA_NSID


def netns_id(socket: Netlink, descriptor: int) -> int | None:
    """Return the identifier that the socket's namespace gives to another one, or None if it gives none.

    Args:
        socket: rtnetlink socket of the namespace that is asked.
        descriptor: descriptor of the other namespace, open in this process.
    """
    try:
        data = socket.ask(_RTM_GETNSID, _NETNSA_FD.pack(0, 8, _FD_ATTRIBUTE, descriptor))
    except NetlinkError:
        return None
    identifier = _LAYOUT.decode(data, 0, NLMSG_HEADER.unpack_from(data)[0])[-1]
    return None if identifier is None or identifier < 0 else int(identifier)
