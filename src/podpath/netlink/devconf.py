"""Settings of each device that come with it: IFLA_INET_CONF and IFLA_INET6_CONF, the sysctls under ``conf/NAME``.

One array of numbers for each device saves reading dozens of files in ``/proc/sys``.
"""

from collections.abc import Sequence
from functools import lru_cache
from struct import unpack
from typing import Final

from podpath.netlink.layout import nested
from podpath.state.host import Sysctl

# Positions in the arrays: linux/ip.h (IPV4_DEVCONF_*, from 1) and linux/ipv6.h (DEVCONF_*, from 0). Only what decides
# over packets and neighbours is kept.
_INET: Final = (
    (1, "forwarding"), (2, "mc_forwarding"), (3, "proxy_arp"), (4, "accept_redirects"), (6, "send_redirects"),
    (7, "shared_media"), (8, "rp_filter"), (9, "accept_source_route"), (11, "log_martians"), (13, "arp_filter"),
    (15, "disable_xfrm"), (16, "disable_policy"), (18, "arp_announce"), (19, "arp_ignore"), (20, "promote_secondaries"),
    (21, "arp_accept"), (23, "accept_local"), (24, "src_valid_mark"), (25, "proxy_arp_pvlan"), (26, "route_localnet"),
    (29, "ignore_routes_with_linkdown"), (30, "drop_unicast_in_l2_multicast"), (31, "drop_gratuitous_arp"),
    (32, "bc_forwarding"),
)  # fmt: skip
_INET6: Final = (
    (0, "forwarding"), (1, "hop_limit"), (2, "mtu"), (3, "accept_ra"), (4, "accept_redirects"), (5, "autoconf"),
    (6, "dad_transmits"), (17, "accept_ra_defrtr"), (22, "proxy_ndp"), (23, "optimistic_dad"), (24, "accept_source_route"),
    (25, "mc_forwarding"), (26, "disable_ipv6"), (27, "accept_dad"),
)  # fmt: skip
NAMES: Final = {4: tuple(name for _, name in _INET), 6: tuple(name for _, name in _INET6)}
"""Settings that come with each device, by family."""

_IFLA_INET_CONF: Final = 1
_IFLA_INET6_CONF: Final = 2


def dotted(dev: str) -> str:
    """Return a device's name as a part of a sysctl's: a dot in it becomes a slash (sysctl(8))."""
    return dev.replace(".", "/")


@lru_cache(maxsize=1024)
def _rows(prefix: str, data: bytes, names: tuple[tuple[int, str], ...]) -> Sequence[Sysctl]:
    values = unpack(f"={len(data) // 4}i", data[: len(data) // 4 * 4])
    return tuple(Sysctl(f"{prefix}.{name}", str(values[at])) for at, name in names if at < len(values))


def _conf(attribute: bytes | None, number: int) -> bytes | None:
    return nested(attribute).get(number)


def settings(dev: str, inet: bytes | None, inet6: bytes | None) -> Sequence[Sysctl]:
    """Return the settings of a device.

    Args:
        dev: interface name.
        inet: AF_INET part of IFLA_AF_SPEC.
        inet6: AF_INET6 part of it.
    """
    name = dotted(dev)
    four, six = _conf(inet, _IFLA_INET_CONF), _conf(inet6, _IFLA_INET6_CONF)
    # The IPv4 array has no place for its zeroth number: position 1 stands first.
    found = list(_rows(f"net.ipv4.conf.{name}", b"\0\0\0\0" + four, _INET)) if four else []
    return [*found, *_rows(f"net.ipv6.conf.{name}", six, _INET6)] if six else found
