"""What each kind of device adds to a device: IFLA_INFO_DATA and IFLA_INFO_SLAVE_DATA (linux/if_link.h, linux/if_tunnel.h)."""

from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from podpath.netlink.layout import Attributes, Field
from podpath.netlink.route_socket import Devices
from podpath.netlink.values import big, number, some_ip
from podpath.state.link import Bond, Bridge, BridgePort, Ipvlan, Macvlan, Tunnel, Vlan, Vrf, Vxlan

Values = dict[str, Any]
Maker = Callable[[str, Values, int | None, Devices], NamedTuple]

_VXLAN: Final = Attributes(
    {
        "id": Field(1, "I"),  # IFLA_VXLAN_ID
        "group": Field(2),
        "link": Field(3, "I"),
        "local": Field(4),
        "learning": Field(7, "B"),
        "port": Field(15),  # network byte order
        "group6": Field(16),
        "local6": Field(17),
        "external": Field(25),  # IFLA_VXLAN_COLLECT_METADATA: u8
        "df": Field(29, "B"),
    }
)
_BRIDGE: Final = Attributes(
    {
        "ageing": Field(4, "I"),  # IFLA_BR_AGEING_TIME, in clock ticks of 1/100 s
        "stp": Field(5, "I"),
        "vlan_filtering": Field(7, "B"),
        "bridge_id": Field(11),
        "nf_call_iptables": Field(36, "B"),
    }
)
_PORT: Final = Attributes(
    {
        "state": Field(1, "B"),  # IFLA_BRPORT_STATE
        "hairpin": Field(4, "B"),
        "learning": Field(8, "B"),
        "flood": Field(9, "B"),
        "number": Field(18, "H"),
        "neigh_suppress": Field(32, "B"),
        "isolated": Field(33, "B"),
    }
)
_PORT_STATES: Final = ("disabled", "listening", "learning", "forwarding", "blocking")  # linux/if_bridge.h

# linux/if_tunnel.h has one enum for ipip, sit and ip6tnl, and another for gre; vti has a third.
_IPTUN: Final = Attributes({"link": Field(1, "I"), "local": Field(2), "remote": Field(3), "pmtudisc": Field(10, "B")})
_GRE: Final = Attributes(
    {"link": Field(1, "I"), "ikey": Field(4), "okey": Field(5), "local": Field(6), "remote": Field(7), "pmtudisc": Field(10, "B")}
)
_VTI: Final = Attributes({"link": Field(1, "I"), "ikey": Field(2), "okey": Field(3), "local": Field(4), "remote": Field(5)})
_GENEVE: Final = Attributes(
    {"id": Field(1, "I"), "remote": Field(2), "port": Field(5), "remote6": Field(7), "df": Field(13, "B")}
)
_NO_DATA: Final = Attributes({})
_TUNNELS: Final = {
    "ipip": _IPTUN, "sit": _IPTUN, "ip6tnl": _IPTUN, "gre": _GRE, "gretap": _GRE, "erspan": _GRE, "ip6gre": _GRE,
    "ip6gretap": _GRE, "ip6erspan": _GRE, "vti": _VTI, "vti6": _VTI, "geneve": _GENEVE, "wireguard": _NO_DATA,
}  # fmt: skip

_IPV6: Final = frozenset(("ip6tnl", "ip6gre", "ip6gretap", "ip6erspan", "vti6"))
"""Kinds whose outer packets are IPv6: nobody cuts those."""

_VLAN: Final = Attributes({"id": Field(1, "H"), "protocol": Field(5)})
_VLAN_PROTOCOLS: Final = {0x8100: "802.1Q", 0x88A8: "802.1ad"}
_MACVLAN: Final = Attributes({"mode": Field(1, "I")})
_MACVLAN_MODES: Final = {1: "private", 2: "vepa", 4: "bridge", 8: "passthru", 16: "source"}
_IPVLAN: Final = Attributes({"mode": Field(1, "H"), "flags": Field(2, "H")})
_IPVLAN_MODES: Final = ("l2", "l3", "l3s")
_IPVLAN_FLAGS: Final = {0: "bridge", 1: "private", 2: "vepa"}
_BOND: Final = Attributes({"mode": Field(1, "B"), "active": Field(2, "I")})
_BOND_MODES: Final = ("balance-rr", "active-backup", "balance-xor", "broadcast", "802.3ad", "balance-tlb", "balance-alb")
_VRF: Final = Attributes({"table": Field(1, "I")})


def _at(words: tuple[str | None, ...], index: int | None) -> str | None:
    return words[index] if index is not None and index < len(words) else None


_DF: Final = (None, "set", "inherit")  # enum ifla_vxlan_df, enum ifla_geneve_df


def _vxlan(name: str, data: Values, lower: int | None, devices: Devices) -> Vxlan:
    del lower
    remote = some_ip(data.get("group")) or some_ip(data.get("group6"))
    local = some_ip(data.get("local")) or some_ip(data.get("local6"))
    return Vxlan(
        name, data.get("id"), big(data.get("port")), local, devices.get(data.get("link")), remote, bool(data.get("learning")),
        bool(number(data.get("external"))), _at(_DF, data.get("df")),
    )  # fmt: skip


def _bridge(name: str, data: Values, lower: int | None, devices: Devices) -> Bridge:
    del lower, devices
    identifier, ageing = data.get("bridge_id"), data.get("ageing")
    return Bridge(
        name,
        # As iproute2 prints it: the priority, then the MAC without leading zeroes.
        None if identifier is None else f"{identifier[:2].hex()}.{':'.join(f'{byte:x}' for byte in identifier[2:])}",
        None if data.get("stp") is None else bool(data["stp"]),
        None if data.get("vlan_filtering") is None else bool(data["vlan_filtering"]),
        None if ageing is None else ageing / 100,
        None if data.get("nf_call_iptables") is None else bool(data["nf_call_iptables"]),
    )


def bridge_port(name: str, master: str, raw: bytes | None) -> BridgePort:
    """Return a port of a bridge from its IFLA_INFO_SLAVE_DATA."""
    data = _PORT.decode(raw)

    def on(key: str) -> bool | None:
        return None if key not in data else bool(data[key])

    return BridgePort(
        name, master, data.get("number"), _at(_PORT_STATES, data.get("state")), on("hairpin"), on("isolated"), on("learning"),
        on("flood"), on("neigh_suppress"),
    )  # fmt: skip


def _tunnel(kind: str) -> Maker:
    def make(name: str, data: Values, lower: int | None, devices: Devices) -> Tunnel:
        key = data["id"] if "id" in data else big(data.get("okey")) or big(data.get("ikey"))
        remote = some_ip(data.get("remote")) or some_ip(data.get("remote6"))
        port = big(data.get("port"))
        df = "inherit" if data.get("pmtudisc") == 0 and kind not in _IPV6 else _at(_DF, data.get("df"))
        dev = devices.get(data.get("link")) or devices.get(lower)
        return Tunnel(name, kind, some_ip(data.get("local")), remote, key, port, dev, df)

    return make


def _vlan(name: str, data: Values, lower: int | None, devices: Devices) -> Vlan:
    del lower, devices
    protocol = big(data.get("protocol"))
    return Vlan(name, data.get("id", 0), None if protocol is None else _VLAN_PROTOCOLS.get(protocol, f"{protocol:#06x}"))


def _macvlan(name: str, data: Values, lower: int | None, devices: Devices) -> Macvlan:
    del lower, devices
    return Macvlan(name, _MACVLAN_MODES.get(data.get("mode", 0)))


def _ipvlan(name: str, data: Values, lower: int | None, devices: Devices) -> Ipvlan:
    del lower, devices
    return Ipvlan(name, _at(_IPVLAN_MODES, data.get("mode")), _IPVLAN_FLAGS.get(data.get("flags", 0)))


def _bond(name: str, data: Values, lower: int | None, devices: Devices) -> Bond:
    del lower
    return Bond(name, _at(_BOND_MODES, data.get("mode")), devices.get(data.get("active")))


def _vrf(name: str, data: Values, lower: int | None, devices: Devices) -> Vrf:
    del lower, devices
    return Vrf(name, data.get("table", 0))


_KINDS: Final[dict[str, tuple[Attributes, Maker]]] = {
    "vxlan": (_VXLAN, _vxlan),
    "bridge": (_BRIDGE, _bridge),
    "vlan": (_VLAN, _vlan),
    "macvlan": (_MACVLAN, _macvlan),
    "macvtap": (_MACVLAN, _macvlan),
    "ipvlan": (_IPVLAN, _ipvlan),
    "ipvtap": (_IPVLAN, _ipvlan),
    "bond": (_BOND, _bond),
    "vrf": (_VRF, _vrf),
    **{kind: (layout, _tunnel(kind)) for kind, layout in _TUNNELS.items()},
}


def rows(name: str, kind: str | None, data: bytes | None, lower: int | None, devices: Devices) -> Iterator[NamedTuple]:
    """Yield the rows that a device has because of its kind.

    Args:
        name: interface name.
        kind: kind, as the driver calls it.
        data: IFLA_INFO_DATA.
        lower: index of the lower device in the same namespace.
        devices: names of the namespace's devices.
    """
    known = _KINDS.get(kind or "")
    if known is not None:
        layout, make = known
        yield make(name, layout.decode(data), lower, devices)
