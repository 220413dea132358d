"""Which source address a packet gets whose sender names none.

IPv4: fib_result_prefsrc() and inet_select_addr() (net/ipv4/fib_semantics.c, devinet.c).
IPv6: ipv6_dev_get_saddr() (net/ipv6/addrconf.c; RFC 6724, section 5).
"""

from typing import Final

from podpath.state.address import V4, V6, Ip, family_of, last_ip, parse_prefix
from podpath.state.link import Address
from podpath.walk.namespace import LOOPBACK, Entry, Namespace
from podpath.walk.routing.fib import Hop, RouteEntry

_SCOPES: Final = {"global": 0, "site": 200, "link": 253, "host": 254}
_LINK, _HOST = 253, 254
_LINK_LOCAL: Final = parse_prefix("fe80::/10")
# The policy table of RFC 6724, section 2.1, as net/ipv6/addrlabel.c has it: the longest prefix gives the label.
_LABELS: Final = tuple(
    (parse_prefix(prefix), label)
    for prefix, label in (
        ("::1/128", 0),
        ("2002::/16", 2),
        ("2001:10::/28", 7),
        ("2001::/32", 6),
        ("::ffff:0:0/96", 4),
        ("fc00::/7", 5),
        ("::/96", 3),
        ("fec0::/10", 11),
        ("3ffe::/16", 12),
        ("::/0", 1),
    )
)


def source_for(netns: Namespace, entry: RouteEntry, hop: Hop | None, dst: Ip) -> Ip | None:
    """Return the source address that a route gives, or None if there is no address to take.

    Args:
        netns: the namespace.
        entry: the route.
        hop: its next hop.
        dst: the destination.
    """
    row = entry.row
    if row.prefsrc is not None:
        return row.prefsrc
    if row.type == "local":
        return dst
    dev = hop.dev if hop is not None else row.dev
    if row.family == V6:
        return _source6(netns, dev or LOOPBACK, dst)
    via = hop.via if hop is not None else row.via
    return _source4(netns, dev or LOOPBACK, via, entry.scope)


def select_source(netns: Namespace, dev: str, target: Ip, scope: int) -> Ip | None:
    """Return the address of a device that goes with a target (inet_select_addr, ipv6_dev_get_saddr).

    Args:
        netns: the namespace.
        dev: the device.
        target: the next hop, for IPv4; the destination, for IPv6.
        scope: the widest scope that will do, for IPv4.
    """
    return _source4(netns, dev, target, scope) if family_of(target) == V4 else _source6(netns, dev, target)


def _source4(netns: Namespace, dev: str, via: Ip | None, scope: int) -> Ip | None:
    own = _primaries(netns, dev, scope)
    for row in own:
        if via is None or _same_net(row, via):
            return row.address
    if own:
        return own[0].address
    for other in (netns.links.get(dev) and netns.links[dev].row.master, *netns.links):
        # Any other address of this host will do, but not one that is good on its own link alone.
        found = [row for row in _primaries(netns, other or "", scope) if _scope4(row) != _LINK and _scope4(row) <= scope]
        if found:
            return found[0].address
    return None


def _primaries(netns: Namespace, dev: str, scope: int) -> list[Address]:
    """Return the addresses of a device that a sender of this scope may use; secondary ones are never taken."""
    return [
        held.row
        for held in netns.addresses.get(dev, ())
        if held.row.family == V4
        and "secondary" not in (held.row.flags or "")
        and min(_scope4(held.row), _LINK if netns.highest(dev, "route_localnet") else _HOST) <= scope
    ]


def _scope4(row: Address) -> int:
    return _SCOPES.get(row.scope or "global", 0)


def _same_net(row: Address, ip: Ip) -> bool:
    base = row.peer if row.peer is not None else row.address
    first = Ip(base - ((base - 0xFFFF_0000_0000) & ((1 << (32 - row.length)) - 1)))
    return first <= ip <= last_ip(V4, first, row.length)


def _source6(netns: Namespace, dev: str, dst: Ip) -> Ip | None:
    strict = _scope6(dst) == _LINK
    candidates = [
        held
        for name, held_list in netns.addresses.items()
        if name == dev or not strict
        for held in held_list
        if held.row.family == V6
        and _usable6(held.row)
        and netns.links.get(name) is not None
        and netns.links[name].row.up is not False
    ]
    if not candidates:
        return None
    best = candidates[0]
    for other in candidates[1:]:
        if _rank6(other, dev, dst) > _rank6(best, dev, dst):
            best = other
    return best.row.address


def _usable6(row: Address) -> bool:
    flags = (row.flags or "").split(",")
    return "dadfailed" not in flags and ("tentative" not in flags or "optimistic" in flags)


def _rank6(held: Entry[Address], dev: str, dst: Ip) -> tuple[int, ...]:
    """Order candidates by the rules of RFC 6724, section 5; the greater is the better."""
    row = held.row
    scope, wanted = _scope6(row.address), _scope6(dst)
    # Rule 2: the smallest scope that is not too small for the destination. Scopes here grow towards the host.
    fits = (1, scope) if scope <= wanted else (0, -scope)
    flags = (row.flags or "").split(",")
    return (
        int(row.address == dst),
        *fits,
        int("deprecated" not in flags),
        int(row.dev == dev),
        int(_label(row.address) == _label(dst)),
        int("temporary" not in flags),
        min(_common_bits(row.address, dst), row.length),
    )


def _scope6(ip: Ip) -> int:
    if ip == 1:
        return _HOST
    if _LINK_LOCAL[1] <= ip <= last_ip(V6, _LINK_LOCAL[1], _LINK_LOCAL[2]):
        return _LINK
    return 0


def _label(ip: Ip) -> int:
    fitting = [(length, label) for (_, first, length), label in _LABELS if _inside6(ip, first, length)]
    return max(fitting)[1]


def _inside6(ip: Ip, first: Ip, length: int) -> bool:
    return ip >> (128 - length) == first >> (128 - length) if length else True


def _common_bits(one: Ip, other: Ip) -> int:
    return 128 - (one ^ other).bit_length()
