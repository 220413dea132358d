"""Types of nftables' values, and their constants in words (nft(8), DATA TYPES; nft -j prints the same words)."""

from collections.abc import Callable
from functools import partial, reduce
from operator import and_, or_, rshift, xor
from typing import Any, Final

from podpath.language import tr
from podpath.state.address import V4_BASE, parse_ip, parse_mac
from podpath.walk.netfilter.protocols import port_number, protocol_number

Json = Any  # what orjson gives

UNREAD: Final = "(unread)"
"""Name of a statement for words that podpath cannot read; its value is those words."""

_STATE: Final = {"invalid": 1, "established": 2, "related": 4, "new": 8, "untracked": 64}
_STATUS: Final = {"expected": 1, "seen-reply": 2, "assured": 4, "confirmed": 8, "snat": 16, "dnat": 32, "dying": 512}
_TCP: Final = {"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32, "ecn": 64, "cwr": 128}
_ICMP: Final = {
    "echo-reply": 0, "destination-unreachable": 3, "source-quench": 4, "redirect": 5, "echo-request": 8,
    "router-advertisement": 9, "router-solicitation": 10, "time-exceeded": 11, "parameter-problem": 12, "timestamp-request": 13,
    "timestamp-reply": 14, "info-request": 15, "info-reply": 16, "address-mask-request": 17, "address-mask-reply": 18,
}  # fmt: skip
_ICMPV6: Final = {
    "destination-unreachable": 1, "packet-too-big": 2, "time-exceeded": 3, "parameter-problem": 4, "echo-request": 128,
    "echo-reply": 129, "mld-listener-query": 130, "mld-listener-report": 131, "mld-listener-done": 132,
    "mld-listener-reduction": 132, "nd-router-solicit": 133, "nd-router-advert": 134, "nd-neighbor-solicit": 135,
    "nd-neighbor-advert": 136, "nd-redirect": 137, "router-renumbering": 138, "ind-neighbor-solicit": 141,
    "ind-neighbor-advert": 142, "mld2-listener-report": 143,
}  # fmt: skip
_CODE: Final = {
    "net-unreachable": 0, "host-unreachable": 1, "prot-unreachable": 2, "port-unreachable": 3, "frag-needed": 4,
    "net-prohibited": 9, "host-prohibited": 10, "admin-prohibited": 13,
}  # fmt: skip
_CODE6: Final = {
    "no-route": 0, "admin-prohibited": 1, "addr-unreachable": 3, "port-unreachable": 4, "policy-fail": 5, "reject-route": 6,
}  # fmt: skip
_DSCP: Final = {
    "cs0": 0, "ef": 0x2E, "va": 0x2C, "le": 1, "lephb": 1, "df": 0, "be": 0,
} | {f"cs{at}": at << 3 for at in range(8)} | {
    f"af{group}{drop}": (group << 3) | (drop << 1) for group in range(1, 5) for drop in range(1, 4)
}  # fmt: skip
_LINKS: Final = {
    "ether": "ether",
    "loopback": "loopback",
    "ppp": "ppp",
    "ipip": "ipip",
    "ipip6": "tunnel6",
    "sit": "sit",
    "ipgre": "gre",
}
WORDS: Final[dict[str, dict[str, Any]]] = {
    "ct_state": _STATE,
    "ct_status": _STATUS,
    "devgroup": {"default": 0},
    "ct_dir": {"original": 0, "reply": 1},
    "tcp_flag": _TCP,
    "icmp_type": _ICMP,
    "icmpv6_type": _ICMPV6,
    "icmp_code": _CODE,
    "icmpv6_code": _CODE6,
    "dscp": _DSCP,
    "ecn": {"not-ect": 0, "ect1": 1, "ect0": 2, "ce": 3},
    "nf_proto": {"ipv4": 2, "ipv6": 10, "ip": 2, "ip6": 10},
    "ether_type": {"ip": 0x0800, "ip6": 0x86DD, "arp": 0x0806, "vlan": 0x8100, "8021q": 0x8100, "8021ad": 0x88A8},
    "pkt_type": {"host": "unicast", "unicast": "unicast", "broadcast": "broadcast", "multicast": "multicast", "other": "other"},
    "iface_type": dict(_LINKS),
    "arp_op": {"request": 1, "reply": 2, "rrequest": 3, "rreply": 4, "inrequest": 8, "inreply": 9, "nak": 10},
}
OPERATIONS: Final[dict[str, Callable[[int, int], int]]] = {
    "&": and_, "|": or_, "^": xor, "<<": lambda value, bits: (value << bits) & 0xFFFF_FFFF, ">>": rshift,
}  # fmt: skip
ADDRESSES: Final = frozenset(("ipv4_addr", "ipv6_addr"))
_TEXTS: Final = frozenset(("ifname", "string", "fib_addrtype", "iface_index", "pkt_type", "iface_type", "ct_helper"))


def constant(value: Json, kind: str) -> Any:  # noqa: ANN401 - numbers and words
    """Return a constant as what expressions of its type give.

    Raises:
        ValueError: there is no such constant.
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return _flags(value, kind)
    if isinstance(value, dict):
        name, operands = next(iter(value.items()))
        if name not in OPERATIONS:
            raise ValueError(tr("{value} is not a constant", value=value))
        return reduce(partial(computed, name, kind), (int(constant(one, kind)) for one in operands))
    if isinstance(value, int):
        return str(value) if kind in _TEXTS else value
    return _word(str(value), kind)


def is_constant(value: Json) -> bool:
    """Say whether a value asks nothing of the packet: a word, words that are flags, or constants that are calculated with."""
    if isinstance(value, dict):
        name, operands = next(iter(value.items()))
        return name in OPERATIONS and all(map(is_constant, operands))
    return True


def computed(operation: str, kind: Any, left: int, right: int) -> int:  # noqa: ANN401 - a type
    """Calculate as the kernel does with the bits of a value (nft_bitwise.c)."""
    base = V4_BASE if kind == "ipv4_addr" else 0  # an address is more than its bits
    return base + OPERATIONS[operation](left - base if left >= base else left, right - base if right >= base else right)


def _flags(values: list[Json], kind: str) -> int:
    bits = 0
    for one in values:
        bits |= int(constant(one, kind))
    return bits


def _word(text: str, kind: str) -> Any:  # noqa: ANN401 - numbers and words
    known = WORDS.get(kind)
    if known is not None and text in known:
        return known[text]
    if kind in ADDRESSES:
        return parse_ip(text)
    if kind in _TEXTS:
        return text
    if kind == "ether_addr":
        return parse_mac(text)
    if kind == "inet_proto":
        return protocol_number(text)
    if kind == "inet_service":
        return port_number(text)
    try:
        return int(text, 0)
    except ValueError:
        try:
            return parse_ip(text)
        except ValueError:
            raise ValueError(tr('"{text}" is not a valid {kind}', text=text, kind=kind)) from None


# What fields of headers hold, by protocol and field.
FIELDS: Final = {
    **{(proto, side): "inet_service" for proto in ("tcp", "udp", "udplite", "sctp", "dccp", "th") for side in ("sport", "dport")},
    **{("ip", side): "ipv4_addr" for side in ("saddr", "daddr")},
    **{("ip6", side): "ipv6_addr" for side in ("saddr", "daddr")},
    **{("ether", side): "ether_addr" for side in ("saddr", "daddr")},
    ("ip", "protocol"): "inet_proto",
    ("ip6", "nexthdr"): "inet_proto",
    ("ip", "dscp"): "dscp",
    ("ip6", "dscp"): "dscp",
    ("ip", "ecn"): "ecn",
    ("ip6", "ecn"): "ecn",
    ("tcp", "flags"): "tcp_flag",
    ("icmp", "type"): "icmp_type",
    ("icmp", "code"): "icmp_code",
    ("icmpv6", "type"): "icmpv6_type",
    ("icmpv6", "code"): "icmpv6_code",
    ("ether", "type"): "ether_type",
    ("arp", "operation"): "arp_op",
    ("arp", "ptype"): "ether_type",
    **{("arp", f"{side} ip"): "ipv4_addr" for side in ("saddr", "daddr")},
    **{("arp", f"{side} ether"): "ether_addr" for side in ("saddr", "daddr")},
}
META: Final = {
    "iifname": "ifname", "oifname": "ifname", "iif": "iface_index", "oif": "iface_index", "iiftype": "iface_type",
    "oiftype": "iface_type", "iifkind": "string", "oifkind": "string", "l4proto": "inet_proto", "nfproto": "nf_proto",
    "protocol": "ether_type", "pkttype": "pkt_type", "ibrname": "ifname", "obrname": "ifname", "ibridgename": "ifname",
    "obridgename": "ifname", "sdifname": "ifname", "iifgroup": "devgroup", "oifgroup": "devgroup",
}  # fmt: skip
TRACKED: Final = {
    "state": "ct_state", "status": "ct_status", "direction": "ct_dir", "protocol": "inet_proto", "l3proto": "nf_proto",
    "ip saddr": "ipv4_addr", "ip daddr": "ipv4_addr", "ip6 saddr": "ipv6_addr", "ip6 daddr": "ipv6_addr", "saddr": "ipv4_addr",
    "daddr": "ipv4_addr", "proto-src": "inet_service", "proto-dst": "inet_service", "helper": "ct_helper",
}  # fmt: skip


def kind_of(expression: Json) -> Any:  # noqa: ANN401 - a type, or a tuple of types
    """Return the type of what an expression gives; a tuple for a concatenation."""
    if not isinstance(expression, dict):
        return "integer"
    name, inner = next(iter(expression.items()))
    if name == "payload":
        return FIELDS.get((inner.get("protocol"), inner.get("field")), "integer")
    if name == "meta":
        return META.get(inner.get("key"), "integer")
    if name == "ct":
        return TRACKED.get(inner.get("key"), "integer")
    if name == "fib":
        return {"type": "fib_addrtype", "oif": "iface_index", "oifname": "ifname"}.get(inner.get("result"), "integer")
    if name == "concat":
        return tuple(kind_of(part) for part in inner)
    if name in OPERATIONS:
        return next((kind for kind in map(kind_of, inner) if kind != "integer"), "integer")
    return "integer"
