"""Routes of all tables, and what their next hops have learned: RTM_GETROUTE.

linux/rtnetlink.h; net/ipv4/fib_semantics.c, net/ipv6/route.c. A dump that does not ask for strict checking holds both. Linux
before 5.3 leaves out what IPv4's next hops have learned.
"""

from collections.abc import Iterator
from struct import Struct
from typing import Any, Final

from podpath.netlink.layout import Attributes, Field, Message, nested
from podpath.netlink.names import ROUTE_TYPES, flag_words, protocol_name, scope_name, table_name
from podpath.netlink.route_socket import Devices, of_family
from podpath.netlink.values import AF_INET, AF_INET6, FAMILY, ip, number
from podpath.state.address import V4, V4_BASE, Ip
from podpath.state.route import Route, RouteException

_RTM_GETROUTE: Final = 26
_LAYOUT: Final = Message(
    "BBBBBBBBI",  # struct rtmsg: family, dst_len, src_len, tos, table, protocol, scope, type, flags
    Field(1),  # RTA_DST
    Field(2),  # RTA_SRC
    Field(4, "I"),  # RTA_OIF
    Field(5),  # RTA_GATEWAY
    Field(6, "I"),  # RTA_PRIORITY
    Field(7),  # RTA_PREFSRC
    Field(8),  # RTA_METRICS
    Field(9),  # RTA_MULTIPATH
    Field(15, "I"),  # RTA_TABLE
    Field(18),  # RTA_VIA: family, then an address of it
    Field(30, "I"),  # RTA_NH_ID
)
TABLES: Final = {
    4: of_family(_RTM_GETROUTE, _LAYOUT, AF_INET),
    6: of_family(_RTM_GETROUTE, _LAYOUT, AF_INET6),
}

_CLONED: Final = 0x200  # RTM_F_CLONED: an exception, no entry of a table
_REDIRECTED: Final = 0x40000  # RTCF_REDIRECTED (linux/in_route.h)
_RTAX_LOCK: Final = 1
_NHF_UNRESOLVED: Final = 0x40
# RTNH_F_*, RTM_F_* (linux/rtnetlink.h), in the order in which iproute2 prints them.
_FLAGS: Final = (
    (0x01, "dead"), (0x04, "onlink"), (0x02, "pervasive"), (0x08, "offload"), (0x40, "trap"), (0x100, "notify"),
    (0x10, "linkdown"), (0x20, "unresolved"), (0x4000, "rt_offload"), (0x8000, "rt_trap"), (0x20000000, "rt_offload_failed"),
)  # fmt: skip
_RTAX_MTU: Final = 2
_HOP: Final = Struct("=HBBi")  # struct rtnexthop: length, flags, hops (weight - 1), device
_HOP_FIELDS: Final = Attributes({"gateway": Field(5), "via": Field(18)})
_ANY: Final = {4: Ip(V4_BASE), 6: Ip(0)}


def rows(messages: Iterator[tuple[Any, ...]], devices: Devices) -> Iterator[Route | RouteException]:
    """Yield each next hop of each route, and each exception."""
    for values in messages:
        family, dst_len, src_len, tos, table, proto, scope, kind, flags, dst, src, oif, gateway, *rest = values
        if family not in FAMILY:
            continue
        if flags & _CLONED:
            yield from _exception(values, devices)
            continue
        metric, prefsrc, metrics, hops, long_table, via, nhid = rest
        v = FAMILY[family]
        route = Route(
            v, table_name(table if long_table is None else long_table), ROUTE_TYPES.get(kind) or str(kind),
            _ANY[v] if dst is None else ip(dst) or _ANY[v], dst_len,
            ip(gateway) if gateway is not None else ip(via[2:]) if via is not None else None,
            devices[oif] if oif else None, protocol_name(proto), scope_name(scope),
            ip(prefsrc), metric, flag_words(flags, _FLAGS) if flags else None, 0, None, nhid,
            number(nested(metrics).get(_RTAX_MTU)) if metrics is not None else None,
            ip(src), src_len if src is not None else None, tos or None,
        )  # fmt: skip
        if hops is None:
            yield route
        else:
            yield from _hops(route, hops, flags, devices)


def _exception(values: tuple[Any, ...], devices: Devices) -> Iterator[RouteException]:
    family, _, _, _, table, _, _, _, flags, dst, _, oif, gateway, metric, _, metrics, _, long_table, via, _ = values
    to, v = ip(dst), FAMILY[family]
    if to is None:
        return
    known = nested(metrics)
    locked = bool((number(known.get(_RTAX_LOCK)) or 0) & 1 << _RTAX_MTU)
    hop = ip(gateway) if gateway is not None else ip(via[2:]) if via is not None else None
    redirected = bool(flags & _REDIRECTED) if v == V4 else None
    name = table_name(table if long_table is None else long_table)
    yield RouteException(v, to, devices.get(oif), hop, redirected, number(known.get(_RTAX_MTU)), locked, name, metric)


def _hops(route: Route, data: bytes, flags: int, devices: Devices) -> Iterator[Route]:
    at = position = 0
    while at + _HOP.size <= len(data):
        length, its_flags, more, oif = _HOP.unpack_from(data, at)
        if length < _HOP.size:
            return
        fields = _HOP_FIELDS.decode(data[at + _HOP.size : at + length])
        via = fields.get("gateway") or (fields["via"][2:] if "via" in fields else None)
        words = ",".join(filter(None, (flag_words(flags, _FLAGS), flag_words(its_flags, _FLAGS))))
        yield route._replace(via=ip(via), dev=devices.get(oif), flags=words or None, hop=position, weight=more + 1)
        at, position = at + ((length + 3) & ~3), position + 1
