"""The members of an overlay with their true values: the table that all entries are compared with."""

from collections import defaultdict
from typing import Final, NamedTuple

from podpath.snapshot.sql_text import bound
from podpath.snapshot.store import Store
from podpath.state.address import Ip, Mac

_KNOWN_NAMES: Final = r"^(flannel([.-]v6)?\.\d+|vxlan(-v6)?\.calico|cilium_vxlan|antrea-.*|weave-vxlan)$"
"""Names that CNIs give to VXLAN devices, for dumps that show no kind."""
_BRIDGE_NAMES: Final = r"""
    CREATE OR REPLACE TEMP MACRO has_bridge_name(name) AS regexp_matches(name,
        '^(cni\d+|cbr\d+|kube-bridge|docker0|docker_gwbridge|br-[0-9a-f]{12}|podman\d+|virbr\d+|lxcbr\d+|lxdbr\d+)$')
"""
"""Names of container bridges, for dumps that show no kind."""


class Vtep(NamedTuple):
    """A node's device in an overlay.

    Attributes:
        vt: number of the device, from 0.
        node: number of its node.
        ns: namespace it is in.
        name: name of its node (and namespace, where that is not the host's own).
        dev: interface name.
        overlay: overlay it belongs to.
        present: the device is known to exist; False when it is known to be missing.
        mac: its MAC.
        up: administratively up.
        vni: VXLAN network identifier.
        port: UDP port.
        local: source address of its outer packets.
        mtu: MTU.
        bridged: it is a port of a bridge and has no address: frames of the bridge go through it, by their own MACs.
    """

    vt: int
    node: int
    ns: int
    name: str
    dev: str
    overlay: str
    present: bool | None = None
    mac: Mac | None = None
    up: bool | None = None
    vni: int | None = None
    port: int | None = None
    local: Ip | None = None
    mtu: int | None = None
    bridged: bool = False


def find_vteps(store: Store) -> list[Vtep]:
    """Return every overlay device of the snapshot, and the true tables as temporary tables of the database.

    Made are ``vtep`` (one row each), ``vtep_ip`` (addresses of the devices), ``underlay`` (addresses of
    their nodes, with how each is known), ``home`` (addresses and networks that are a node's own).
    """
    names = _device_names(store)
    if not names:
        _create(store, [])
        return []
    vteps = _named(_devices(store, names))
    _create(store, vteps)
    return vteps


def _device_names(store: Store) -> list[str]:
    """Return the names of VXLAN devices: by kind, by forwarding entries that have an address, by known names."""
    known = {
        row[0]
        for row in store.raw(
            "SELECT name FROM vxlan UNION SELECT name FROM link WHERE kind = 'vxlan' OR (kind IS NULL AND"
            " regexp_matches(name, ?)) UNION SELECT DISTINCT dev FROM address WHERE regexp_matches(dev, ?)",
            [_KNOWN_NAMES, _KNOWN_NAMES],
        )
    }
    # Where `ip -d link` was not captured, forwarding entries that have an address tell a VXLAN device too.
    unlit = bool(store.raw("SELECT 1 FROM netns WHERE kind = 'host' AND ns NOT IN (SELECT ns FROM vxlan) LIMIT 1"))
    more = store.raw(
        "SELECT DISTINCT dev FROM fdb WHERE ? AND dst IS NOT NULL AND dev NOT IN (SELECT unnest(?::VARCHAR[]))",
        [unlit or not known, sorted(known)],
    )
    routed = store.raw(
        "SELECT DISTINCT dev FROM route WHERE dev NOT IN (SELECT unnest(?::VARCHAR[])) AND regexp_matches(dev, ?)"
        if not known
        else "SELECT NULL WHERE len(?::VARCHAR[]) < 0 AND regexp_matches('', ?)",
        [sorted(known), _KNOWN_NAMES],
    )
    return sorted(known | {row[0] for row in (*more, *routed)})


def _devices(store: Store, names: list[str]) -> list[tuple[object, ...]]:
    """Return (node, ns, label, dev, present, mac, up, vni, port, local, mtu, bridged) of every device of these names."""
    sql = """
        WITH named AS (SELECT unnest(?::VARCHAR[]) AS dev),
        seen AS (
            SELECT ns, name AS dev FROM link WHERE name IN (FROM named)
            UNION SELECT ns, name FROM vxlan WHERE name IN (FROM named)
            UNION SELECT ns, dev FROM address WHERE dev IN (FROM named)
            {more}
        )
        SELECT n.node, s.ns, d.name || CASE WHEN n.kind = 'host' THEN '' ELSE ' ' || n.name END, s.dev,
               CASE WHEN l.name IS NOT NULL OR v.name IS NOT NULL THEN true
                    WHEN EXISTS (SELECT 1 FROM coverage c WHERE c.ns = s.ns AND c."table" = 'link' AND c.complete = 'yes'
                                 AND (c.dev IS NULL OR c.dev = s.dev)) THEN false END,
               l.mac, l.up, v.vni, v.port, v."local", l.mtu,
               l.master IS NOT NULL AND NOT EXISTS (SELECT 1 FROM address a WHERE a.ns = s.ns AND a.dev = s.dev
                                                    AND (a.family = 4 OR coalesce(a.scope, 'global') = 'global'))
        FROM seen s JOIN netns n USING (ns) JOIN node d USING (node)
        LEFT JOIN link l ON l.ns = s.ns AND l.name = s.dev
        LEFT JOIN vxlan v ON v.ns = s.ns AND v.name = s.dev
        ORDER BY d.name, s.ns, s.dev
    """
    others = f"UNION ({_LOST_ONE_OF_TWO})" if len(names) > 1 else ""
    found = store.raw(sql.format(more=others), [names])
    with_link = {row[1] for row in found}
    rest = [row[0] for row in store.raw("SELECT ns FROM netns") if row[0] not in with_link]
    if not rest:
        return found
    more = " ".join(
        f"UNION SELECT DISTINCT ns, dev FROM {table} WHERE ns IN (SELECT unnest(?::BIGINT[])) AND dev IN (FROM named)"
        for table in ("route", "neighbour", "fdb")
    )
    # A host where every peer's forwarding entries end, but that has no device, has lost it.
    more += """ UNION SELECT n.ns, f.dev FROM netns n JOIN node d USING (node)
        JOIN (SELECT ns, "address" AS ip FROM address) a ON a.ns = n.ns
        JOIN (SELECT DISTINCT dev, dst FROM fdb WHERE dst IN (SELECT "address" FROM address
              WHERE ns IN (SELECT unnest(?::BIGINT[])))) f ON f.dst = a.ip WHERE n.kind = 'host' AND {nowhere}
        UNION SELECT n.ns, f.dev FROM netns n JOIN node d USING (node)
        JOIN (SELECT DISTINCT dev, dst FROM fdb WHERE dst IN (SELECT "address" FROM node)) f ON f.dst = d."address"
        WHERE n.kind = 'host' AND n.ns IN (SELECT unnest(?::BIGINT[])) AND {nowhere}"""
    # Docker swarm makes the device in the host's namespace and moves it into the network's own.
    nowhere = "NOT EXISTS (SELECT 1 FROM link l JOIN netns o USING (ns) WHERE o.node = n.node AND l.name = f.dev)"
    return store.raw(sql.format(more=f"{others} {more.format(nowhere=nowhere)}"), [names, rest, rest, rest, rest, rest])


_LOST_ONE_OF_TWO: Final = """
    -- A host that has the device of one family, and is the destination of entries of the other family's device: it has lost that one.
    SELECT n.ns, f.dev FROM netns n JOIN address a ON a.ns = n.ns
    JOIN (SELECT DISTINCT b.dev, b.dst, x.vni FROM fdb b JOIN vxlan x ON x.ns = b.ns AND x.name = b.dev
          WHERE b.dst IS NOT NULL AND b.dev IN (FROM named)) f ON f.dst = a."address"
    WHERE n.kind = 'host' AND NOT EXISTS (SELECT 1 FROM link l JOIN netns o USING (ns) WHERE o.node = n.node AND l.name = f.dev)
      AND NOT EXISTS (SELECT 1 FROM vxlan y JOIN netns o USING (ns) WHERE o.node = n.node AND y.vni = f.vni
                      AND (y."local" IS NULL OR family_of(y."local") = family_of(f.dst)))
      AND EXISTS (SELECT 1 FROM vxlan y WHERE y.ns = n.ns)
"""


def _named(rows: list[tuple[object, ...]]) -> list[Vtep]:
    """Give each device its overlay: the name, or name and VNI where one node has several of that name."""
    per_node: dict[tuple[object, object], set[object]] = defaultdict(set)
    for row in rows:
        per_node[row[0], row[3]].add(row[7])
    crowded = {dev for (_, dev), vnis in per_node.items() if len(vnis) > 1}
    by_vni: dict[object, set[str]] = defaultdict(set)
    owners: dict[str, set[object]] = defaultdict(set)
    for row in rows:
        owners[str(row[3])].add(row[0])
        if row[7] is not None:
            by_vni[row[7]].add(str(row[3]))
    vteps = []
    united: dict[tuple[str, object], str] = {}
    for vt, row in enumerate(rows):
        dev, vni = str(row[3]), row[7]
        if (dev, vni) not in united:
            united[dev, vni] = _united(dev, by_vni.get(vni, set()), owners)
        overlay = f"{dev} vni {vni}" if dev in crowded else united[dev, vni]
        vteps.append(Vtep(vt, row[0], row[1], row[2], dev, overlay, *row[4:]))  # type: ignore[arg-type]
    return vteps


def _united(dev: str, same_vni: set[str], owners: dict[str, set[object]]) -> str:
    """Devices of other names but one VNI are one overlay where no node has two of them."""
    first = min(same_vni, default=dev)
    names = sorted(same_vni | {dev})
    nodes = [node for name in names for node in owners[name]]
    return min(first, dev) if len(nodes) == len(set(nodes)) else dev


def _create(store: Store, vteps: list[Vtep]) -> None:
    store.connection.execute(_BRIDGE_NAMES)
    _create_vtep(store, vteps)
    _create_addresses(store)
    _create_home(store)


_COLUMNS: Final = {
    "vt": "INTEGER", "node": "BIGINT", "ns": "BIGINT", "name": "VARCHAR", "dev": "VARCHAR", "overlay": "VARCHAR",
    "present": "BOOLEAN", "mac": "UBIGINT", "up": "BOOLEAN", "vni": "BIGINT", "port": "BIGINT", "local": "UHUGEINT",
    "mtu": "BIGINT", "bridged": "BOOLEAN",
}  # fmt: skip
"""The fields of :class:`Vtep` and their types, in order."""


def _create_vtep(store: Store, vteps: list[Vtep]) -> None:
    run = store.connection.execute
    run(f"CREATE OR REPLACE TEMP TABLE vtep ({', '.join(f'{name} {kind}' for name, kind in _COLUMNS.items())})")
    if vteps:
        picked = ", ".join(f"unnest(?::{kind}[])" for kind in _COLUMNS.values())
        columns = zip(_COLUMNS.values(), zip(*vteps, strict=True), strict=True)
        run(f"INSERT INTO vtep SELECT {picked}", [bound(kind, column) for kind, column in columns])


_WITHIN: Final = """
    NOT EXISTS (SELECT 1 FROM route r WHERE r.ns = a.ns AND r.dev = a.dev AND r.dst_len = 0) AND (has_bridge_name(a.dev)
    OR EXISTS (SELECT 1 FROM link b WHERE b.ns = a.ns AND b.name = a.dev AND b.kind = 'bridge') AND NOT EXISTS (
        SELECT 1 FROM bridge_port p JOIN link q ON q.ns = p.ns AND q.name = p.name
        WHERE p.ns = a.ns AND p.master = a.dev AND q.kind IS DISTINCT FROM 'veth'))
"""
"""An address of a bridge of containers: peers do not send to it, although the node would take what arrives there."""


def _create_addresses(store: Store) -> None:
    """Fill the tables of a device's addresses inside the overlay (``vtep_ip``) and of its node's outside (``underlay``)."""
    run = store.connection.execute
    run(
        """
        CREATE OR REPLACE TEMP TABLE vtep_ip AS
        WITH unlisted AS (SELECT * FROM vtep v WHERE NOT EXISTS (SELECT 1 FROM address a WHERE a.ns = v.ns AND a.dev = v.dev)),
        held AS (
            SELECT v.vt, v.overlay, a."address" AS ip, a.family, a.rowid AS address_row
            FROM vtep v JOIN address a ON a.ns = v.ns AND a.dev = v.dev WHERE coalesce(a.scope, 'global') <> 'link'
            UNION ALL  -- The kernel writes a route of type local for each address (fib_add_ifaddr, addrconf_add_dev).
            SELECT v.vt, v.overlay, r.dst, r.family, NULL
            FROM route r JOIN unlisted v ON r.ns = v.ns AND r.dev = v.dev WHERE r.type = 'local' AND r.dst_len = full_len(r.family)
        )
        SELECT * FROM held WHERE NOT (family = 6 AND ip BETWEEN 338288524927261089654018896841347694592::UHUGEINT
                                      AND 338620831926207318622244848606417780735::UHUGEINT)
        """
    )
    # Addresses where a node's outer packets can arrive.
    run(
        f"""
        CREATE OR REPLACE TEMP TABLE underlay AS
        WITH own AS (
            SELECT v.vt, v.overlay, a."address" AS ip, CASE WHEN {_WITHIN} THEN 'within' ELSE 'address' END AS how,
                   a.rowid AS address_row
            FROM vtep v JOIN address a ON a.ns = v.ns AND a.dev <> v.dev AND a.dev NOT IN ('lo', 'kube-ipvs0')
            UNION ALL  -- a device that was moved into another namespace still sends from the one it was made in
            SELECT v.vt, v.overlay, a."address", 'address', a.rowid
            FROM vtep v JOIN netns i ON i.ns = v.ns AND i.kind <> 'host' JOIN netns h ON h.node = v.node AND h.kind = 'host'
            JOIN address a ON a.ns = h.ns AND a.dev <> 'lo'
            UNION ALL SELECT v.vt, v.overlay, v."local", 'vxlan local', NULL FROM vtep v WHERE v."local" IS NOT NULL
            UNION ALL SELECT v.vt, v.overlay, d."address", 'name', NULL FROM vtep v JOIN node d USING (node)
                WHERE d."address" IS NOT NULL
            UNION ALL SELECT v.vt, v.overlay, k.internal_ip, 'node object', NULL FROM vtep v JOIN node d USING (node)
                JOIN (SELECT DISTINCT name, internal_ip FROM kube_node) k ON k.name = d.name WHERE k.internal_ip IS NOT NULL
        ), shared AS (
            SELECT overlay, ip FROM own WHERE how IN ('address', 'within') GROUP BY ALL HAVING count(DISTINCT vt) > 1
        )
        SELECT vt, overlay, ip, min(how) AS how, any_value(address_row) AS address_row
        FROM own ANTI JOIN shared USING (overlay, ip)
        WHERE ip NOT BETWEEN 338288524927261089654018896841347694592::UHUGEINT
                         AND 338620831926207318622244848606417780735::UHUGEINT  -- fe80::/10
        GROUP BY vt, overlay, ip
        """
    )


def _create_home(store: Store) -> None:
    """What is a node's own: its addresses, its routes to single pods, the networks of its pod bridges.

    A network that several nodes have (docker0's, the underlay's, node-local DNS) belongs to none of them, and the network of a device that
    leads out of the node is none of pods.
    """
    store.connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE home AS
        WITH every AS (
            SELECT v.vt, v.overlay, i.ip AS first, full_len(i.family) AS len, i.family, 'vtep' AS how
            FROM vtep v JOIN vtep_ip i USING (vt)
            UNION ALL
            SELECT v.vt, v.overlay, a."address", full_len(a.family), a.family, 'address'
            FROM vtep v JOIN address a ON a.ns = v.ns AND a.dev NOT IN (v.dev, 'lo')
            WHERE a.family = 4 OR coalesce(a.scope, 'global') = 'global'
            UNION ALL
            SELECT v.vt, v.overlay, r.dst, r.dst_len, r.family, 'route'
            FROM vtep v JOIN route r ON r.ns = v.ns AND r.dev <> v.dev
            LEFT JOIN link l ON l.ns = r.ns AND l.name = r.dev
            WHERE r.via IS NULL AND r.dev IS NOT NULL AND r.type = 'unicast' AND r.dst_len > 0 AND r."table" = 'main'
              AND (r.dst_len = full_len(r.family) OR has_bridge_name(r.dev)
                   OR l.kind NOT IN ('veth', 'netkit', 'vlan', 'bond', 'team', 'macvlan', 'ipvlan')
                   OR EXISTS (SELECT 1 FROM bridge b WHERE b.ns = r.ns AND b.name = r.dev)
                   OR EXISTS (SELECT 1 FROM bridge_port p WHERE p.ns = r.ns AND p.master = r.dev))
            UNION ALL
            SELECT v.vt, v.overlay, r.dst, r.dst_len, r.family, 'block'
            FROM vtep v JOIN route r ON r.ns = v.ns WHERE r.type = 'blackhole' AND r.proto IN ('bird', '80')
            UNION ALL
            SELECT v.vt, v.overlay, p.subnet, full_len(p.family), p.family, 'subnet'
            FROM vtep v JOIN pod_network p USING (ns)
            UNION ALL
            SELECT v.vt, v.overlay, p."address", full_len(family_of(p."address")), family_of(p."address"), 'pod'
            FROM vtep v JOIN node d USING (node) JOIN (SELECT DISTINCT node, "address" FROM pod
                 WHERE "address" IS NOT NULL AND NOT coalesce(host_network, false)) p ON p.node = d.name
        ), shared AS (SELECT overlay, first, len FROM every GROUP BY ALL HAVING count(DISTINCT vt) > 1)
        SELECT DISTINCT vt, overlay, first, len, family, how FROM every ANTI JOIN shared USING (overlay, first, len)
        WHERE NOT (family = 6 AND first BETWEEN 338288524927261089654018896841347694592::UHUGEINT
                   AND 338620831926207318622244848606417780735::UHUGEINT)
        """
    )
