"""Devices, routes and owners: physdev, devgroup, realm, rpfilter, policy, owner, socket, cgroup, cpu (net/netfilter/xt_*.c)."""

from shlex import quote
from typing import Final

from podpath.language import tr
from podpath.walk.netfilter.answer import Answer, every, negate
from podpath.walk.netfilter.interface import AddressType, Doubt, Hook
from podpath.walk.netfilter.sight import Sight, taker_of
from podpath.walk.netfilter.xtables.extension import Match, Standing
from podpath.walk.netfilter.xtables.kinds import (
    NET_OR_HOST,
    NUMBER,
    PLAIN,
    QUOTED,
    choice,
    device_matches,
    hexadecimal,
    named,
    ranged,
)
from podpath.walk.netfilter.xtables.options import FLAG, Asked, Kind, Option

_PHYSDEV: Final = ("--physdev-is-bridged", "--physdev-is-in", "--physdev-is-out", "--physdev-in", "--physdev-out")


def _physdev(asked: Asked, sight: Sight) -> Answer:
    """Ask for bridge ports; without br_netfilter's note only negated options match (physdev_mt)."""
    port_in, port_out = sight.context.physin, sight.context.physout
    if port_in is None and port_out is None:
        return all(asked.negated(flag) for flag in _PHYSDEV if flag in asked)
    if "--physdev-out" in asked and port_out is None:
        return False
    return every(
        asked.test("--physdev-is-bridged", lambda _: port_out is not None),
        asked.test("--physdev-is-in", lambda _: port_in is not None),
        asked.test("--physdev-is-out", lambda _: port_out is not None),
        asked.test("--physdev-in", lambda name: port_in is None or device_matches(port_in, name)),
        asked.test("--physdev-out", lambda name: device_matches(port_out, name)),
    )


def _group_is(sight: Sight, name: str | None, wanted: tuple[int, int]) -> Answer:
    device = sight.device(name)
    if device is None or device.group is None:
        return Doubt(
            tr("the group of device {name} is not known", name=name),
            f"ip link show dev {quote(name)}" if name else "ip link show",
        )
    return device.group & wanted[1] == wanted[0]


def _devgroup(asked: Asked, sight: Sight) -> Answer:
    return every(
        asked.test("--src-group", lambda wanted: _group_is(sight, sight.context.iif, wanted)),
        asked.test("--dst-group", lambda wanted: _group_is(sight, sight.context.oif, wanted)),
    )


def _realm(asked: Asked, sight: Sight) -> Answer:
    realm = sight.context.realm
    if realm is None:
        return Doubt(tr("the realm of its route is not known"), "ip route show")
    return every(asked.test("--realm", lambda wanted: realm & wanted[1] == wanted[0]))


def reverse_path(sight: Sight, *, loose: bool, validmark: bool, accept_local: bool) -> Answer:
    """Say whether the route back to the source leads out of where the packet came in (net/ipv4/netfilter/ipt_rpfilter.c)."""
    packet, context = sight.packet, sight.context
    device = sight.device(context.iif)
    if device is not None and device.link == "loopback":
        return True
    kind = context.fib.address_type(packet.src, None)
    if isinstance(kind, Doubt):
        return kind
    if kind is AddressType.LOCAL:
        return accept_local
    mark = packet.mark if validmark else 0
    found = context.fib.oif(packet.dst, packet.src, iif=None, oif=None if loose else context.iif, mark=mark, tos=packet.tos)
    if isinstance(found, Doubt):
        return found
    return found is not None and (loose or found == context.iif)


def _rpfilter(asked: Asked, sight: Sight) -> Answer:
    passed = reverse_path(
        sight, loose="--loose" in asked, validmark="--validmark" in asked, accept_local="--accept-local" in asked
    )
    return negate(passed) if "--invert" in asked else passed


def _policy(asked: Asked, sight: Sight) -> Answer:
    ipsec = sight.context.ipsec
    if ipsec is None:
        return Doubt(tr("whether it goes through IPsec is not known"), "ip xfrm policy")
    if asked.value("--pol") == "none":
        return not ipsec
    return Doubt(tr("which IPsec policy it goes through is not known"), "ip xfrm policy") if ipsec else False


def _owner(asked: Asked, sight: Sight) -> Answer:
    """Ask for the socket; a packet without one matches only what is negated (owner_mt of xt_owner.c)."""
    owner, context = sight.context.owner, sight.context
    if sight.hook is Hook.POSTROUTING and context.iif is not None:
        exists = False
    elif owner is None:
        return Doubt(tr("which process sends it is not known"), "ss -tuanpe")
    else:
        exists = owner.exists
    if not exists:
        return all(asked.negated(flag) for flag in ("--socket-exists", "--uid-owner", "--gid-owner") if flag in asked)
    return every(
        asked.test("--uid-owner", lambda span: _id(owner.uid if owner else None, span, "user")),
        asked.test("--gid-owner", lambda span: _id(owner.gid if owner else None, span, "group")),
        asked.test("--socket-exists", lambda _: True),
    )


def _id(value: int | None, span: tuple[int, int], what: str) -> Answer:
    if value is None:
        return Doubt(tr("the {what} of the process that sends it is not known", what=what), "ss -tuanpe")
    return span[0] <= value <= span[1]


def _socket(asked: Asked, sight: Sight) -> Answer:
    """Ask for the socket that takes it; one of any address counts if that is asked for (socket_match of xt_socket.c)."""
    found = taker_of(sight)
    if isinstance(found, Doubt):
        return found
    if found is None or (found.wildcard and "--nowildcard" not in asked):
        return False
    if "--transparent" in asked and found.transparent is not True:
        return Doubt(tr("whether the socket is transparent"), "ss -tuanp --inet-sockopt") if found.transparent is None else False
    return Doubt(tr("which mark the socket has"), "ss -tuanpm") if "--restore-skmark" in asked else True


def _cgroup(asked: Asked, sight: Sight) -> Answer:
    del asked, sight
    return Doubt(tr("the control group of its process is not known"), "ss -tuanpe")


def _cpu(asked: Asked, sight: Sight) -> Answer:
    del asked, sight
    return Doubt(tr("which CPU handles it is not known"), "")


def _read_id(text: str) -> int:
    return 0 if text == "root" else int(text, 0)


_IDS: Final = ranged(0xFFFF_FFFF, read=_read_id, mark="-")
# A policy may hold several elements, one after the other: its options are kept as they came.
_POLICY_OPTIONS: Final = (
    Option("--dir", choice("in", "out")), Option("--pol", choice("none", "ipsec")), Option("--strict", FLAG),
    Option("--reqid", NUMBER), Option("--spi", hexadecimal()), Option("--proto", PLAIN),
    Option("--mode", choice("transport", "tunnel")),
    Option("--tunnel-dst", NET_OR_HOST), Option("--tunnel-src", NET_OR_HOST), Option("--next", FLAG),
)  # fmt: skip
# /etc/iproute2/group and rt_realms may give more names, which no snapshot holds.
_GROUP: Final = named("default")
_REALM: Final = named("cosmos")
_CLASS: Final = Kind(1, lambda text: int(text, 0), str)

MATCHES: Final = (
    Match(
        "physdev",
        (
            Option("--physdev-is-in", FLAG),
            Option("--physdev-in", PLAIN),
            Option("--physdev-is-out", FLAG),
            Option("--physdev-out", PLAIN),
            Option("--physdev-is-bridged", FLAG),
        ),
        _physdev,
    ),
    Match("devgroup", (Option("--src-group", _GROUP), Option("--dst-group", _GROUP)), _devgroup),
    Match("realm", (Option("--realm", _REALM),), _realm, families="4"),
    Match(
        "rpfilter",
        (Option("--loose", FLAG), Option("--validmark", FLAG), Option("--accept-local", FLAG), Option("--invert", FLAG)),
        _rpfilter,
    ),
    Match("policy", _POLICY_OPTIONS, _policy, "unknown for a packet that goes through IPsec"),
    Match(
        "owner",
        (
            Option("--socket-exists", FLAG),
            Option("--uid-owner", _IDS),
            Option("--gid-owner", _IDS),
            Option("--suppl-groups", FLAG),
        ),
        _owner,
        "unknown if the sending process is not known",
    ),
    Match(
        "socket",
        (Option("--transparent", FLAG), Option("--nowildcard", FLAG), Option("--restore-skmark", FLAG)),
        _socket,
        "unknown if its sockets, or whether one is transparent, were not captured",
    ),
    Match("cgroup", (Option("--cgroup", _CLASS), Option("--path", QUOTED)), _cgroup, standing=Standing.UNKNOWN),
    Match("cpu", (Option("--cpu", NUMBER),), _cpu, standing=Standing.UNKNOWN),
)
