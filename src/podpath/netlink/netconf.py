"""Settings of all devices together: RTM_GETNETCONF (linux/netconf.h; ``conf/all``)."""

from collections.abc import Iterator
from typing import Any, Final

from podpath.netlink.layout import Field, Message
from podpath.netlink.route_socket import Table
from podpath.netlink.values import AF_INET, AF_INET6
from podpath.state.host import Sysctl

_RTM_GETNETCONF: Final = 82
_LAYOUT: Final = Message(
    "B",  # struct netconfmsg: family
    Field(1, "i"),  # NETCONFA_IFINDEX
    Field(2, "i"),  # NETCONFA_FORWARDING
    Field(3, "i"),  # NETCONFA_RP_FILTER
    Field(4, "i"),  # NETCONFA_MC_FORWARDING
    Field(5, "i"),  # NETCONFA_PROXY_NEIGH
    Field(6, "i"),  # NETCONFA_IGNORE_ROUTES_WITH_LINKDOWN
    Field(8, "i"),  # NETCONFA_BC_FORWARDING
)
TABLES: Final = {
    4: Table(_RTM_GETNETCONF, bytes([AF_INET]) + bytes(3), _LAYOUT),
    6: Table(_RTM_GETNETCONF, bytes([AF_INET6]) + bytes(3), _LAYOUT),
}
_ALL: Final = -1  # -2 is `default`, which decides over devices to come
_NAMES: Final = {
    AF_INET: ("forwarding", "rp_filter", "mc_forwarding", "proxy_arp", "ignore_routes_with_linkdown", "bc_forwarding"),
    AF_INET6: ("forwarding", None, "mc_forwarding", "proxy_ndp", "ignore_routes_with_linkdown", None),
}


def rows(messages: Iterator[tuple[Any, ...]]) -> Iterator[Sysctl]:
    """Yield the settings of ``all``; those of each device come with the device."""
    for family, index, *values in messages:
        if index != _ALL or family not in _NAMES:
            continue
        prefix = f"net.{'ipv4' if family == AF_INET else 'ipv6'}.conf.all"
        for name, value in zip(_NAMES[family], values, strict=True):
            if name is not None and value is not None:
                yield Sysctl(f"{prefix}.{name}", str(value))
                if (family, name) == (AF_INET, "forwarding"):
                    yield Sysctl("net.ipv4.ip_forward", str(value))
