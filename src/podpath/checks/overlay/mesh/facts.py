"""The rows that matter for the pairs to be judged, fetched by a few set operations."""

from collections import Counter
from typing import Final, NamedTuple

from podpath.checks.overlay.mesh.overlay import Vtep
from podpath.checks.overlay.mesh.pairs import RULING, Overlay, among_senders
from podpath.language import tr
from podpath.snapshot.sql_text import bound
from podpath.snapshot.store import Store
from podpath.state.address import Ip, Mac, family_of, ip_text, prefix_text, share_network

_ZERO: Final = Mac(0)
_HELD: Final = ("address", "within")
"""How an underlay address is known, where a row of ``address`` has it."""


class Ref(NamedTuple):
    """A row that is evidence.

    Attributes:
        table: its table.
        rowid: its number there.
        needle: the word of it that matters.
    """

    table: str
    rowid: int
    needle: str = ""


class MeshHop(NamedTuple):
    """Where a route sends a packet: the next hop, whether past the overlay, and the route's row."""

    ip: Ip
    direct: bool
    rowid: int


class MeshRoute(NamedTuple):
    """The route that a sender would use for a prefix."""

    rowid: int
    family: int
    type: str
    dst: Ip
    dst_len: int
    via: Ip | None
    dev: str | None
    proto: str | None
    gateway_name: str | None

    @property
    def text(self) -> str:
        """The route in short."""
        gateway = ip_text(self.via) if self.via is not None else self.gateway_name
        via = f" via {gateway}" if gateway else ""
        kind = f"{self.type} " if self.type != "unicast" else ""
        dev = f" dev {self.dev}" if self.dev is not None else ""
        return f"{kind}{prefix_text(self.family, self.dst, self.dst_len)}{via}{dev}"


class Ruling(NamedTuple):
    """A policy rule that may decide on a packet before the main table does."""

    rowid: int
    priority: int
    action: str


class MeshNeighbour(NamedTuple):
    """A neighbour entry of a sender."""

    rowid: int
    mac: Mac | None
    state: str | None


class Fdb(NamedTuple):
    """A forwarding entry of a sender that names a node."""

    rowid: int
    mac: Mac
    dst: Ip
    vni: int | None
    port: int | None


class Facts:
    """What the judge of one overlay asks.

    Args:
        store: the store, with the temporary tables of ``overlay`` and ``pairs``.
        overlay: the overlay whose suspects are to be judged.

    Attributes:
        prefixes: for each device the prefixes expected to be routed to it.
        prefix_text: each prefix as text.
        lengths: the length of each prefix.
        families: the address family of each prefix.
        probes: for each prefix an address in it whose route is looked up.
        routes: for (sender, prefix) the route that would be used.
        rules: for (sender, prefix) the first policy rule that may decide on it before the main table.
        neighbours: for (sender, address) its entry.
        fdb: for (sender, MAC) its entries.
        addresses: for each device its addresses.
        underlay: for each device the addresses of its node.
        owner_of_ip: the device that has an overlay address.
        owner_of_mac: the device that has a MAC.
        owner_of_underlay: the device whose node has an underlay address.
        link_rows: row of each device in ``link``.
        vxlan_rows: row of each device in ``vxlan``.
        meant_by_ip: the device that an address no device has is meant for, by the MAC that neighbour tables give it.
        calico: routes of Calico's kind are in the snapshot.
    """

    def __init__(self, store: Store, overlay: Overlay) -> None:
        self._store = store
        self._overlay = overlay
        self.members = overlay.members
        self._load_truth()
        self._load_todo()
        self._load_entries()
        self._counts = {part: Counter(getattr(v, part) for v in self.members.values()) for part in ("vni", "port")}

    def _load_truth(self) -> None:
        raw, name = self._store.raw, self._overlay.name
        self.addresses: dict[int, list[Ip]] = {}
        self._address_rows: dict[int, list[int]] = {}
        self.owner_of_ip: dict[Ip, int] = {}
        for vt, ip, row in raw("SELECT vt, ip, address_row FROM vtep_ip WHERE overlay = ? ORDER BY vt, ip", [name]):
            self.addresses.setdefault(vt, []).append(ip)
            self._address_rows.setdefault(vt, []).append(row)
            self.owner_of_ip[ip] = vt
        self.owner_of_mac = {v.mac: v.vt for v in self.members.values() if v.mac is not None}
        self.underlay: dict[int, list[Ip]] = {}
        self._how: dict[tuple[int, Ip], tuple[str, int | None]] = {}
        self.owner_of_underlay: dict[Ip, int] = {}
        for vt, ip, how, row in raw("SELECT vt, ip, how, address_row FROM underlay WHERE overlay = ? ORDER BY vt, ip", [name]):
            self.underlay.setdefault(vt, []).append(ip)
            self._how[vt, ip] = (how, row)
            self.owner_of_underlay[ip] = vt
        self._shared: dict[Ip, dict[int, int]] = {}
        for ip, vt, row in raw(
            'SELECT a."address", v.vt, a.rowid FROM vtep v JOIN address a ON a.ns = v.ns AND a.dev <> v.dev'
            " WHERE v.overlay = $1 AND a.dev NOT IN ('lo', 'kube-ipvs0')"
            ' AND a."address" IN (SELECT "local" FROM vtep WHERE overlay = $1) ORDER BY v.vt',
            [name],
        ):
            self._shared.setdefault(ip, {})[vt] = row
        join = "JOIN vtep v ON v.ns = t.ns AND v.dev = t.name WHERE v.overlay = ?"
        self.link_rows = dict(raw(f"SELECT v.vt, t.rowid FROM link t {join}", [name]))
        self.vxlan_rows = dict(raw(f"SELECT v.vt, t.rowid FROM vxlan t {join}", [name]))
        # Devices that no line shows whose place is sure or stated: they may be another machine's.
        self._doubtful = {
            vt: Ref(table, row)
            for vt, table, row in raw(
                """
                WITH shown AS (
                    SELECT v.vt, 'link' AS tab, t.rowid AS row, t.source FROM vtep v JOIN link t ON t.ns = v.ns AND t.name = v.dev
                    WHERE v.overlay = $1
                    UNION ALL SELECT v.vt, 'vxlan', t.rowid, t.source FROM vtep v JOIN vxlan t ON t.ns = v.ns AND t.name = v.dev
                    WHERE v.overlay = $1
                    UNION ALL SELECT v.vt, 'address', t.rowid, t.source FROM vtep v JOIN address t ON t.ns = v.ns AND t.dev = v.dev
                    WHERE v.overlay = $1
                )
                SELECT vt, min_by(tab, row), min(row) FROM shown JOIN source s USING (source) GROUP BY vt
                HAVING bool_and(s.place = 'assumed')
                """,
                [name],
            )
        }
        self.calico = bool(raw("SELECT 1 FROM route WHERE proto IN ('bird', '80') LIMIT 1"))
        # A table of IPv4 entries (arp, route -n) says nothing of IPv6: coverage of both families counts for each.
        self._cover: dict[tuple[int, str, int], tuple[bool, int | None]] = {
            (vt, table, family): (sure, row)
            for vt, table, family, sure, row in raw(
                "SELECT v.vt, c.\"table\", f.family, bool_or(c.complete = 'yes'), arg_max(c.rowid, c.dev IS NOT NULL)"
                " FILTER (c.complete = 'yes') FROM vtep v JOIN coverage c USING (ns)"
                " JOIN (SELECT unnest([4, 6]) AS family) f ON coalesce(c.family, f.family) = f.family"
                " WHERE v.overlay = ? AND c.complete <> 'no' AND (c.dev IS NULL OR c.dev = v.dev)"
                " AND (c.part IS NULL OR c.part IN ('main', '254')) GROUP BY ALL",
                [name],
            )
        }
        self._fully = {
            row[0]
            for row in raw(
                "SELECT v.vt FROM vtep v JOIN coverage c USING (ns) WHERE v.overlay = ? AND c.\"table\" = 'address'"
                " AND c.dev IS NULL AND c.complete = 'yes'",
                [name],
            )
        }

        self._strange_local = {
            row[0]
            for row in raw(
                'SELECT vt FROM vtep v WHERE "local" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM address a'
                ' JOIN netns n USING (ns) WHERE n.node = v.node AND a."address" = v."local")'
            )
        } & self._fully
        # Addresses on the device that the tunnel goes out by, or on one with a default route.
        self._outer = {
            (vt, ip)
            for vt, ip in raw(
                "SELECT v.vt, u.ip FROM vtep v JOIN underlay u USING (vt) JOIN address a ON a.rowid = u.address_row"
                " WHERE v.overlay = ?"
                " AND (EXISTS (SELECT 1 FROM vxlan x WHERE x.ns = v.ns AND x.name = v.dev AND x.lower = a.dev)"
                " OR EXISTS (SELECT 1 FROM route r WHERE r.ns = a.ns AND r.dst_len = 0 AND r.dev = a.dev))",
                [name],
            )
        }

    def _load_todo(self) -> None:
        run, name = self._store.connection.execute, self._overlay.name
        suspects = self._overlay.suspects
        run("CREATE OR REPLACE TEMP TABLE todo (a INTEGER, b INTEGER)")
        if suspects:
            run(
                "INSERT INTO todo SELECT unnest(?::INTEGER[]), unnest(?::INTEGER[])",
                [list(x) for x in zip(*suspects, strict=True)],
            )
        # The address that is looked up for a prefix: a pod's own where one is known, else the device's, else the first.
        run(
            """
            CREATE OR REPLACE TEMP TABLE probe AS
            SELECT e.rowid AS prefix, e.vt, e.family, e.first, e.len, coalesce(arg_min(h.first, CASE h.how WHEN 'pod' THEN 0
                   WHEN 'route' THEN 1 WHEN 'address' THEN 2 WHEN 'subnet' THEN 3 WHEN 'vtep' THEN 4 ELSE 5 END * 1000 - h.len),
                   any_value(e.first)) AS ip
            FROM expected e LEFT JOIN home h ON h.overlay = e.overlay AND h.vt = e.vt AND h.family = e.family
              AND h.first BETWEEN e.first AND last_ip(e.family, e.first, e.len)
            WHERE e.overlay = ? AND e.vt IN (SELECT b FROM todo) GROUP BY ALL
            """,
            [name],
        )
        self.prefixes: dict[int, list[int]] = {}
        self.prefix_text: dict[int, str] = {}
        self.probes: dict[int, Ip] = {}
        self.lengths: dict[int, int] = {}
        self.families: dict[int, int] = {}
        for prefix, vt, family, first, length, ip in run("SELECT * FROM probe ORDER BY family, first").fetchall():
            self.prefixes.setdefault(vt, []).append(prefix)
            self.prefix_text[prefix] = prefix_text(family, first, length)
            self.probes[prefix] = ip
            self.lengths[prefix] = length
            self.families[prefix] = family

    def _load_entries(self) -> None:
        run = self._store.connection.execute
        among = among_senders([self.members[vt] for vt in {a for a, _ in self._overlay.suspects}])
        self.routes = {
            (a, prefix): MeshRoute(*rest)
            for a, prefix, *rest in run(
                f"""
                SELECT t.a, p.prefix, r.rowid, r.family, r.type, r.dst, r.dst_len, r.via, r.dev, r.proto, r.gateway_name
                FROM todo t JOIN vtep v ON v.vt = t.a JOIN probe p ON p.vt = t.b
                JOIN route r ON r.ns = v.ns AND r.family = p.family AND r."table" = 'main'
                  AND r.dst <= p.ip AND p.ip <= last_ip(r.family, r.dst, r.dst_len)
                WHERE {among} AND r.type NOT IN ('broadcast', 'multicast', 'anycast')
                QUALIFY row_number() OVER (PARTITION BY t.a, p.prefix ORDER BY r.dst_len DESC, coalesce(r.metric, 0), r.hop) = 1
                """
            ).fetchall()
        }
        self.rules = {
            (a, prefix): Ruling(*rest)
            for a, prefix, *rest in run(
                f"""
                SELECT t.a, p.prefix, u.rowid, u.priority, u.action FROM todo t JOIN vtep v ON v.vt = t.a
                JOIN probe p ON p.vt = t.b JOIN rule u ON u.ns = v.ns AND u.family = p.family
                WHERE {RULING} AND (u.dst IS NULL OR p.ip BETWEEN u.dst AND last_ip(u.family, u.dst, u.dst_len))
                  AND (u.action <> 'lookup' OR EXISTS (
                      SELECT 1 FROM route r WHERE r.ns = v.ns AND r.family = p.family AND r."table" = u."table"
                      AND r.type <> 'throw' AND r.dst <= p.ip AND p.ip <= last_ip(r.family, r.dst, r.dst_len))
                    OR NOT EXISTS (SELECT 1 FROM coverage c WHERE c.ns = v.ns AND c."table" = 'route' AND c.complete = 'yes'
                      AND c.dev IS NULL AND (c.part IS NULL OR c.part = u."table") AND coalesce(c.family, p.family) = p.family))
                QUALIFY row_number() OVER (PARTITION BY t.a, p.prefix ORDER BY u.priority) = 1
                """
            ).fetchall()
        }
        # The addresses to ask the neighbour table for: the next hops in use, the peers' own, and those on the link.
        run("CREATE OR REPLACE TEMP TABLE hops (a INTEGER, ip UHUGEINT)")
        wanted = {(a, r.via if r.via is not None else self.probes[p]) for (a, p), r in self.routes.items()}
        wanted |= {(a, ip) for a, b in self._overlay.suspects for ip in self.addresses.get(b, ())}
        if wanted:
            senders, ips = zip(*wanted, strict=True)
            run(
                "INSERT INTO hops SELECT unnest(?::INTEGER[]), unnest(?::UHUGEINT[])",
                [list(senders), bound("UHUGEINT", ips)],
            )
        self.neighbours = {
            (a, ip): MeshNeighbour(*rest)
            for a, ip, *rest in run(
                f"""
                SELECT h.a, r."address", r.rowid, r.mac, r.state FROM hops h JOIN vtep v ON v.vt = h.a
                JOIN neighbour r ON r.ns = v.ns AND r.dev = v.dev AND r."address" = h.ip
                WHERE {among} AND NOT has_flag(r.flags, 'proxy')
                """
            ).fetchall()
        }
        # An address that no device has is meant for the device whose MAC the neighbour tables give it.
        self.meant_by_ip = {
            ip: self.owner_of_mac[n.mac]
            for (_, ip), n in self.neighbours.items()
            if n.mac is not None and n.mac in self.owner_of_mac and ip not in self.owner_of_ip
        }
        self._load_fdb(among)

    def _load_fdb(self, among: str) -> None:
        run = self._store.connection.execute
        run("CREATE OR REPLACE TEMP TABLE macs (a INTEGER, mac UBIGINT)")
        wanted = {(a, n.mac) for (a, _), n in self.neighbours.items() if n.mac is not None}
        wanted |= {(a, m) for a, b in self._overlay.suspects if (m := self.members[b].mac) is not None}
        if wanted:
            columns = [list(column) for column in zip(*wanted, strict=True)]
            run("INSERT INTO macs SELECT unnest(?::INTEGER[]), unnest(?::UBIGINT[])", columns)
        self.fdb: dict[tuple[int, Mac], list[Fdb]] = {}
        self._to: dict[tuple[int, Ip], list[Fdb]] = {}
        for a, *rest in run(
            f"""
            SELECT DISTINCT v.vt, r.rowid, r.mac, r.dst, r.vni, r.port FROM fdb r JOIN vtep v ON v.ns = r.ns AND v.dev = r.dev
            WHERE {among} AND r.dst IS NOT NULL AND v.vt IN (SELECT a FROM todo) AND (
                EXISTS (SELECT 1 FROM macs m WHERE m.a = v.vt AND m.mac = r.mac) OR r.mac = 0
                OR EXISTS (SELECT 1 FROM todo t JOIN underlay u ON u.vt = t.b WHERE t.a = v.vt AND u.ip = r.dst))
            ORDER BY r.rowid
            """
        ).fetchall():
            entry = Fdb(*rest)
            self.fdb.setdefault((a, entry.mac), []).append(entry)
            self._to.setdefault((a, entry.dst), []).append(entry)

    # -- questions ----------------------------------------------------------------------------------

    def covers(self, vtep: Vtep, table: str, family: int = 4) -> bool | None:
        """Say whether a sender's table was captured: surely whole (True), probably (False), or not (None)."""
        return self._cover.get((vtep.vt, table, family), (None, None))[0]

    def may_be_tunnel(self, vtep: Vtep, dev: str) -> bool:
        """Say whether no output shows what kind of device another one of a node is: it may be an overlay's, too.

        A device with a network of its own, or a default route, leads to a segment.
        """
        rows = self._store.raw(
            "SELECT bool_or(l.kind IS NOT NULL) FROM link l WHERE l.ns = $1 AND l.name = $2 HAVING count(*) > 0", [vtep.ns, dev]
        )
        detailed = self._store.raw("SELECT 1 FROM coverage WHERE ns = $1 AND \"table\" = 'vxlan' AND complete <> 'no'", [vtep.ns])
        if rows and (rows[0][0] or detailed):
            return False
        return not self._store.raw(
            'SELECT 1 FROM "address" WHERE ns = $1 AND dev = $2 AND length < CASE family WHEN 4 THEN 32 ELSE 128 END'
            " AND coalesce(scope, 'global') = 'global' UNION ALL SELECT 1 FROM route WHERE ns = $1 AND dev = $2 AND dst_len = 0",
            [vtep.ns, dev],
        )

    def name(self, vt: int) -> str:
        """Return the name of a device's node."""
        return self.members[vt].name

    def address_text(self, vt: int) -> str | None:
        """Return the first address of a device, as text."""
        return next((ip_text(ip) for ip in self.addresses.get(vt, ())), None)

    def underlay_text(self, vt: int, *, own: bool = False) -> str | None:
        """Return the underlay address of a device's node that it is best called by."""
        best = self._best_underlay(vt, own=own)
        return ip_text(best[0]) if best else None

    def _best_underlay(self, vt: int, *, own: bool = False) -> list[Ip]:
        """Return the underlay addresses of a device's node, the likeliest first: those of its pod bridges come last."""
        known = [ip for ip in self.underlay.get(vt, ()) if not own or self._how[vt, ip][0] in _HELD]
        local = self.members[vt].local
        return sorted(known, key=lambda ip: (ip != local, self._how[vt, ip][0] != "name", (vt, ip) not in self._outer, ip))

    def how(self, vt: int, ip: Ip | None) -> str:
        """Say how an underlay address is known to be the node's."""
        chosen = ip if ip is not None else next(iter(self.underlay[vt]))
        ways = {
            "name": tr("by its name"),
            "address": tr("by one of its addresses"),
            "within": tr("by one of its addresses"),
            "vxlan local": tr("by the device's local address"),
        }
        return ways.get(self._how[vt, chosen][0], tr("by its Node object"))

    def holders(self, ip: Ip) -> dict[int, int]:
        """Return the devices whose nodes have an address that tunnels send from, with its rows, where several nodes have it."""
        found = self._shared.get(ip, {})
        return found if len(found) > 1 else {}

    def joined(self, ip: Ip, a: int, b: int) -> bool:
        """Say whether two nodes that have an address share a network beside its: then it is not on one segment with itself."""
        own: dict[int, list[tuple[Ip, int]]] = {a: [], b: []}
        for vt, held, length in self._store.raw(
            "SELECT v.vt, a.\"address\", a.length FROM vtep v JOIN address a ON a.ns = v.ns AND a.dev NOT IN (v.dev, 'lo')"
            " WHERE v.vt IN (?, ?)",
            [a, b],
        ):
            own[vt].append((Ip(held), length))
        return share_network(own[a], own[b], ip)

    def leads_out(self, vt: int, family: int) -> bool:
        """Say whether an address is known at which peers could send to a device's node: that of a bridge of containers is none."""
        return any(self._how[vt, ip][0] != "within" for ip in self.underlay.get(vt, ()) if family_of(ip) == family)

    def all_underlay_seen(self, vtep: Vtep) -> bool:
        """Say whether every address of the node was captured."""
        return vtep.vt in self._fully

    def local_missing(self, vtep: Vtep) -> bool:
        """Say whether the device sends from an address that its node is known not to have."""
        return vtep.vt in self._strange_local

    def floods(self, a: Vtep, b: Vtep) -> bool:
        """Say whether the sender's default entries take what has no entry to the peer's node too."""
        return any(self.owner_of_underlay.get(entry.dst) == b.vt for entry in self.fdb.get((a.vt, _ZERO), ()))

    def entries_to(self, a: Vtep, b: Vtep) -> list[Fdb]:
        """Return the sender's entries that lead to the peer's node."""
        return [entry for ip in self.underlay.get(b.vt, ()) for entry in self._to.get((a.vt, ip), ())]

    def strays(self, a: Vtep, b: Vtep) -> list[Fdb]:
        """Return the sender's entries for the peer's node whose MAC no device has."""
        return [entry for entry in self.entries_to(a, b) if entry.mac not in self.owner_of_mac and entry.mac != _ZERO]

    def minority(self, part: str, a: Vtep, b: Vtep) -> Vtep:
        """Return the one of two devices whose VNI or port fewer nodes have; the first one, if as many have either."""
        count = self._counts[part]
        return min(a, b, key=lambda vtep: (count[getattr(vtep, part)], vtep.vt))

    def silence(self, vtep: Vtep, table: str, needle: str, family: int = 4) -> tuple[Ref, ...]:
        """Return the output that shows a sender's table and has no line with this word."""
        row = self._cover.get((vtep.vt, table, family), (None, None))[1]
        return () if row is None else (Ref("coverage", row, needle),)

    def doubts(self, *vts: int) -> tuple[Ref, ...]:
        """Return a row of each of these devices whose place is only assumed, if no surer one shows the device."""
        return tuple(self._doubtful[vt] for vt in vts if vt in self._doubtful)

    # -- rows as evidence -----------------------------------------------------------------------------

    def address_refs(self, vt: int) -> tuple[Ref, ...]:
        """Return the rows of a device's addresses."""
        rows = self._address_rows.get(vt, [])
        return tuple(Ref("address", row, ip_text(ip)) for row, ip in zip(rows, self.addresses.get(vt, ()), strict=False))

    def device_refs(self, vt: int, part: str = "") -> tuple[Ref, ...]:
        """Return the row of a device: that of its VXLAN settings where a part of them matters."""
        if part and vt in self.vxlan_rows:
            return (Ref("vxlan", self.vxlan_rows[vt], "vxlan"),)
        mac = self.members[vt].mac
        needle = mac.to_bytes(6, "big").hex(":") if mac is not None else ""
        return (Ref("link", self.link_rows[vt], needle),) if vt in self.link_rows else ()

    def underlay_refs(self, vt: int, ip: Ip | None) -> tuple[Ref, ...]:
        """Return the rows that show a node's underlay address."""
        for known in self._best_underlay(vt):
            how, row = self._how[vt, known]
            if ip in (None, known) and how in _HELD and row is not None:
                return (Ref("address", row, ip_text(known)),)
            if ip in (None, known) and how == "vxlan local" and vt in self.vxlan_rows:
                return (Ref("vxlan", self.vxlan_rows[vt], ip_text(known)),)
        return ()

    def flood_refs(self, a: Vtep, b: Vtep) -> tuple[Ref, ...]:
        """Return the default entry that reaches the peer's node."""
        entries = self.fdb.get((a.vt, _ZERO), ())
        return tuple(Ref("fdb", e.rowid) for e in entries if self.owner_of_underlay.get(e.dst) == b.vt)
