"""ICMP types by name and number: icmp, icmp6 (net/ipv4/netfilter/ip_tables.c, net/netfilter/xt_tcpudp.c)."""

from collections.abc import Callable
from typing import Final

from podpath.language import tr
from podpath.walk.netfilter.answer import Answer
from podpath.walk.netfilter.interface import Doubt
from podpath.walk.netfilter.sight import Sight
from podpath.walk.netfilter.xtables.extension import Match
from podpath.walk.netfilter.xtables.options import Asked, Kind, Option

Type = tuple[int, int | None]
_ANY: Final = 255
V4_TYPES: Final[dict[str, Type]] = {
    "any": (_ANY, None), "echo-reply": (0, None), "pong": (0, None), "destination-unreachable": (3, None),
    "network-unreachable": (3, 0), "host-unreachable": (3, 1), "protocol-unreachable": (3, 2), "port-unreachable": (3, 3),
    "fragmentation-needed": (3, 4), "source-route-failed": (3, 5), "network-unknown": (3, 6), "host-unknown": (3, 7),
    "network-prohibited": (3, 9), "host-prohibited": (3, 10), "tos-network-unreachable": (3, 11), "tos-host-unreachable": (3, 12),
    "communication-prohibited": (3, 13), "host-precedence-violation": (3, 14), "precedence-cutoff": (3, 15),
    "source-quench": (4, None), "redirect": (5, None), "network-redirect": (5, 0), "host-redirect": (5, 1),
    "tos-network-redirect": (5, 2), "tos-host-redirect": (5, 3), "echo-request": (8, None), "ping": (8, None),
    "router-advertisement": (9, None), "router-solicitation": (10, None), "time-exceeded": (11, None), "ttl-exceeded": (11, None),
    "ttl-zero-during-transit": (11, 0), "ttl-zero-during-reassembly": (11, 1), "parameter-problem": (12, None),
    "ip-header-bad": (12, 0), "required-option-missing": (12, 1), "timestamp-request": (13, None), "timestamp-reply": (14, None),
    "address-mask-request": (17, None), "address-mask-reply": (18, None),
}  # fmt: skip
V6_TYPES: Final[dict[str, Type]] = {
    "destination-unreachable": (1, None), "no-route": (1, 0), "communication-prohibited": (1, 1), "beyond-scope": (1, 2),
    "address-unreachable": (1, 3), "port-unreachable": (1, 4), "failed-policy": (1, 5), "reject-route": (1, 6),
    "packet-too-big": (2, None), "time-exceeded": (3, None), "ttl-exceeded": (3, None), "ttl-zero-during-transit": (3, 0),
    "ttl-zero-during-reassembly": (3, 1), "parameter-problem": (4, None), "bad-header": (4, 0), "unknown-header-type": (4, 1),
    "unknown-option": (4, 2), "echo-request": (128, None), "ping": (128, None), "echo-reply": (129, None), "pong": (129, None),
    "router-solicitation": (133, None), "router-advertisement": (134, None), "neighbour-solicitation": (135, None),
    "neighbor-solicitation": (135, None), "neighbour-advertisement": (136, None), "neighbor-advertisement": (136, None),
    "redirect": (137, None), "mld-listener-query": (130, None), "mld-listener-report": (131, None),
    "mld-listener-done": (132, None), "mld2-listener-report": (143, None),
}  # fmt: skip


def _kind(names: dict[str, Type], *, has_any: bool) -> Kind:
    def read(text: str) -> Type:
        known = names.get(text.lower())
        if known is not None:
            return known
        kind, slash, code = text.partition("/")
        return int(kind, 0), (int(code, 0) if slash else None)

    def write(value: Type) -> str:
        if has_any and value[0] == _ANY:
            return "any"
        return str(value[0]) if value[1] is None else f"{value[0]}/{value[1]}"

    return Kind(1, read, write)


def _answer(flag: str, proto: str, any_type: int | None) -> Callable[[Asked, Sight], Answer]:
    def ask(asked: Asked, sight: Sight) -> Answer:
        packet = sight.packet
        if packet.proto != proto:
            return False
        if flag not in asked:
            return True
        kind, code = asked.value(flag)
        if kind == any_type:
            return not asked.negated(flag)
        if packet.icmp_type is None:
            return Doubt(tr("which ICMP type it has"), "")
        same = packet.icmp_type == kind and (code is None or (packet.icmp_code or 0) == code)
        return same is not asked.negated(flag)

    return ask


MATCHES: Final = (
    Match("icmp", (Option("--icmp-type", _kind(V4_TYPES, has_any=True)),), _answer("--icmp-type", "icmp", _ANY), families="4"),
    Match(
        "icmp6",
        (Option("--icmpv6-type", _kind(V6_TYPES, has_any=False)),),
        _answer("--icmpv6-type", "icmpv6", None),
        families="6",
    ),
)
