"""All namespaces of a snapshot as the walk sees them, and what connects them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from podpath.snapshot.schema import TABLE_OF
from podpath.snapshot.store import Store
from podpath.state.address import BITS, V4, V6, Ip, Mac, is_unseen, last_ip
from podpath.state.conntrack import ConntrackEntry
from podpath.state.kube import Service
from podpath.state.link import Address, Link
from podpath.walk.called import Called
from podpath.walk.implied import implied
from podpath.walk.namespace import Change, Entry, Namespace
from podpath.walk.routing.rules import Routing
from podpath.walk.tables import Tables
from podpath.walk.unseen import DEVICE, Unseen, is_reached
from podpath.wiring.cables import Device, other_end
from podpath.wiring.engine_networks import bridge_networks
from podpath.wiring.hosted import Hosted, hosted

if TYPE_CHECKING:  # pictures need no rules
    from podpath.policy.objects import Objects
    from podpath.walk.netfilter import Connections, Ruleset

Row = TypeVar("Row", bound=NamedTuple)
_RULES = r"(^|[ /])(ip6?tables(-legacy|-nft)?-save|nft|ipset|ebtables\S*-save|arptables\S*-save)( |$)|/xt_recent/"
_ONE_BY_ONE: Final = 24
"""Number of addresses or MACs that are looked up one by one before all are loaded: a query costs as much as a thousand rows."""
_FEW: Final = 4
"""Number of addresses that are sought behind cables one by one."""
_FIRST_UNSEEN: Final = 1 << 40
"""Numbers of namespaces that were not captured begin here, above those of any snapshot."""
_MOST_KEPT: Final = 200_000
"""Maximum number of cached addresses, or MACs: about 40 MB."""


class Port(NamedTuple):
    """A device in a namespace.

    Attributes:
        ns: number of the namespace.
        link: the device.
    """

    ns: int
    link: Entry[Link]


class NoPort(NamedTuple):
    """The other end of a device is not known.

    Attributes:
        reason: in words.
        command: command that would show it.
        outside: it is no cable at all, but a device of the hardware or of another machine: the underlay begins there.
    """

    reason: str
    command: str
    outside: bool = False


class _Place(NamedTuple):
    node: int
    node_name: str
    label: str
    inode: int | None
    address: Ip | None


class Cluster:
    """A snapshot to walk through.

    Args:
        store: the snapshot.
        changes: changes to try, by namespace.
        assumed: what a person says where the evidence is silent: no-netfilter, listening, forwarding, asked-address,
            connected-socket.
        whole: every node will be looked at, and not those on a packet's path alone.
        tables: the snapshot's tables, where another cluster has begun to read them.
    """

    def __init__(
        self,
        store: Store,
        changes: Mapping[int, Iterable[Change]] | None = None,
        assumed: Iterable[str] = (),
        *,
        whole: bool = False,
        tables: Tables | None = None,
    ) -> None:
        self.store = store
        self.assumed = frozenset(assumed)
        self._changes = changes or {}
        self._whole = whole
        self._tables = tables if tables is not None else Tables(store, whole=whole)
        self._namespaces: dict[int, Namespace] = {}
        self._places: dict[int, _Place] = {}
        self._by_inode: dict[tuple[int, int], int] = {}
        self._nsids: dict[int, dict[tuple[int, int], int]] = {}
        self._rules: dict[int, Ruleset] = {}
        self._ruled: dict[int | None, dict[int, list[int]]] = {}
        self._connections: dict[int, Connections] = {}
        self._routings: dict[tuple[int, int], Routing] = {}
        self._unseen: dict[int, Unseen] = {}

    def _place(self, ns: int) -> _Place:
        found = self._places.get(ns)
        if found is None:
            # The whole node, or all: what is asked of one namespace is soon asked of its neighbours.
            rows = self.store.raw(
                "SELECT s.ns, s.node, d.name, CASE WHEN s.kind = 'host' THEN '' ELSE s.kind || ':' || coalesce(s.name, '') END,"
                " s.inode, d.address FROM netns s JOIN node d USING (node)"
                " WHERE ? OR s.node = (SELECT node FROM netns WHERE ns = ?)", [self._whole, ns],
            )  # fmt: skip
            self._places.update((row[0], _Place(*row[1:])) for row in rows)
            self._by_inode.update(((row[1], row[4]), row[0]) for row in rows if row[4] is not None)
            found = self._places[ns]
        return found

    @cached_property
    def policed(self) -> "Objects":
        """The objects that policies are judged by."""
        from podpath.policy.objects import Objects

        return Objects(self.store)

    def holds(self, *kinds: type[Any]) -> bool:
        """Say whether the snapshot has rows of any of these types."""
        return self._tables.hold(*kinds)

    def inode(self, ns: int) -> int | None:
        """Return the number of a namespace on its node, or None if the snapshot does not have it."""
        return self._place(ns).inode

    def netns(self, ns: int) -> Namespace:
        """Return a namespace."""
        found = self._namespaces.get(ns)
        if found is None:
            place = self._place(ns)
            changes = self._changes.get(ns, ())
            if not place.label:
                near = (unseen.cabled for unseen in self._unseen.values() if unseen.host == ns)
                changes = (implied(self._tables.rows, ns, place.address), *near, *changes)
            found = self._namespaces[ns] = Namespace(self._tables.rows, ns, place.node_name, place.label, changes)
        return found

    # -- ends that were not captured -----------------------------------------------------------------

    def behind_a_cable(self, address: Ip) -> Unseen | None:
        """Return the container or pod with an address that only the tables of its host show, or None if there is none."""
        found = self._hosted_at(address)
        added = self._add(found) if len(found) == 1 else []
        return added[0] if added else None

    def _hosted_at(self, address: Ip) -> list[Hosted]:
        """Return where an address is behind a cable: asked one by one at first, all at once after a few addresses."""
        self._cabled.add(address)
        if len(self._cabled) < _FEW or not self._fits("neighbour"):
            return hosted(self, self.store, address)
        return self._all_hosted.get(address, [])

    @cached_property
    def _cabled(self) -> set[Ip]:
        return set()

    @cached_property
    def _all_hosted(self) -> dict[Ip, list[Hosted]]:
        found: dict[Ip, list[Hosted]] = defaultdict(list)
        for one in hosted(self, self.store):
            found[one.address].append(one)
        return dict(found)

    def behind_cables(self) -> list[Unseen]:
        """Return all containers and pods that only the tables of their hosts show."""
        return list(dict.fromkeys(self._add(hosted(self, self.store))))

    def _add(self, found: Iterable[Hosted]) -> list[Unseen]:
        """Return the namespaces behind cables, each with all of its addresses; their hosts' rows about them are read again."""
        by_cable = {(one.host, one.dev): one for one in self._unseen.values()}
        added = []
        for at in found:
            if not is_reached(at, self.netns(at.ns)):
                continue
            new = Unseen(_FIRST_UNSEEN + len(self._unseen), self.netns(at.ns).node, (at,))
            known = by_cable.get((at.ns, new.dev))
            if known is not None:
                new = known if at in known.hosted else known._replace(hosted=(*known.hosted, at))
            self._unseen[new.ns] = by_cable[at.ns, new.dev] = new
            added.append(new.ns)
        for ns in {*added, *(self._unseen[ns].host for ns in added)}:
            self._namespaces.pop(ns, None)
            for family in BITS:
                self._routings.pop((ns, family), None)
        for ns in added:
            self._plug_in(self._unseen[ns])
        return [self._unseen[ns] for ns in added]

    def _plug_in(self, unseen: Unseen) -> None:
        ns, host = unseen.ns, unseen.host
        self._namespaces[ns] = unseen.namespace(self.netns(host))
        self._places[ns] = self._place(host)._replace(label=unseen.label, inode=None)
        inner, outer = self.netns(ns).links[DEVICE], self.netns(host).links[unseen.dev]
        self._cables[ns, DEVICE], self._cables[host, outer.row.name] = Port(host, outer), Port(ns, inner)
        self._owners |= {one.address: [(ns, DEVICE)] for one in unseen.hosted}

    def unseen(self, ns: int) -> Unseen | None:
        """Return what is assumed of a namespace that was not captured, or None for one that was."""
        return self._unseen.get(ns)

    def routing(self, ns: int, family: int) -> Routing:
        """Return the rules and tables of one family in a namespace."""
        found = self._routings.get((ns, family))
        if found is None:
            found = self._routings[ns, family] = Routing(self.netns(ns), family)
        return found

    def rules(self, ns: int) -> "Ruleset":
        """Return the netfilter rules and sets of a namespace; nothing is read of them before a packet asks."""
        found = self._rules.get(ns)
        if found is None:
            from podpath.walk.netfilter import Listing, Ruleset

            asked = "SELECT command, text, source, first FROM source WHERE source IN (SELECT unnest(?)) ORDER BY source"
            outputs = self._outputs(ns)
            rows = self.store.raw(asked, [outputs]) if outputs else []
            found = self._rules[ns] = Ruleset.of(Listing(*row) for row in rows)
        return found

    def _outputs(self, ns: int) -> list[int]:
        """Return the outputs that hold a namespace's rules or sets; their texts stay where they are."""
        node = None if self._whole else self.node_of(ns)
        if node not in self._ruled:
            self._ruled[node] = defaultdict(list)
            rows = self.store.raw(
                "SELECT o.ns, o.source FROM source o JOIN netns s USING (ns) WHERE (? OR s.node = ?) AND o.text IS NOT NULL"
                " AND (regexp_matches(o.command, ?) OR (o.ns, o.source) IN (SELECT ns, source FROM ruleset))",
                [self._whole, node, _RULES],
            )
            for of, source in rows:
                self._ruled[node][of].append(source)
        return self._ruled[node].get(ns, [])

    def rule_texts(self, ns: int) -> list[str]:
        """Return the texts that hold a namespace's rules and sets."""
        outputs = self._outputs(ns)
        asked = "SELECT text FROM source WHERE source IN (SELECT unnest(?)) ORDER BY source"
        return [text for (text,) in self.store.raw(asked, [outputs])] if outputs else []

    @property
    def read(self) -> frozenset[type[Any]]:
        """Types of rows that walks have asked for until now."""
        return frozenset(self._tables.read)

    def connections(self, ns: int) -> "Connections":
        """Return the connections that a namespace tracked when it was captured."""
        found = self._connections.get(ns)
        if found is None:
            from podpath.walk.netfilter import Connections

            found = self._connections[ns] = Connections.of(held.row for held in self.netns(ns).all(ConntrackEntry))
        return found

    def node_of(self, ns: int) -> int:
        """Return the number of a namespace's node."""
        return self._place(ns).node

    def by_nsid(self, ns: int, nsid: int) -> int | None:
        """Return the namespace of an identifier in another one (``link-netnsid``), or None if it was not captured."""
        inode = self._identifiers(self.node_of(ns)).get((ns, nsid))
        return self.by_inode(ns, inode) if inode is not None else None

    def by_inode(self, ns: int, inode: int) -> int | None:
        """Return the namespace with a number on a namespace's node, or None if it was not captured."""
        return self._by_inode.get((self.node_of(ns), inode))

    def _identifiers(self, node: int) -> dict[tuple[int, int], int]:
        """Return the inodes that identifiers stand for in the namespaces of a node."""
        if node not in self._nsids:
            rows = self.store.raw(
                "SELECT s.node, i.ns, i.nsid, i.inode FROM netns_id i JOIN netns s USING (ns) WHERE ? OR s.node = ?",
                [self._whole, node],
            )
            self._nsids[node] = {}
            for of, ns, nsid, inode in rows:
                self._nsids.setdefault(of, {})[ns, nsid] = inode
        return self._nsids[node]

    @cached_property
    def called(self) -> Called:
        """Namespaces by name."""
        return Called(self.store)

    @cached_property
    def networks(self) -> dict[str, dict[str, str]]:
        """The engines' networks that bridges carry, by the names of node and bridge."""
        return bridge_networks(self.store)

    # -- cables --------------------------------------------------------------------------------------

    @cached_property
    def _tunnels(self) -> dict[tuple[int, str], list[Port]]:
        return {}

    @cached_property
    def _stacks(self) -> dict[int, list[tuple[int, str, int]]]:
        return {}

    @cached_property
    def _above(self) -> dict[tuple[int, str], list[Port]]:
        return {}

    @cached_property
    def _cables(self) -> dict[tuple[int, str], Port | NoPort]:
        return {}

    def other_end(self, ns: int, link: Entry[Link]) -> Port | NoPort:
        """Return the other end of a veth, or the device that a macvlan, ipvlan or VLAN in another namespace stands on.

        How it is found, :mod:`podpath.wiring.cables` says.
        """
        key = (ns, link.row.name)
        found = self._cables.get(key)
        if found is None:
            cable = other_end(self, ns, link.row)
            far = cable.far if cable.known else None
            held = self.netns(far.ns).links.get(far.link.name) if far is not None else None
            found = NoPort(cable.reason, cable.command, cable.outside) if far is None or held is None else Port(far.ns, held)
            self._cables[key] = found
        return found

    def named(self, ns: int, name: str) -> Link | None:
        """Return a device of a namespace by its name."""
        held = self.netns(ns).links.get(name)
        return held.row if held is not None else None

    def indexed(self, ns: int, index: int) -> Link | None:
        """Return a device of a namespace by its ifindex."""
        held = self.netns(ns).by_index.get(index)
        return held.row if held is not None else None

    def facing(self, ns: int, index: int, peer: int) -> list[Device]:
        """Return the devices on a namespace's node that have an ifindex, and name one as that of their other end."""
        return [device for device in self.numbered(ns, index) if device.link.peer_index == peer]

    def numbered(self, ns: int, index: int) -> list[Device]:
        """Return the devices on a namespace's node that have an ifindex."""
        asked = "SELECT l.ns FROM link l JOIN netns s USING (ns) WHERE s.node = ? AND l.ifindex = ? ORDER BY l.ns"
        found = ((there, self.indexed(there, index)) for (there,) in self.store.raw(asked, [self.node_of(ns), index]))
        return [Device(there, link) for there, link in found if link is not None]

    def netns_named(self, ns: int, name: str) -> int | None:
        """Return the namespace of a name below ``/run/netns`` on a namespace's node, or None if it was not captured."""
        asked = "SELECT ns FROM netns WHERE node = ? AND kind = 'netns' AND name = ?"
        return next((there for (there,) in self.store.raw(asked, [self.node_of(ns), name])), None)

    def names_told(self, ns: int) -> bool:
        """Say whether ``ip link`` on a namespace's node names any namespace by the name below which it was captured."""
        return self.node_of(ns) in self._telling

    @cached_property
    def _telling(self) -> frozenset[int]:
        rows = self.store.raw(
            "SELECT DISTINCT s.node FROM link l JOIN netns s USING (ns)"
            " JOIN netns o ON o.node = s.node AND o.kind = 'netns' AND o.name = l.peer_netns_name"
        )
        return frozenset(node for (node,) in rows)

    def asked(self, ns: int) -> bool:
        """Say whether the kernel was asked what identifiers mean in a namespace."""
        return self._place(ns).inode is not None

    def label(self, ns: int) -> str:
        """Return a namespace as reports write it: ``kind:name``, empty for the host's own."""
        return self._place(ns).label

    def under(self, ns: int, link: Entry[Link]) -> int | None:
        """Return the namespace that a tunnel's outer packets are in: the one it was made in, or None if that was not captured."""
        if not link.row.peer_elsewhere:
            return ns
        return self._elsewhere(ns, link.row.peer_netns, link.row.peer_netns_name)

    def _elsewhere(self, ns: int, nsid: int | None, name: str | None) -> int | None:
        """Return the namespace that a device names by identifier or by name, or None if it was not captured."""
        return self.netns_named(ns, name) if name is not None else self.by_nsid(ns, nsid) if nsid is not None else None

    def above(self, ns: int, dev: str) -> list[Port]:
        """Return the devices that stand on another one (VLAN, macvlan, ipvlan), in whichever namespace they are."""
        found = self._above.get((ns, dev))
        if found is None:
            link = self.netns(ns).links.get(dev)
            found = [Port(ns, held) for held in self.netns(ns).below.get(dev, ())]
            for there, name, index in self._stacked(self.node_of(ns)):
                if link is None or index != link.row.ifindex or there == ns or name not in self.netns(there).links:
                    continue
                held = self.netns(there).links[name]
                lower = self.other_end(there, held)
                if isinstance(lower, Port) and (lower.ns, lower.link.row.name) == (ns, dev):
                    found.append(Port(there, held))
            self._above[ns, dev] = found
        return found

    def _stacked(self, node: int) -> list[tuple[int, str, int]]:
        """Return the devices of a node that stand on one in another namespace: (namespace, name, index below)."""
        if node not in self._stacks:
            self._stacks[node] = self.store.raw(
                "SELECT l.ns, l.name, l.peer_index FROM link l JOIN netns s USING (ns) WHERE s.node = ?"
                " AND l.peer_index IS NOT NULL AND l.kind IN ('vlan', 'macvlan', 'macvtap', 'ipvlan', 'ipvtap') ORDER BY ALL",
                [node],
            )  # fmt: skip
        return self._stacks[node]

    def tunnels_under(self, ns: int, kind: str) -> list[Port]:
        """Return the tunnel devices of a kind whose outer packets are in a namespace, wherever the devices are."""
        found = self._tunnels.get((ns, kind))
        if found is None:
            found = [
                Port(ns, held) for held in self.netns(ns).links.values() if held.row.kind == kind and not held.row.peer_elsewhere
            ]
            rows = self.store.raw(
                "SELECT l.ns, l.name, l.peer_netns, l.peer_netns_name FROM link l JOIN netns s USING (ns) WHERE s.node = ?"
                " AND l.kind = ? AND coalesce(l.peer_netns::VARCHAR, l.peer_netns_name) IS NOT NULL ORDER BY ALL",
                [self.node_of(ns), kind],
            )  # fmt: skip
            found += [Port(far, self.netns(far).links[name]) for far, name, *where in rows if self._elsewhere(far, *where) == ns]
            self._tunnels[ns, kind] = found
        return found

    # -- who has what --------------------------------------------------------------------------------

    def owners(self, address: Ip) -> list[tuple[int, str]]:
        """Return the namespaces and devices that list an address as their own."""
        found = self._owners.get(address)
        if found is None:
            found = [row for row in self._holders(address) if row[0] not in self._changes]
            changed = ((ns, self.netns(ns).owned.get(address)) for ns in self._changes)
            found += [(ns, held.row.dev) for ns, held in changed if held is not None]
            self._owners[address] = found = found or self._implied(address)
        return found

    def _implied(self, address: Ip) -> list[tuple[int, str]]:
        """Return the hosts whose name is an address, or whose routes show that it is theirs."""
        held = ((ns, self.netns(ns).owned.get(address)) for ns in self._unlisted.get(address, ()))
        return [(ns, one.row.dev) for ns, one in held if one is not None]

    @cached_property
    def _unlisted(self) -> dict[Ip, list[int]]:
        """Hosts by an address that is theirs, where no output lists the addresses that they have."""
        rows = self.store.raw(
            "WITH blind AS (SELECT ns, node FROM netns WHERE kind = 'host' AND ns NOT IN (SELECT ns FROM coverage"
            " WHERE \"table\" = 'address' AND complete <> 'no' AND family IS NULL AND dev IS NULL AND part IS NULL))"
            " SELECT d.address, b.ns FROM node d JOIN blind b USING (node) WHERE d.address IS NOT NULL"
            " UNION SELECT prefsrc, b.ns FROM route JOIN blind b USING (ns) WHERE prefsrc IS NOT NULL AND proto = 'kernel'"
            " ORDER BY ALL"
        )
        found: dict[Ip, list[int]] = defaultdict(list)
        for address, ns in rows:
            found[Ip(address)].append(ns)
        return found

    def _holders(self, address: Ip) -> list[tuple[int, str]]:
        """Return the holders of an address by the tables: queried one by one at first, all at once after many queries."""
        if len(self._owners) < _ONE_BY_ONE or not self._fits("address"):
            asked = 'SELECT ns, dev FROM "address" WHERE "address" = ?::UHUGEINT ORDER BY ns, dev'
            return self.store.raw(asked, [str(address)])
        return self._all_holders.get(address, [])

    def _fits(self, table: str) -> bool:
        """Say whether a table has few enough rows to be kept."""
        if table not in self._fitting:
            self._fitting[table] = bool(self.store.raw(f'SELECT count(*) FROM "{table}"')[0][0] <= _MOST_KEPT)
        return self._fitting[table]

    @cached_property
    def _fitting(self) -> dict[str, bool]:
        return {}

    @cached_property
    def _all_holders(self) -> dict[Ip, list[tuple[int, str]]]:
        found: dict[Ip, list[tuple[int, str]]] = defaultdict(list)
        for address, ns, dev in self.store.raw('SELECT "address", ns, dev FROM "address" ORDER BY ns, dev'):
            found[Ip(address)].append((ns, dev))
        return dict(found)

    @cached_property
    def _owners(self) -> dict[Ip, list[tuple[int, str]]]:
        return {}

    def hosts(self) -> list[int]:
        """Return the hosts' own namespaces."""
        return [ns for (ns,) in self.store.raw("SELECT ns FROM netns WHERE kind = 'host' ORDER BY ns")]

    def host_of(self, ns: int) -> int | None:
        """Return the own namespace of the host that a namespace is on, or None if it was not captured."""
        rows = self.store.raw("SELECT ns FROM netns WHERE kind = 'host' AND node = ? ORDER BY ns", [self.node_of(ns)])
        return rows[0][0] if rows else None

    def houses_pods(self, ns: int) -> bool:
        """Say whether namespaces of containers or pods were captured on a namespace's node."""
        return any(self.pods_on(ns, family) is not None for family in (V4, V6))

    def pods_on(self, ns: int, family: int) -> Ip | None:
        """Return an address of a container or pod that was captured on a namespace's node, or None if none was."""
        asked = (
            'SELECT min(a."address") FROM netns s JOIN "address" a USING (ns)'
            " WHERE s.node = ? AND a.family = ? AND s.kind <> 'host' AND a.dev <> 'lo' AND coalesce(a.scope, 'global') = 'global'"
        )
        ((found,),) = self.store.raw(asked, [self.node_of(ns), family])
        return Ip(found) if found is not None else None

    def addresses_of_pods(self) -> frozenset[Ip]:
        """Return the addresses of all captured containers and pods."""
        return self._pods

    @cached_property
    def _pods(self) -> frozenset[Ip]:
        rows = self.store.raw(
            "SELECT DISTINCT a.\"address\" FROM \"address\" a JOIN netns s USING (ns) WHERE s.kind <> 'host' AND a.dev <> 'lo'"
            " AND coalesce(a.scope, 'global') = 'global'"
        )
        return frozenset(Ip(ip) for (ip,) in rows)

    def objects(self, kind: type[Row], where: str, values: Sequence[object]) -> list[Row]:
        """Return objects of the API, whichever node's output showed them.

        Args:
            kind: Service, Endpoint, Pod …
            where: a condition in SQL, with $1, $2 … for the values.
            values: the values.
        """
        asked = f'SELECT * EXCLUDE (ns, source, line) FROM "{TABLE_OF[kind]}" WHERE {where}'
        return [kind._make(row) for row in self.store.raw(asked, list(values))]

    def services(self, proto: str, port: int, address: Ip) -> list[Service]:
        """Return the services that an address and a port may mean: by cluster IP, external address, or port of nodes."""
        by_address, others = self._services
        return [*by_address.get((proto, port, address), ()), *others.get((proto, port), ())]

    @cached_property
    def _services(self) -> tuple[dict[tuple[str, int, Ip], list[Service]], dict[tuple[str, int], list[Service]]]:
        """Services by cluster IP and port; and by a port alone where other addresses have it."""
        by_address: dict[tuple[str, int, Ip], list[Service]] = defaultdict(list)
        others: dict[tuple[str, int], list[Service]] = defaultdict(list)
        for row in self.objects(Service, "port IS NOT NULL", []):
            proto = (row.proto or "TCP").lower()
            for address in (row.cluster_ip, row.second_ip):
                if address is not None:
                    by_address[proto, row.port or 0, address].append(row)
            if row.external_ips is not None:
                others[proto, row.port or 0].append(row)
            if row.node_port is not None:
                others[proto, row.node_port].append(row)
        return by_address, others

    def service_at(self, address: Ip, port: int, proto: str, *, at_node: bool) -> tuple[str, int | None] | None:
        """Return the service that the API's objects have at an address and port, or at a node port, and since when.

        Args:
            address: the address.
            port: the port there.
            proto: tcp, udp or sctp.
            at_node: the port is one of all nodes.

        Returns:
            Its name with its namespace, and when it was created, in seconds since 1970, or None if there is no such service.
        """
        where = "node_port = $1" if at_node else "port = $1 AND cluster_ip = $3::UHUGEINT"
        rows = self.store.raw(
            "SELECT namespace || '/' || name, max(created) FROM service"
            f" WHERE {where} AND lower(coalesce(proto, 'tcp')) = $2 GROUP BY namespace, name ORDER BY ALL LIMIT 1",
            [port, proto, *([] if at_node else [str(int(address))])],
        )  # fmt: skip
        return (rows[0][0], rows[0][1]) if rows else None

    def within(self, nets: Iterable[Address], most: int) -> list[Port]:
        """Return devices with an address in one of some networks, up to a limit."""
        found: dict[tuple[int, str], Port] = {}
        for net in nets:
            bits = BITS[net.family] - net.length
            first = Ip(net.address & ~((1 << bits) - 1))
            asked = (
                'SELECT DISTINCT ns, dev FROM "address" WHERE "address" BETWEEN ?::UHUGEINT AND ?::UHUGEINT ORDER BY ALL LIMIT ?'
            )
            for ns, dev in self.store.raw(asked, [str(first), str(last_ip(net.family, first, net.length)), most]):
                if dev in self.netns(ns).links:
                    found[ns, dev] = Port(ns, self.netns(ns).links[dev])
        return list(found.values())[:most]

    def stations(self, mac: Mac) -> list[Port]:
        """Return the devices that have a MAC."""
        if is_unseen(mac):  # whoever sends from it, or is asked for it, has been looked at
            every = [(ns, held) for ns, netns in self._namespaces.items() for held in netns.links.values()]
            return [Port(ns, held) for ns, held in every if held.row.mac == mac]
        found = self._stations.get(mac)
        if found is None:
            rows = self._named(mac)
            found = self._stations[mac] = [
                Port(ns, self.netns(ns).links[name]) for ns, name in rows if name in self.netns(ns).links
            ]
        return found

    def _named(self, mac: Mac) -> list[tuple[int, str]]:
        """Return the devices that have a MAC by the tables: queried one by one at first, all at once after many queries."""
        if len(self._stations) < _ONE_BY_ONE or not self._fits("link"):
            return self.store.raw("SELECT ns, name FROM link WHERE mac = ? ORDER BY ns, ifindex", [mac])
        return self._all_macs.get(mac, [])

    @cached_property
    def _all_macs(self) -> dict[Mac, list[tuple[int, str]]]:
        found: dict[Mac, list[tuple[int, str]]] = defaultdict(list)
        for mac, ns, name in self.store.raw("SELECT mac, ns, name FROM link WHERE mac IS NOT NULL ORDER BY ns, ifindex"):
            found[Mac(mac)].append((ns, name))
        return dict(found)

    @cached_property
    def _stations(self) -> dict[Mac, list[Port]]:
        return {}
