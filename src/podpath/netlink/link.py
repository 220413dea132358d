"""Network devices: RTM_GETLINK (linux/if_link.h; net/core/rtnetlink.c)."""

from collections.abc import Iterator
from functools import lru_cache
from struct import Struct
from typing import Any, Final, NamedTuple

from podpath.netlink import kinds
from podpath.netlink.devconf import settings
from podpath.netlink.layout import Attributes, Field, Message, nested
from podpath.netlink.route_socket import Devices, Table
from podpath.netlink.values import AF_INET, AF_INET6, mac, text
from podpath.state.link import Link, Program

_RTM_GETLINK: Final = 18
_RTEXT_FILTER_SKIP_STATS: Final = 1 << 3
_IFLA_EXT_MASK: Final = 29

# struct ifinfomsg: family, device type, index, flags, change mask.
TABLE: Final = Table(
    _RTM_GETLINK,
    bytes(16) + Struct("=HHI").pack(8, _IFLA_EXT_MASK, _RTEXT_FILTER_SKIP_STATS),
    Message(
        "BxHiII",
        Field(3),  # IFLA_IFNAME
        Field(1),  # IFLA_ADDRESS
        Field(4, "I"),  # IFLA_MTU
        Field(10, "I"),  # IFLA_MASTER
        Field(5, "I"),  # IFLA_LINK
        Field(37, "i"),  # IFLA_LINK_NETNSID
        Field(16, "B"),  # IFLA_OPERSTATE
        Field(20),  # IFLA_IFALIAS
        Field(18),  # IFLA_LINKINFO
        Field(26),  # IFLA_AF_SPEC
        Field(43),  # IFLA_XDP
    ),
)
_INFO: Final = Attributes({"kind": Field(1), "data": Field(2), "slave_kind": Field(4), "slave_data": Field(5)})
_XDP: Final = Attributes(
    {"attached": Field(2, "B"), "id": Field(4, "I"), "drv": Field(5, "I"), "skb": Field(6, "I"), "hw": Field(7, "I")}
)
_XDP_MODES: Final = {"drv": "driver", "skb": "generic", "hw": "offload"}

# linux/if.h, in the order in which iproute2 prints them.
_IFF_UP, _IFF_LOOPBACK, _IFF_RUNNING, _IFF_LOWER_UP = 0x1, 0x8, 0x40, 0x10000
_FLAGS: Final = (
    (0x8, "LOOPBACK"), (0x2, "BROADCAST"), (0x10, "POINTOPOINT"), (0x1000, "MULTICAST"), (0x80, "NOARP"), (0x200, "ALLMULTI"),
    (0x100, "PROMISC"), (0x400, "MASTER"), (0x800, "SLAVE"), (0x4, "DEBUG"), (0x8000, "DYNAMIC"), (0x4000, "AUTOMEDIA"),
    (0x2000, "PORTSEL"), (0x20, "NOTRAILERS"), (0x1, "UP"), (0x10000, "LOWER_UP"), (0x20000, "DORMANT"), (0x40000, "ECHO"),
)  # fmt: skip
_OPERSTATES: Final = ("UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP")


class _Raw(NamedTuple):
    """A message of the table."""

    family: int
    device_type: int
    ifindex: int
    flags: int
    change: int
    name: bytes | None
    address: bytes | None
    mtu: int | None
    master: int | None
    link: int | None
    link_netnsid: int | None
    operstate: int | None
    alias: bytes | None
    info: bytes | None
    af_spec: bytes | None
    xdp: bytes | None


@lru_cache(maxsize=256)
def _flags(bits: int, *, lower_down: bool) -> str | None:
    words = ["NO-CARRIER"] if bits & _IFF_UP and not bits & _IFF_RUNNING else []
    words += [word for bit, word in _FLAGS if bits & bit]
    return ",".join([*words, "M-DOWN"] if lower_down else words) or None


def rows(messages: Iterator[tuple[Any, ...]], devices: Devices) -> Iterator[NamedTuple]:
    """Yield each device, the settings of its kind, its sysctls and its XDP programs; fill in the devices' names."""
    seen = [_Raw._make(values) for values in messages]
    down = set()
    for raw in seen:
        devices[raw.ifindex] = text(raw.name) or ""
        if not raw.flags & _IFF_UP:
            down.add(raw.ifindex)
    for raw in seen:
        yield from _of_device(raw, devices, lower_down=raw.link_netnsid is None and raw.link in down)


def _of_device(raw: _Raw, devices: Devices, *, lower_down: bool) -> Iterator[NamedTuple]:
    name = devices[raw.ifindex]
    info = _INFO.decode(raw.info)
    kind = text(info.get("kind"))
    data = info.get("data")
    master = devices.get(raw.master)
    here = raw.link_netnsid is None
    yield Link(
        name, raw.ifindex, kind, mac(raw.address), raw.mtu, bool(raw.flags & _IFF_UP), bool(raw.flags & _IFF_LOWER_UP),
        _OPERSTATES[raw.operstate] if raw.operstate is not None and raw.operstate < len(_OPERSTATES) else None,
        _flags(raw.flags, lower_down=lower_down), master, devices.get(raw.link) if here else None, None if here else raw.link,
        raw.link_netnsid, text(raw.alias),
    )  # fmt: skip
    yield from kinds.rows(name, kind, data, raw.link if here else None, devices)
    if master is not None and text(info.get("slave_kind")) == "bridge":
        yield kinds.bridge_port(name, master, info.get("slave_data"))
    families = nested(raw.af_spec)
    if not raw.flags & _IFF_LOOPBACK:  # packets of the loopback device are checked by nobody: its settings decide nothing
        yield from settings(name, families.get(AF_INET), families.get(AF_INET6))
    yield from _programs(name, raw.xdp)


def _programs(name: str, data: bytes | None) -> Iterator[Program]:
    xdp = _XDP.decode(data)
    if not xdp.get("attached"):
        return
    modes = [(mode, xdp[mode]) for mode in _XDP_MODES if mode in xdp]
    for mode, identifier in modes or [("", xdp.get("id"))]:
        yield Program(name, "xdp", _XDP_MODES.get(mode, "driver"), None, identifier)
