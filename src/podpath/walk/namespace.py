"""One namespace as the walk sees it: each table is loaded when it is first asked for, and kept.

Rows come with their place in the snapshot, so that whatever decided over a packet can be shown.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from typing import Any, Final, Generic, NamedTuple, TypeVar

from podpath.language import tr
from podpath.snapshot.schema import TABLE_OF
from podpath.state.address import V4, Ip, Mac
from podpath.state.evidence import Complete, Coverage
from podpath.state.fdb import FdbEntry
from podpath.state.host import Sysctl
from podpath.state.link import Address, Bridge, BridgePort, BridgeVlan, Ipvlan, Link, Macvlan, Program, Tunnel, Vlan, Vrf, Vxlan
from podpath.state.neighbour import Neighbour
from podpath.state.route import Nexthop, RouteException

Row = TypeVar("Row", bound=NamedTuple)
LOOPBACK: Final = "lo"
_CONF_PARTS: Final = 5  # net.ipv4.conf.DEV.NAME
UNSHOWN: Final = -(1 << 62)
"""Number of a row that is in no table: the kernel has it, whatever was captured."""


class Entry(NamedTuple, Generic[Row]):
    """A row and its place.

    Attributes:
        row: the row.
        table: name of its table.
        rowid: number of the row in the table; below 0 it is a hypothetical change, or ``UNSHOWN``.
        source: number of the output that it was read from; 0 where it came from a kernel.
        line: line of that output.
    """

    row: Row
    table: str
    rowid: int
    source: int = 0
    line: int = 0


Rows = Callable[[int, type[Any]], list[Entry[Any]]]
"""Given a namespace and a type of rows, return its rows."""
Change = Callable[[type[Any], list[Entry[Any]]], list[Entry[Any]]]
"""Given a type of rows and those of a namespace, return them as they would be."""


class Namespace:
    """A namespace.

    Args:
        rows: gives the rows of a type in a namespace.
        ns: number of the namespace in the snapshot.
        node: name of its node.
        label: the namespace as reports write it: ``kind:name``, empty for the host's own.
        changes: changes to try, in order.
    """

    def __init__(self, rows: Rows, ns: int, node: str, label: str, changes: Iterable[Change] = ()) -> None:
        self.ns, self.node, self.label = ns, node, label
        self._rows, self._changes = rows, tuple(changes)
        self._tables: dict[type[Any], list[Entry[Any]]] = {}
        self._seen: dict[tuple[Any, ...], bool] = {}

    @property
    def where(self) -> str:
        """The namespace and its node, in words: ``in container web on n1``, and ``on n1`` for the host's own."""
        if not self.label:
            return tr("on {node}", node=self.node)
        kind, _, name = self.label.partition(":")
        return tr("in {kind} {name} on {node}", kind=kind, name=name, node=self.node)

    @property
    def place(self) -> str:
        """The namespace and its node as a name: ``container web on n1``, and ``n1`` for the host's own."""
        if not self.label:
            return self.node
        kind, _, name = self.label.partition(":")
        return tr("{kind} {name} on {node}", kind=kind, name=name, node=self.node)

    def all(self, kind: type[Row]) -> list[Entry[Row]]:
        """Return all rows of a type, in the order in which the kernel printed them."""
        found = self._tables.get(kind)
        if found is None:
            found = self._tables[kind] = self._load(kind)
        return found

    def _load(self, kind: type[Any]) -> list[Entry[Any]]:
        found = self._rows(self.ns, kind)
        for change in self._changes:
            found = change(kind, found)
        return found

    def seen(self, kind: type[Any], family: int | None = None, *, dev: str | None = None, part: str | None = None) -> bool:
        """Say whether a row that is not there is known to be absent."""
        key = (kind, family, dev, part)
        if key not in self._seen:
            table = TABLE_OF[kind]
            self._seen[key] = any(
                row.table == table and row.complete != Complete.NO
                and row.family in {None, family} and row.dev in {None, dev} and row.part in {None, part}
                for row in (held.row for held in self.all(Coverage))
            )  # fmt: skip
        return self._seen[key]

    # -- devices -------------------------------------------------------------------------------------

    @cached_property
    def links(self) -> dict[str, Entry[Link]]:
        """Devices by name."""
        return {held.row.name: held for held in self.all(Link)}

    @cached_property
    def by_index(self) -> dict[int, Entry[Link]]:
        """Devices by ifindex."""
        return {held.row.ifindex: held for held in self.all(Link) if held.row.ifindex is not None}

    @cached_property
    def ports(self) -> dict[str, list[Entry[Link]]]:
        """Devices enslaved to another one, by its name."""
        found: dict[str, list[Entry[Link]]] = defaultdict(list)
        for held in self.all(Link):
            if held.row.master is not None:
                found[held.row.master].append(held)
        return found

    @cached_property
    def below(self) -> dict[str, list[Entry[Link]]]:
        """Devices that stand on another one in this namespace (VLAN, macvlan, ipvlan), by its name."""
        found: dict[str, list[Entry[Link]]] = defaultdict(list)
        for held in self.all(Link):
            if held.row.parent is not None and held.row.kind != "veth":
                found[held.row.parent].append(held)
        return found

    @cached_property
    def bridges(self) -> dict[str, Entry[Bridge]]:
        """Settings of bridges by name."""
        return {held.row.name: held for held in self.all(Bridge)}

    @cached_property
    def bridge_ports(self) -> dict[str, Entry[BridgePort]]:
        """Settings of bridge ports by name."""
        return {held.row.name: held for held in self.all(BridgePort)}

    @cached_property
    def bridge_vlans(self) -> dict[str, list[Entry[BridgeVlan]]]:
        """VLANs of bridge ports by the port's name."""
        found: dict[str, list[Entry[BridgeVlan]]] = defaultdict(list)
        for held in self.all(BridgeVlan):
            found[held.row.name].append(held)
        return found

    @cached_property
    def vxlans(self) -> dict[str, Entry[Vxlan]]:
        """Settings of VXLAN devices by name."""
        return {held.row.name: held for held in self.all(Vxlan)}

    @cached_property
    def tunnels(self) -> dict[str, Entry[Tunnel]]:
        """Ends of other tunnels by name."""
        return {held.row.name: held for held in self.all(Tunnel)}

    @cached_property
    def vlans(self) -> dict[str, Entry[Vlan]]:
        """VLAN devices by name."""
        return {held.row.name: held for held in self.all(Vlan)}

    @cached_property
    def macvlans(self) -> dict[str, Entry[Macvlan]]:
        """Settings of macvlan devices by name."""
        return {held.row.name: held for held in self.all(Macvlan)}

    @cached_property
    def ipvlans(self) -> dict[str, Entry[Ipvlan]]:
        """Settings of ipvlan devices by name."""
        return {held.row.name: held for held in self.all(Ipvlan)}

    @cached_property
    def vrf_tables(self) -> dict[str, Entry[Vrf]]:
        """VRF devices by name."""
        return {held.row.name: held for held in self.all(Vrf)}

    @cached_property
    def programs(self) -> dict[str, list[Entry[Program]]]:
        """Programs that cannot be read, by device."""
        found: dict[str, list[Entry[Program]]] = defaultdict(list)
        for held in self.all(Program):
            found[held.row.dev].append(held)
        return found

    # -- addresses and neighbours --------------------------------------------------------------------

    @cached_property
    def addresses(self) -> dict[str, list[Entry[Address]]]:
        """Addresses by device, in the kernel's order."""
        found: dict[str, list[Entry[Address]]] = defaultdict(list)
        for held in self.all(Address):
            found[held.row.dev].append(held)
        return found

    @cached_property
    def owned(self) -> dict[Ip, Entry[Address]]:
        """Addresses of all devices."""
        return {held.row.address: held for held in reversed(self.all(Address))}

    @cached_property
    def _neighbours(self) -> dict[tuple[str, Ip], Entry[Neighbour]]:
        return {(h.row.dev, h.row.address): h for h in self.all(Neighbour) if "proxy" not in (h.row.flags or "")}

    def neighbour(self, dev: str, address: Ip) -> Entry[Neighbour] | None:
        """Return the entry of a neighbour."""
        return self._neighbours.get((dev, address))

    def neighbours_of(self, address: Ip) -> list[tuple[tuple[str, Ip], Entry[Neighbour]]]:
        """Return the entries of an address, by device and address."""
        return [((held.row.dev, address), held) for held in self._by_address.get(address, ())]

    @cached_property
    def _by_address(self) -> dict[Ip, list[Entry[Neighbour]]]:
        found: dict[Ip, list[Entry[Neighbour]]] = defaultdict(list)
        for held in self.all(Neighbour):
            found[held.row.address].append(held)
        return found

    @cached_property
    def proxied(self) -> dict[tuple[str, Ip], Entry[Neighbour]]:
        """Proxy entries by device and address (``ip neigh show proxy``)."""
        return {(h.row.dev, h.row.address): h for h in self.all(Neighbour) if "proxy" in (h.row.flags or "")}

    @cached_property
    def _fdb(self) -> dict[Mac, list[Entry[FdbEntry]]]:
        found: dict[Mac, list[Entry[FdbEntry]]] = defaultdict(list)
        for held in self.all(FdbEntry):
            found[held.row.mac].append(held)
        return found

    def fdb(self, mac: Mac) -> list[Entry[FdbEntry]]:
        """Return the forwarding entries of a MAC, of all devices."""
        return self._fdb.get(mac, [])

    @cached_property
    def tunnelling(self) -> frozenset[str]:
        """Devices whose forwarding entries lead to nodes: those of VXLAN, also where no output names their kind."""
        return frozenset(held.row.dev for held in self.all(FdbEntry) if held.row.dst is not None)

    @cached_property
    def nexthops(self) -> dict[int, Entry[Nexthop]]:
        """Nexthop objects by identifier."""
        return {held.row.id: held for held in self.all(Nexthop)}

    @cached_property
    def exceptions(self) -> dict[Ip, list[Entry[RouteException]]]:
        """What next hops have learned, by destination."""
        found: dict[Ip, list[Entry[RouteException]]] = defaultdict(list)
        for held in self.all(RouteException):
            found[held.row.dst].append(held)
        return found

    # -- settings ------------------------------------------------------------------------------------

    @cached_property
    def _sysctls(self) -> dict[str, Entry[Sysctl]]:
        return {held.row.name: held for held in self.all(Sysctl)}

    @cached_property
    def sysctls(self) -> dict[str, str]:
        """Values of all settings by name."""
        return {name: held.row.value for name, held in self._sysctls.items()}

    def sysctl(self, name: str) -> Entry[Sysctl] | None:
        """Return a setting, or None if it was not captured."""
        return self._sysctls.get(name)

    def settings_of(self, dev: str) -> list[tuple[str, str]]:
        """Return the settings of a device, as (name without the device's, value)."""
        return self._settings_of.get(dev.replace(".", "/"), [])

    @cached_property
    def _settings_of(self) -> dict[str, list[tuple[str, str]]]:
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for held in self.all(Sysctl):
            parts = held.row.name.split(".")
            if len(parts) == _CONF_PARTS and parts[2] == "conf":
                found[parts[3]].append((f"{parts[1]}.{parts[4]}", held.row.value))
        return {dev: sorted(settings) for dev, settings in found.items()}

    def setting(self, name: str) -> int | None:
        """Return the number that a setting holds, or None if it was not captured or is none."""
        held = self._sysctls.get(name)
        return None if held is None else _number(held.row.value)

    def setting_seen(self, name: str) -> bool:
        """Say whether a setting, or that the kernel does not have it, was captured."""
        return name in self._sysctls or self.seen(Sysctl) or self.seen(Sysctl, part=name)

    def conf(self, family: int, dev: str, name: str) -> int | None:
        """Return a setting of a device (``net.ipv4.conf.DEV.NAME``)."""
        return self.setting(conf_name(family, dev, name))

    def highest(self, dev: str, name: str) -> int | None:
        """Return the larger of ``all`` and the device's own value, as IN_DEV_MAXCONF does (include/linux/inetdevice.h)."""
        own, common = self.conf(V4, dev, name), self.conf(V4, "all", name)
        return None if own is None or common is None else max(own, common)


@lru_cache(maxsize=4096)
def _number(value: str) -> int | None:
    first = value.split()[:1]
    return int(first[0]) if first and first[0].lstrip("-").isdecimal() else None


@lru_cache(maxsize=4096)
def conf_name(family: int, dev: str, name: str) -> str:
    """Return the name of a setting of a device; a dot in the device's name becomes a slash (sysctl(8))."""
    return f"net.ipv{family}.conf.{dev.replace('.', '/')}.{name}"
