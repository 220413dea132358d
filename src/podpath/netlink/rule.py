"""Rules of the routing policy database: RTM_GETRULE (linux/fib_rules.h; net/core/fib_rules.c)."""

from collections.abc import Iterator
from struct import unpack
from typing import Any, Final

from podpath.netlink.layout import Field, Message
from podpath.netlink.names import ip_protocol_name, table_name
from podpath.netlink.route_socket import Devices, of_family
from podpath.netlink.values import AF_INET, AF_INET6, FAMILY, big, ip, text
from podpath.state.route import Rule

_RTM_GETRULE: Final = 34
_LAYOUT: Final = Message(
    "BBBBBBBBI",  # struct fib_rule_hdr: family, dst_len, src_len, tos, table, -, -, action, flags
    Field(1),  # FRA_DST
    Field(2),  # FRA_SRC
    Field(3),  # FRA_IIFNAME
    Field(4, "I"),  # FRA_GOTO
    Field(6, "I"),  # FRA_PRIORITY
    Field(10, "I"),  # FRA_FWMARK
    Field(12),  # FRA_TUN_ID
    Field(13, "I"),  # FRA_SUPPRESS_IFGROUP
    Field(14, "I"),  # FRA_SUPPRESS_PREFIXLEN
    Field(15, "I"),  # FRA_TABLE
    Field(16, "I"),  # FRA_FWMASK
    Field(17),  # FRA_OIFNAME
    Field(19, "B"),  # FRA_L3MDEV
    Field(20, "8s"),  # FRA_UID_RANGE
    Field(22, "B"),  # FRA_IP_PROTO
    Field(23, "4s"),  # FRA_SPORT_RANGE
    Field(24, "4s"),  # FRA_DPORT_RANGE
    Field(25, "B"),  # FRA_DSCP
    Field(26),  # FRA_FLOWLABEL
    Field(27),  # FRA_FLOWLABEL_MASK
    Field(28),  # FRA_SPORT_MASK
    Field(29),  # FRA_DPORT_MASK
    Field(30, "B"),  # FRA_DSCP_MASK
)
TABLES: Final = {
    4: of_family(_RTM_GETRULE, _LAYOUT, AF_INET),
    6: of_family(_RTM_GETRULE, _LAYOUT, AF_INET6),
}
_ACTIONS: Final = {1: "lookup", 2: "goto", 3: "nop", 6: "blackhole", 7: "unreachable", 8: "prohibit"}
_INVERT: Final = 0x2
_NO_SUPPRESSION: Final = 0xFFFFFFFF
_ALL_DSCP: Final = 0x3F
_FULL_MASK: Final = 0xFFFFFFFF


def _range(data: bytes | None, code: str) -> str | None:
    if data is None:
        return None
    first, last = unpack(f"={code}{code}", data)
    return str(first) if first == last and code == "H" else f"{first}-{last}"


def rows(messages: Iterator[tuple[Any, ...]], devices: Devices) -> Iterator[Rule]:
    """Yield each rule."""
    del devices
    for values in messages:
        family, dst_len, src_len, tos, table, _, _, action, flags, dst, src, iif, goto, priority, mark, tunnel, group, *rest = (
            values
        )
        if family not in FAMILY:
            continue
        suppress, long_table, mask, oif, l3mdev, uids, proto, sport, dport, dscp, *masked, dscp_mask = rest
        word = _ACTIONS.get(action, str(action))
        whole = dscp_mask in {None, _ALL_DSCP}
        more = " ".join(filter(None, (
            "[l3mdev-table]" if l3mdev else "", f"tun_id {big(tunnel)}" if tunnel else "",
            f"suppress_ifgroup {group}" if group not in {None, _NO_SUPPRESSION} else "",
            "" if whole or dscp is None else f"dscp {dscp:#x}/{dscp_mask:#x}", "flowlabel" if masked[0] is not None else "",
            "ports with a mask" if any(part not in {None, b"\xff\xff"} for part in masked[2:]) else "",
        )))  # fmt: skip
        yield Rule(
            FAMILY[family], priority or 0, word,
            table_name(table if long_table is None else long_table) if word == "lookup" and not l3mdev else None,
            bool(flags & _INVERT), ip(src), src_len if src is not None else None, ip(dst), dst_len if dst is not None else None,
            text(iif), text(oif), mark, (_FULL_MASK if mask is None else mask) if mark is not None else None,
            ip_protocol_name(proto) if proto else None, _range(sport, "H"), _range(dport, "H"), _range(uids, "I"),
            None if suppress in {None, _NO_SUPPRESSION} else suppress, goto if word == "goto" else None, more or None,
            tos or None, dscp if whole else None,
        )  # fmt: skip
