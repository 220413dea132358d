"""Settings of all devices together, and of new ones: RTM_GETNETCONF (linux/netconf.h; ``conf/all``, ``conf/default``)."""

from collections.abc import Iterator
from struct import Struct
from typing import Final

from podpath.netlink.layout import NLMSG_HEADER, Field, Message
from podpath.netlink.sock import Netlink
from podpath.netlink.values import AF_INET, AF_INET6
from podpath.state.host import Sysctl

_RTM_GETNETCONF: Final = 82
_NETCONFA_IFINDEX: Final = 1
# What NETCONFA_IFINDEX says instead of a device (NETCONFA_IFINDEX_ALL, NETCONFA_IFINDEX_DEFAULT).
_TOGETHER: Final = (("all", -1), ("default", -2))
_REQUEST: Final = Struct("=B3xHHi")
_LAYOUT: Final = Message(
    "B",  # struct netconfmsg: family
    Field(2, "i"),  # NETCONFA_FORWARDING
    Field(3, "i"),  # NETCONFA_RP_FILTER
    Field(4, "i"),  # NETCONFA_MC_FORWARDING
    Field(5, "i"),  # NETCONFA_PROXY_NEIGH
    Field(6, "i"),  # NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN
    Field(8, "i"),  # NETCONFA_BC_FORWARDING
)
_NAMES: Final = {
    AF_INET: ("forwarding", "rp_filter", "mc_forwarding", "proxy_arp", "ignore_routes_with_linkdown", "bc_forwarding"),
    AF_INET6: ("forwarding", None, "mc_forwarding", "proxy_ndp", "ignore_routes_with_linkdown", None),
}


def rows(socket: Netlink) -> Iterator[Sysctl]:
    """Yield the settings of ``all`` and of ``default``; those of each device come with the device.

    Args:
        socket: rtnetlink socket of the namespace.

    Raises:
        NetlinkError: the kernel refuses.
    """
    for family, names in _NAMES.items():
        for word, index in _TOGETHER:
            data = socket.ask(_RTM_GETNETCONF, _REQUEST.pack(family, 8, _NETCONFA_IFINDEX, index))
            _, *values = _LAYOUT.decode(data, 0, NLMSG_HEADER.unpack_from(data)[0])
            for name, value in zip(names, values, strict=True):
                if name is not None and value is not None:
                    yield Sysctl(f"net.{'ipv4' if family == AF_INET else 'ipv6'}.conf.{word}.{name}", str(value))
                    if (family, name, word) == (AF_INET, "forwarding", "all"):
                        yield Sysctl("net.ipv4.ip_forward", str(value))
