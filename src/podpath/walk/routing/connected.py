"""The routes that the kernel makes of an address by itself (``proto kernel``).

Rules: ``fib_add_ifaddr`` (net/ipv4/fib_frontend.c); ``inet6_addr_add`` and ``__ipv6_ifa_notify`` (net/ipv6/addrconf.c).
"""

from collections.abc import Iterator
from typing import Final

from podpath.state.address import BITS, V4, V6, Ip, last_ip
from podpath.state.link import Address
from podpath.state.route import Route
from podpath.walk.namespace import LOOPBACK, Namespace

"""Length of an address, by family."""
_METRIC6: Final = 256
"""Metric of IPv6 routes that belong to an address (IP6_RT_PRIO_ADDRCONF)."""
_NOT_YET: Final = frozenset(("tentative", "dadfailed"))
"""Flags of an address that the kernel does not use."""
_ITSELF: Final = Ip(1)


def connected(netns: Namespace, row: Address) -> Iterator[Route]:
    """Yield what the kernel makes of an address: an entry in the table local, and, if it is up, the route to its network."""
    yield from (_connected4 if row.family == V4 else _connected6)(netns, row)


def shows_local(netns: Namespace, family: int) -> bool:
    """Say whether the table local was shown whole; `ip route show` and `route` leave it out, and an output may be cut off."""
    return netns.seen(Route, family, part="local")


def _connected4(netns: Namespace, row: Address) -> Iterator[Route]:
    dev, flags = row.dev, _flags(row)
    first = row if "secondary" not in flags else _primary(netns, row)
    yield Route(V4, "local", "local", row.address, BITS[V4], None, dev, "kernel", "host", first.address)
    net = _network(row)
    if "secondary" in flags or not _is_up(netns, dev) or (net == row.address and row.length == BITS[V4]):
        return
    if "noprefixroute" not in flags:
        table, kind, scope = ("local", "local", "host") if dev == LOOPBACK else ("main", "unicast", "link")
        yield Route(V4, table, kind, net, row.length, None, dev, "kernel", scope, row.address)
    if row.length < BITS[V4] - 1:  # a network of two addresses has no broadcast (RFC 3021)
        last = last_ip(V4, net, row.length)
        yield Route(V4, "local", "broadcast", last, BITS[V4], None, dev, "kernel", "link", row.address)


def _connected6(netns: Namespace, row: Address) -> Iterator[Route]:
    dev, flags = row.dev, _flags(row)
    if _NOT_YET.isdisjoint(flags):
        yield Route(V6, "local", "local", row.address, BITS[V6], None, dev, "kernel")
    if "noprefixroute" in flags or row.address == _ITSELF or not _is_up(netns, dev):
        return
    nets = [(_first(V6, row.address, row.length), row.length), *([(row.peer, BITS[V6])] if row.peer is not None else [])]
    for net, length in nets:
        yield Route(V6, "main", "unicast", net, length, None, dev, "kernel", metric=_METRIC6)


def _flags(row: Address) -> list[str]:
    return (row.flags or "").split(",")


def _is_up(netns: Namespace, dev: str) -> bool:
    link = netns.links.get(dev)
    return link is None or link.row.up is not False


def _first(family: int, address: Ip, length: int) -> Ip:
    bits = BITS[family] - length
    return Ip(address >> bits << bits)


def _network(row: Address) -> Ip:
    return _first(V4, row.peer if row.peer is not None else row.address, row.length)


def _primary(netns: Namespace, row: Address) -> Address:
    """Return the first address of a secondary one's network: what is sent to the second comes from the first."""
    others = (held.row for held in netns.addresses.get(row.dev, ()) if held.row.family == V4)
    mates = (one for one in others if one.length == row.length and _network(one) == _network(row))
    return next((one for one in mates if "secondary" not in _flags(one)), row)
