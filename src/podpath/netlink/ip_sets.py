"""Whether a namespace has IP sets: IPSET_CMD_LIST (linux/netfilter/ipset/ip_set.h). ipset(8) reads their contents."""

from typing import Final

from podpath.netlink.generic import attribute
from podpath.netlink.layout import NLMSG_HEADER
from podpath.netlink.sock import Netlink

_NFNL_SUBSYS_IPSET: Final = 6
_IPSET_CMD_LIST: Final = 7
_NLA_F_NET_BYTEORDER: Final = 0x4000
_IPSET_FLAG_LIST_SETNAME: Final = 2
_REQUEST: Final = (
    bytes(4)  # struct nfgenmsg
    + attribute(1, b"\x06")  # IPSET_ATTR_PROTOCOL
    + attribute(6 | _NLA_F_NET_BYTEORDER, _IPSET_FLAG_LIST_SETNAME.to_bytes(4))  # IPSET_ATTR_FLAGS
)
_LEAST_OF_ITS_OWN: Final = 0x10


def any_sets(socket: Netlink) -> bool:
    """Say whether there is a set.

    Raises:
        NetlinkError: the kernel refuses, or has no IP sets.
    """
    received = socket.dump(_NFNL_SUBSYS_IPSET << 8 | _IPSET_CMD_LIST, _REQUEST)
    return any(NLMSG_HEADER.unpack_from(data)[1] >= _LEAST_OF_ITS_OWN for data in received)
