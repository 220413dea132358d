"""Tracked connections and their statistics: ctnetlink (linux/netfilter/nfnetlink_conntrack.h)."""

from collections.abc import Iterator
from typing import Any, Final

from podpath.netlink.layout import Attributes, Field, Message, nested
from podpath.netlink.names import flag_words, ip_protocol_name
from podpath.netlink.route_socket import Table
from podpath.netlink.values import FAMILY, big, ip
from podpath.state.address import Ip
from podpath.state.conntrack import ConntrackEntry
from podpath.state.host import Counter

NETLINK_NETFILTER: Final = 12
_NFNL_SUBSYS_CTNETLINK: Final = 1
_IPCTNL_MSG_CT_GET: Final = 1
_IPCTNL_MSG_CT_GET_STATS_CPU: Final = 4

TABLE: Final = Table(
    _NFNL_SUBSYS_CTNETLINK << 8 | _IPCTNL_MSG_CT_GET,
    bytes(4),  # struct nfgenmsg: family, version, resource
    Message("BB2s", Field(1), Field(2), Field(3), Field(4), Field(7), Field(8), Field(18)),
)
STATISTICS: Final = Table(
    _NFNL_SUBSYS_CTNETLINK << 8 | _IPCTNL_MSG_CT_GET_STATS_CPU,
    bytes(4),
    Message("BB2s", Field(4), Field(9), Field(10), Field(11), Field(12), Field(15)),
)
_STATISTICS: Final = ("Invalid", "InsertFailed", "Drop", "EarlyDrop", "Error", "ChainTooLong")

_TUPLE: Final = Attributes({"ip": Field(1), "proto": Field(2)})
_IP: Final = Attributes({"src": Field(1), "dst": Field(2), "src6": Field(3), "dst6": Field(4)})
_PROTO: Final = Attributes(
    {"num": Field(1, "B"), "sport": Field(2), "dport": Field(3), "icmp_id": Field(4), "icmp6_id": Field(7)}
)
_TCP_STATES: Final = ("NONE", "SYN_SENT", "SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE",
                      "SYN_SENT2")  # fmt: skip
# enum ip_conntrack_status (linux/netfilter/nf_conntrack_common.h), as words.
_SEEN_REPLY: Final = 0x2
_STATUS: Final = (
    (0x001, "EXPECTED"), (0x004, "ASSURED"), (0x010, "SRC_NAT"), (0x020, "DST_NAT"), (0x200, "DYING"), (0x400, "FIXED_TIMEOUT"),
    (0x800, "TEMPLATE"), (0x2000, "HELPER"), (0x4000, "OFFLOAD"), (0x8000, "HW_OFFLOAD"),
)  # fmt: skip

_Ends = tuple[int, Ip | None, Ip | None, int | None, int | None]


def _ends(data: bytes | None) -> _Ends:
    """Return (protocol, source, destination, source port, destination port) of a direction."""
    parts = _TUPLE.decode(data)
    addresses, proto = _IP.decode(parts.get("ip")), _PROTO.decode(parts.get("proto"))
    source = addresses.get("src") or addresses.get("src6")
    target = addresses.get("dst") or addresses.get("dst6")
    identifier = big(proto.get("icmp_id") or proto.get("icmp6_id"))
    return (
        proto.get("num", 0), ip(source), ip(target), big(proto.get("sport")) if "sport" in proto else identifier,
        big(proto.get("dport")),
    )  # fmt: skip


def _state(data: bytes | None) -> str | None:
    for layers in nested(data).values():
        state = nested(layers).get(1, b"")
        if len(state) == 1 and state[0] < len(_TCP_STATES):
            return _TCP_STATES[state[0]]
    return None


def _status(bits: int) -> str | None:
    words = [flag_words(bits, _STATUS)] if bits & _SEEN_REPLY else ["UNREPLIED", flag_words(bits, _STATUS)]
    return ",".join(filter(None, words)) or None


def rows(messages: Iterator[tuple[Any, ...]]) -> Iterator[ConntrackEntry]:
    """Yield each connection."""
    for family, _, _, original, reply, status, protocol, timeout, mark, zone in messages:
        number, src, dst, sport, dport = _ends(original)
        _, reply_src, reply_dst, reply_sport, reply_dport = _ends(reply)
        if src is None or dst is None or reply_src is None or reply_dst is None:
            continue
        yield ConntrackEntry(
            FAMILY.get(family, 4), ip_protocol_name(number), src, dst, sport, dport, reply_src, reply_dst, reply_sport,
            reply_dport, _state(protocol), _status(big(status) or 0), big(timeout), big(mark), big(zone) or 0,
        )  # fmt: skip


def counters(messages: Iterator[tuple[Any, ...]]) -> Iterator[Counter]:
    """Yield the error counters since boot, summed over all processors (``conntrack -S``)."""
    sums = [0] * len(_STATISTICS)
    for _, _, _, *values in messages:
        sums = [total + (big(value) or 0) for total, value in zip(sums, values, strict=True)]
    for name, total in zip(_STATISTICS, sums, strict=True):
        yield Counter(f"Conntrack{name}", total)
