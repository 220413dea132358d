"""Expressions of nftables: what they give for a packet (net/netfilter/nft_payload.c, nft_meta.c, nft_ct.c, nft_fib.c …)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from shlex import quote
from typing import Any, Final

from podpath.language import tr
from podpath.state.address import V4, Mac, family_of
from podpath.walk.netfilter.connection import Connection
from podpath.walk.netfilter.interface import AddressType, Doubt, Hook
from podpath.walk.netfilter.nft.sets import MISSING, Elements, inline
from podpath.walk.netfilter.nft.types import OPERATIONS, WORDS, Json, computed, constant, is_constant, kind_of
from podpath.walk.netfilter.path import Coin, Given
from podpath.walk.netfilter.protocols import packet_protocol
from podpath.walk.netfilter.sight import Sight, taker_of
from podpath.walk.packet import ARP

BREAK: Final = object()
"""The packet has no such field: the rule does not match (NFT_BREAK)."""

Value = Any
Values = list[tuple[Given, Value]]
_MOST_SIDES: Final = 1024
_CONSTANTS: Final = frozenset(("range", "prefix", "set"))
_PORTED: Final = frozenset(("tcp", "udp", "udplite", "sctp", "dccp"))

_CARRIERS: Final = {"vxlan": "udp", "geneve": "udp", "gre": "gre", "gretap": "gre"}
"""Tunnels whose inner packets rules can match, and the protocol that carries them (nft_inner.c)."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What an expression needs besides itself.

    Attributes:
        sight: the packet.
        sets: named sets and maps of the table.
        fresh: numbers coins.
        layer: family of the table.
    """

    sight: Sight
    sets: Mapping[str, Elements]
    fresh: Callable[[], int]
    layer: str


def evaluate(expression: Json, asking: Asking) -> Values:
    """Return what an expression can give, each with what it rests on: a value, a Doubt, or BREAK where nothing is there."""
    if not isinstance(expression, dict):
        return [((), expression)]
    name, inner = next(iter(expression.items()))
    if name in _CONSTANTS:
        return [((), expression)]
    ask = _ASK.get(name)
    if ask is None:
        return [((), Doubt(tr("the value of the expression {name}", name=name), ""))]
    return ask(inner, asking)


def one(value: Value) -> Values:
    """Return a value that rests on nothing."""
    return [((), value)]


def _unknown(what: str, command: str = "") -> Values:
    return one(Doubt(tr("{what} is not known", what=what), command))


def _payload(inner: Json, asking: Asking) -> Values:
    if "field" not in inner:
        return _raw(inner, asking.sight)
    proto, name = inner["protocol"], inner["field"]
    if asking.sight.packet.proto == ARP and proto not in {"ether", "vlan", "arp"}:
        return one(BREAK)
    tunnel = inner.get("tunnel", proto)
    if tunnel in _CARRIERS:
        if asking.sight.packet.proto != _CARRIERS[tunnel]:
            return one(BREAK)
        return _unknown(tr("the fields of the packet inside {tunnel}", tunnel=tunnel))
    if proto in {"ip", "ip6"}:
        return _network(proto, name, asking.sight)
    if proto in {"ether", "vlan", "arp"}:
        return _link(proto, name, asking)
    packet = asking.sight.packet
    if proto == "th":
        if packet.proto not in _PORTED:
            return _unknown(tr("the fields of its transport header"))
    elif packet_protocol(packet.proto) != packet_protocol("ipcomp" if proto == "comp" else proto):
        return one(BREAK)
    return _transport(name, asking.sight)


def _network(proto: str, name: str, sight: Sight) -> Values:
    packet = sight.packet
    if (proto == "ip") is not (packet.family == V4):
        return one(BREAK)
    simple = {
        "saddr": packet.src, "daddr": packet.dst, "protocol": packet_protocol(packet.proto), "ttl": packet.ttl,
        "nexthdr": packet_protocol(packet.proto), "hoplimit": packet.ttl, "dscp": packet.tos >> 2, "ecn": packet.tos & 3,
        "length": packet.length if proto == "ip" else packet.length - 40, "version": 4 if proto == "ip" else 6, "hdrlength": 5,
        "frag-off": 0x4000 if packet.dont_fragment else 0,
    }  # fmt: skip
    return one(simple[name]) if name in simple else _unknown(f"its {proto} {name}")


def _link(proto: str, name: str, asking: Asking) -> Values:
    context = asking.sight.context
    if proto == "arp":
        return _arp(name, asking.sight)
    if proto == "vlan":
        if context.vlan is None:
            return one(BREAK)
        return one(context.vlan) if name == "id" else _unknown(f"its VLAN {name}")
    if name == "type":
        return one(_ether_type(asking.sight))
    mac = context.smac if name == "saddr" else context.dmac
    device = asking.sight.device(context.iif)
    if mac is None and (context.iif is None or (device is not None and device.link != "ether")):
        return one(BREAK)
    return _unknown(tr("the MAC of its frame")) if mac is None else one(mac)


def _raw(inner: Json, sight: Sight) -> Values:
    """Return bytes by their place; nft writes the frame's protocol so where it does not know it again (``@ll,96,16``)."""
    place = (inner.get("base"), inner.get("offset"), inner.get("len"))
    device = sight.device(sight.context.iif)
    if place == ("ll", 96, 16) and device is not None and device.link in {"ether", "loopback"}:
        return one(_ether_type(sight))
    return _unknown(tr("the value of those bytes of the packet"))


def _ether_type(sight: Sight) -> int:
    name = "arp" if sight.packet.proto == ARP else "ip" if sight.family == V4 else "ip6"
    return int(WORDS["ether_type"][name])


def _arp(name: str, sight: Sight) -> Values:
    """Return a field of an ARP packet for IPv4 on Ethernet (RFC 826)."""
    packet = sight.packet
    if packet.proto != ARP:
        return one(BREAK)
    simple: dict[str, Value] = {
        "htype": 1, "ptype": WORDS["ether_type"]["ip"], "hlen": 6, "plen": 4, "operation": packet.icmp_type or 1,
        "saddr ip": packet.src, "daddr ip": packet.dst,
    }  # fmt: skip
    if name == "saddr ether" and sight.context.smac is not None:
        return one(sight.context.smac)
    target = Mac(0) if packet.icmp_type == 1 else sight.context.dmac  # a question does not know it
    if name == "daddr ether" and target is not None:
        return one(target)
    return one(simple[name]) if name in simple else _unknown(tr("its arp {name}", name=name))


def _transport(name: str, sight: Sight) -> Values:
    packet = sight.packet
    if name == "flags" and packet.proto == "tcp":
        return one(sum(WORDS["tcp_flag"].get(flag.lower(), 0) for flag in packet.flags))
    port = {"sport": packet.sport, "dport": packet.dport, "type": packet.icmp_type, "id": packet.sport}
    if name == "code" and packet.icmp_type is not None:
        return one(packet.icmp_code or 0)
    if name in port and port[name] is not None:
        return one(port[name])
    if name == "length" and packet.proto == "udp":
        return one(packet.length - (20 if packet.family == V4 else 40))
    return _unknown(f"its {packet.proto} {name}")


def _meta(inner: Json, asking: Asking) -> Values:
    key = inner["key"]
    sight = asking.sight
    context, packet = sight.context, sight.packet
    simple = {
        "mark": packet.mark, "iifname": context.iif or "", "oifname": context.oif or "", "iif": context.iif or "0",
        "oif": context.oif or "0", "length": packet.length,
        "l4proto": BREAK if packet.proto == ARP else packet_protocol(packet.proto),
        "nfproto": 2 if sight.family == V4 else 10, "pkttype": context.packet_type.value,
        "protocol": _ether_type(sight),
    }  # fmt: skip
    if asking.layer == "bridge" and key == "nfproto":
        return one(7)
    if key in simple:
        return one(simple[key])
    if key in {"iifgroup", "oifgroup", "iiftype", "oiftype", "iifkind", "oifkind"}:
        return _of_device(key, context.iif if key[0] == "i" else context.oif, sight)
    if key in {"ibrname", "obrname", "ibridgename", "obridgename"}:
        device = sight.device(context.iif if key[0] == "i" else context.oif)
        return one(BREAK if device is None or device.master is None else device.master)
    if key in {"skuid", "skgid"}:
        return _owner(key, sight)
    if key == "rtclassid":
        return _unknown(tr("the realm of its route"), "ip route show") if context.realm is None else one(context.realm)
    if key == "ipsec":
        return _unknown(tr("whether it went through IPsec"), "ip xfrm policy") if context.ipsec is None else one(context.ipsec)
    return _unknown(f"meta {key}", "date" if key in {"time", "day", "hour"} else "")


def _of_device(key: str, name: str | None, sight: Sight) -> Values:
    if name is None:
        return one(BREAK)
    device = sight.device(name)
    value = None if device is None else {"group": device.group, "type": device.link, "kind": device.kind}[key[3:]]
    return (
        _unknown(tr("the {key} of device {name}", key=key[3:], name=name), f"ip -d link show dev {quote(name)}")
        if value is None
        else one(value)
    )


def _owner(key: str, sight: Sight) -> Values:
    context = sight.context
    if context.iif is not None or sight.hook not in {Hook.OUTPUT, Hook.POSTROUTING}:
        return one(BREAK)
    if context.owner is None:
        return _unknown(tr("which process sends it"), "ss -tuanpe")
    if not context.owner.exists:
        return one(BREAK)
    value = context.owner.uid if key == "skuid" else context.owner.gid
    return _unknown(tr("the owner of the process that sends it"), "ss -tuanpe") if value is None else one(value)


def _ct(inner: Json, asking: Asking) -> Values:
    key = inner["key"]
    sight = asking.sight
    if key == "state":
        return one(WORDS["ct_state"][sight.info.value])
    if sight.prepared:
        # Since June 2026 the rule does not match (nft_ct_get_eval); kernels before that show an empty connection.
        return _unknown(tr("whether this kernel has ct {key} for a packet that has not been looked up yet", key=key), "uname -r")
    connection = sight.connection
    if asking.layer == "bridge" and connection is None:
        return _unknown(tr("what connection tracking on the bridge reports"), "conntrack -L")
    if connection is None:
        return one(BREAK)
    answer = sight.track is not None and sight.track.answer
    if key == "direction":
        return one(int(answer))
    if key == "status":
        bits = WORDS["ct_status"]
        names = {"SEEN_REPLY": "seen-reply", "SRC_NAT": "snat", "DST_NAT": "dnat"}
        return one(sum(bits.get(names.get(bit, bit.lower()), 0) for bit in connection.status))
    return _of_connection(key, inner.get("dir"), connection, answering=answer)


def _of_connection(key: str, side: str | None, connection: Connection, *, answering: bool) -> Values:
    tuples = {"original": connection.original, "reply": connection.reply}
    told = tuples.get(side or ("reply" if answering else "original"), connection.original)
    zones = {"original": connection.zone, "reply": connection.reply_zone}
    simple: dict[str, Value] = {
        "mark": connection.mark, "protocol": packet_protocol(connection.original.proto),
        "l3proto": 2 if family_of(connection.original.src) == V4 else 10,
        "zone": zones.get(side or "", connection.zone or connection.reply_zone),
        "proto-src": told.port("src"), "proto-dst": told.port("dst"),
    }  # fmt: skip
    if key in simple:
        return _unknown(tr("a port of its connection")) if simple[key] is None else one(simple[key])
    if key.endswith(("saddr", "daddr")):
        return one(told.src if key.endswith("saddr") else told.dst)
    if key == "helper" and not connection.known:
        return one(connection.helper if connection.helper is not None else BREAK)
    return _unknown(tr("ct {key} of its connection", key=key), "conntrack -L")


def _fib(inner: Json, asking: Asking) -> Values:
    flags = inner.get("flags", [])
    flags = [flags] if isinstance(flags, str) else flags
    sight = asking.sight
    context, packet = sight.context, sight.packet
    address = packet.src if "saddr" in flags else packet.dst
    dev = context.iif if "iif" in flags else context.oif if "oif" in flags else None
    kind = context.fib.address_type(address, dev if inner["result"] == "type" else None)
    if isinstance(kind, Doubt):
        return one(kind)
    if inner["result"] == "type":
        return one(AddressType(kind).value)
    if sight.hook is Hook.PREROUTING and (held := sight.device(context.iif)) and held.link == "loopback":
        return one(context.iif)
    if kind is AddressType.LOCAL:
        return one("0")
    source = packet.dst if "saddr" in flags else packet.src
    mark = packet.mark if "mark" in flags else 0
    found = context.fib.oif(source, address, iif=None, oif=dev, mark=mark, tos=packet.tos)
    if isinstance(found, Doubt):
        return one(found)
    return one("0" if found is None or (dev is not None and found != dev) else found)


def _random(inner: Json, asking: Asking) -> Values:
    """Draw one of several numbers; by chance, whatever the mode."""
    size, offset = int(inner["mod"]), int(inner.get("offset", 0))
    if size > _MOST_SIDES:
        return _unknown(tr("which of many random numbers the kernel chooses"))
    serial = asking.fresh()
    coin = Coin(serial, serial, (1 / size,) * size)
    return [((coin.held(side),), offset + side) for side in range(size)]


def _hash(inner: Json, asking: Asking) -> Values:
    """Draw one of several numbers by a hash: the same for all packets of a connection."""
    size, offset = int(inner["mod"]), int(inner.get("offset", 0))
    if size > _MOST_SIDES:
        return _unknown(tr("the value of its hash"))
    packet = asking.sight.packet
    coin = Coin(asking.fresh(), ("hash", repr(inner), packet.src, packet.dst, packet.sport, packet.dport), (1 / size,) * size)
    return [((coin.held(side),), offset + side) for side in range(size)]


def _concat(inner: Json, asking: Asking) -> Values:
    found: Values = [((), ())]
    for part in inner:
        found = [((*held, *more), _joined(value, last)) for held, value in found for more, last in evaluate(part, asking)]
    return found


def _joined(values: Value, last: Value) -> Value:
    """Join parts of a concatenation; one that is missing is all of it."""
    return BREAK if values is BREAK or last is BREAK else (*values, last)


def _binary(operation: str) -> "Ask":
    """Calculate with two or more operands from the left: nft of 2025 writes them as one list."""

    def ask(inner: Json, asking: Asking) -> Values:
        kind = kind_of({operation: inner})
        found: Values = _operand(inner[0], kind, asking)
        for part in inner[1:]:
            right = _operand(part, kind, asking)
            found = [((*held, *more), _calculated(operation, kind, one, other)) for held, one in found for more, other in right]
        return found

    return ask


def _operand(part: Json, kind: Any, asking: Asking) -> Values:  # noqa: ANN401 - a type
    if not is_constant(part):
        return evaluate(part, asking)
    try:
        return one(int(constant(part, kind)))
    except ValueError as error:
        return one(Doubt(tr("its operands ({error})", error=error), "nft -j list ruleset"))


def _calculated(operation: str, kind: Any, left: Value, right: Value) -> Value:  # noqa: ANN401 - a type
    if left is BREAK or right is BREAK:
        return BREAK
    if isinstance(left, Doubt) or isinstance(right, Doubt):
        return left if isinstance(left, Doubt) else right
    return computed(operation, kind, int(left), int(right))


def _map(inner: Json, asking: Asking) -> Values:
    """Look a key up; a key that is not there breaks the rule."""
    elements = elements_of(inner["data"], kind_of(inner["key"]), asking, is_map=True)
    found: Values = []
    for held, key in evaluate(inner["key"], asking):
        if key is BREAK or isinstance(key, Doubt):
            found.append((held, key))
        elif elements is None:
            found.append((held, Doubt(tr("what is in the map {data}", data=inner["data"]), "nft -j list ruleset")))
        else:
            data = elements.find(key)
            found.append((held, BREAK if data is MISSING else data))
    return found


def elements_of(data: Json, kind: Any, asking: Asking, *, is_map: bool = False) -> Elements | None:  # noqa: ANN401
    """Return a set by its name or as it stands in the rule, or None if it was not printed."""
    if isinstance(data, str) and data.startswith("@"):
        return asking.sets.get(data[1:])
    if isinstance(data, dict) and "set" in data:
        listed = data["set"] if isinstance(data["set"], list) else [data["set"]]
        return inline(listed, kind, is_map=is_map)
    return None


def _exthdr(inner: Json, asking: Asking) -> Values:
    """Answer that the walk sends no extension headers and no options."""
    del asking
    return one(False if "field" not in inner and "offset" not in inner else BREAK)


def _option_of(proto: str, what: str) -> "Ask":
    """Ask for a part of a transport header: what is another protocol has none (nft_exthdr_tcp_eval, nft_exthdr_sctp_eval)."""

    def ask(inner: Json, asking: Asking) -> Values:
        if asking.sight.packet.proto == proto:
            return _unknown(f"its {what} {inner.get('name', inner.get('base', inner.get('type', '')))}".rstrip())
        return one(BREAK if "field" in inner or "base" in inner else False)

    return ask


def _rt(inner: Json, asking: Asking) -> Values:
    if inner.get("key") == "classid":
        return _meta({"key": "rtclassid"}, asking)
    return _unknown(f"rt {inner.get('key')}", "ip route get …")


def _socket(inner: Json, asking: Asking) -> Values:
    """Ask for the socket that takes it; without one the rule ends (nft_socket_eval)."""
    found = taker_of(asking.sight)
    if found is None:
        return one(BREAK)
    if not isinstance(found, Doubt):
        known = {"wildcard": found.wildcard, "transparent": found.transparent}.get(inner.get("key", ""))
        if known is not None:
            return one(int(known))
    return _unknown(f"socket {inner.get('key')}", "ss -tuanp --inet-sockopt")


def _doubtful(what: str, command: str = "") -> "Ask":
    def ask(inner: Json, asking: Asking) -> Values:
        del inner, asking
        return _unknown(what, command)

    return ask


Ask = Callable[[Json, Asking], Values]
_ASK: Final[dict[str, Ask]] = {
    "payload": _payload, "meta": _meta, "ct": _ct, "fib": _fib, "numgen": _random, "jhash": _hash, "symhash": _hash,
    "concat": _concat, "map": _map, "exthdr": _exthdr, "ip option": _exthdr, "rt": _rt,
    "tcp option": _option_of("tcp", "TCP option"), "socket": _socket, "osf": _doubtful("which system its SYN looks like"),
    "ipsec": _doubtful("its IPsec state", "ip xfrm state"),
    "sctp chunk": _option_of("sctp", "SCTP chunk"), "dccp option": _option_of("dccp", "DCCP option"),
    "tunnel": _doubtful("the tunnel that it arrived through", "ip -d link show"),
    **{operation: _binary(operation) for operation in OPERATIONS},
}  # fmt: skip
EVALUATED: Final = (
    "payload",
    "meta",
    "ct",
    "fib",
    "numgen",
    "jhash",
    "symhash",
    "concat",
    "map",
    "exthdr",
    "ip option",
    "rt",
    "socket",
    "&",
    "|",
    "^",
    "<<",
    ">>",
)
UNKNOWN: Final = ("tcp option", "osf", "ipsec", "sctp chunk", "dccp option", "tunnel")
