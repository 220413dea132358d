"""The inside of a container or pod that was not captured, where its host's tables show its address and its cable.

The walk assumes, and reports, what every container network provides: a device with the address, a default route to
the host, no rules of its own, and a program that listens. The path between the hosts is judged as usual.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from podpath.language import tr
from podpath.state.address import BITS, V4, V4_BASE, V6, Ip, Mac, family_of, ip_text, parse_ip, unseen_mac
from podpath.state.evidence import Coverage
from podpath.state.host import Socket
from podpath.state.link import Address, Link
from podpath.state.neighbour import Neighbour
from podpath.state.route import Route, Rule
from podpath.state.table import key_of, tables
from podpath.walk.namespace import LOOPBACK, UNSHOWN, Entry, Namespace
from podpath.walk.routing.rules import DEFAULTS
from podpath.wiring.hosted import Hosted

DEVICE: Final = "eth0"
"""Name that container runtimes give to the device inside."""
_CALICO: Final = "cali"
_GATEWAYS: Final = {V4: parse_ip("169.254.1.1"), V6: parse_ip("fe80::ecee:eeff:feee:eeee")}
"""Gateways of Calico's pods: an address that no device has, and the link-local one of the MAC that all its veth devices have."""


class Unseen(NamedTuple):
    """A namespace that was not captured.

    Attributes:
        ns: a number that no captured namespace has.
        node: name of its host's node.
        hosted: its addresses, as its host's tables show them.
    """

    ns: int
    node: str
    hosted: tuple[Hosted, ...]

    @property
    def host(self) -> int:
        """Its host's own namespace."""
        return self.hosted[0].ns

    @property
    def dev(self) -> str:
        """The host's end of its cable; if no output shows it, its name is the address behind it."""
        dev, address = self.hosted[0].dev, self.hosted[0].address
        return dev if dev is not None else f"?{ip_text(address)}"

    @property
    def mac(self) -> Mac:
        """The MAC of its device."""
        return next((one.mac for one in self.hosted if one.mac is not None), unseen_mac(self.ns, DEVICE))

    @property
    def label(self) -> str:
        """The namespace as reports write it."""
        return f"pod:{ip_text(self.hosted[0].address)}"

    @property
    def place(self) -> str:
        """Where it is, in words."""
        return tr(
            "{address} (behind {dev} of {node})",
            address=ip_text(self.hosted[0].address),
            dev=self.hosted[0].dev or self.hosted[0].bridge,
            node=self.node,
        )

    def namespace(self, host: Namespace) -> Namespace:
        """Return it as the walk sees it.

        Args:
            host: its host's own namespace.
        """
        found: dict[type[Any], list[Entry[Any]]] = defaultdict(list)
        for row in _inside(self, host):
            found[type(row)].append(_entry(row))
        return Namespace(lambda _, kind: found[kind], self.ns, self.node, self.label)

    def cabled(self, kind: type[Any], rows: list[Entry[Any]]) -> list[Entry[Any]]:
        """Return the rows of its host, with those that the host must have for it: the cable, and the neighbour behind it."""
        first = self.hosted[0]
        if kind is Link and not any(held.row.name == self.dev for held in rows):
            cable = Link(self.dev, kind="veth", mac=unseen_mac(self.ns), up=True, carrier=True, master=first.bridge)
            return [*rows, _entry(cable)]
        if kind is Neighbour:
            known = {held.row.address for held in rows if held.row.mac is not None}
            dev = first.bridge or self.dev
            own = (Neighbour(dev, family_of(one.address), one.address, self.mac, "PERMANENT") for one in self.hosted)
            return [*rows, *(_entry(row) for row in own if row.address not in known)]
        return rows


def is_reached(at: Hosted, host: Namespace) -> bool:
    """Say whether the address through which a container reaches its host is known: on a bridge, that of the bridge.

    Args:
        at: what the host's tables show.
        host: the host's own namespace.
    """
    return at.bridge is None or _gateway(at, host) is not None


def remark(ends: Sequence[Unseen]) -> str:
    """Return the assumptions about containers that were not captured, as text."""
    them, one = tr(" and ").join(end.place for end in ends), len(ends) == 1
    if one:
        return tr(
            "{them} was not captured: it is assumed that its default route leads to the host, that no rules inside drop packets, "
            "and that a program listens",
            them=them,
        )
    return tr(
        "{them} were not captured: it is assumed that their default route leads to the host, that no rules inside drop packets, "
        "and that a program listens",
        them=them,
    )


def _entry(row: NamedTuple) -> Entry[Any]:
    return Entry(row, key_of(type(row)), UNSHOWN)


def _gateway(at: Hosted, host: Namespace) -> Address | None:
    """Return the address of the bridge whose network has a container."""
    for held in host.addresses.get(at.bridge or "", ()):
        row, family = held.row, family_of(at.address)
        if row.family == family and (row.address ^ at.address) >> (BITS[family] - row.length) == 0:
            return row
    return None


def _inside(unseen: Unseen, host: Namespace) -> Iterator[NamedTuple]:
    """Yield the rows that are assumed for a container."""
    bridge = unseen.hosted[0].bridge
    link = host.links.get(bridge or unseen.dev)
    asks = bridge is not None or _asks(unseen, host)
    yield Link(LOOPBACK, 1, mtu=65536, up=True, carrier=True, flags="LOOPBACK,UP")
    mtu, flags = (link.row.mtu if link is not None else None), (None if asks else "UP,NOARP")
    yield Link(DEVICE, 2, "veth", unseen.mac, mtu, up=True, carrier=True, flags=flags)
    for one in unseen.hosted:
        yield from _addressed(one, _gateway(one, host), asks=asks)
    for family in {family_of(one.address) for one in unseen.hosted}:
        yield from (Rule(family, priority, "lookup", table) for priority, table in DEFAULTS[family])
        yield Coverage(key_of(Route), family, part="main")  # the table local is made of the addresses, as always
    yield from (Coverage(key_of(table.row)) for table in tables().values() if table.row not in {Socket, Route})
    if asks and link is not None:
        yield Neighbour(DEVICE, V6, _GATEWAYS[V6], link.row.mac, "PERMANENT")


def _asks(unseen: Unseen, host: Namespace) -> bool:
    """Say whether a pod's gateway is on no device, as with Calico, and whether the host's reply to its requests is known.

    Pods of other networks have a permanent entry for their gateway, so that their frames reach the host in any case.
    """
    return unseen.dev.startswith(_CALICO) and host.highest(unseen.dev, "proxy_arp") is not None


def _addressed(one: Hosted, gateway: Address | None, *, asks: bool) -> Iterator[NamedTuple]:
    """Yield an address, the route of its network where it has one, and a default route."""
    family = family_of(one.address)
    length = gateway.length if gateway is not None else BITS[family]
    yield Address(DEVICE, family, one.address, length, "global")
    via = gateway.address if gateway is not None else _GATEWAYS[family] if asks else None
    anywhere = Ip(V4_BASE if family == V4 else 0)
    yield Route(family, "main", "unicast", anywhere, 0, via, DEVICE, flags="onlink" if gateway is None and asks else None)
    if gateway is not None:
        network = Ip(one.address >> (BITS[family] - length) << (BITS[family] - length))
        yield Route(family, "main", "unicast", network, length, None, DEVICE, "kernel", "link", one.address)
