"""Which pairs have every entry right: set operations over whole tables, never a loop over pairs.

A full mesh of 5,000 nodes has 25 million pairs and three entries for each. Each
table is read once: a node is done when the count of its entries and the sum of
their hashes are those of the true entries. Only the entries of the others are
joined with the true table; a node that lacks some gets a bit for each peer, and
the empty bits are the pairs that ``chain`` judges.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from podpath.checks.overlay.mesh.overlay import Vtep, find_vteps
from podpath.checks.overlay.mesh.sums import KnownSums
from podpath.snapshot.sql_text import bound
from podpath.snapshot.store import Store
from podpath.state.address import Ip, ip_text

SMALL: Final = 32
"""Maximum number of nodes for which every pair is judged in full, so that its evidence can be shown."""

MOST: Final = 20_000
"""Maximum number of pairs that are judged one by one; the report gives the number of the others."""

RULING: Final = """
    u.priority < 32766 AND u.action NOT IN ('goto', 'nop') AND u.fwmark IS NULL AND u.uidrange IS NULL AND u.oif IS NULL
    AND coalesce(u.iif, '') <> 'lo' AND coalesce(u."table", '') NOT IN ('local', 'main', 'default')
"""
"""Which policy rules may match a forwarded packet before the main table; rules on marks are not considered."""

_SAMPLED: Final = 8
_SAMPLE: Final = "ORDER BY hash(ns) LIMIT ?"
_TABLES: Final = ("route", "neighbour", "fdb")


class Overlay(NamedTuple):
    """One overlay and what set operations say of its pairs.

    Attributes:
        name: name of the overlay.
        members: its devices, by number.
        suspects: pairs (sender, receiver) that must be judged one by one.
        proven: pairs whose every entry is right, apart from the suspects.
        unseen: for each sender whose tables were not captured, which ones; its pairs are unknown at best.
        left: pairs that are neither proven nor judged, because there are too many.
    """

    name: str
    members: dict[int, Vtep]
    suspects: list[tuple[int, int]]
    proven: int
    unseen: dict[int, list[str]]
    left: int


def find_overlays(store: Store, known: KnownSums | None = None) -> list[Overlay]:
    """Return all overlays with their suspect pairs; makes the table ``expected`` beside those of ``find_vteps``.

    Args:
        store: the store.
        known: what is known of senders whose rows are not in the store; none means that all rows are.
    """
    vteps = find_vteps(store)
    if known is not None:
        known.need([*_sample(store, vteps), *_suspected(store, vteps, known)])
    _expect(store)
    doubtful: dict[str, list[Vtep]] = {}
    for name in sorted({vtep.overlay for vtep in vteps}):
        _truth(store, name, "route")
        doubtful[name] = _doubtful(store, "route", [vtep for vtep in vteps if vtep.overlay == name], known)
        _expect_more(store, doubtful[name])
    vteps += _absent(store, vteps, [vtep for some in doubtful.values() for vtep in some])
    _uncovered(store)
    return [
        _examine(store, name, {vtep.vt: vtep for vtep in vteps if vtep.overlay == name}, doubtful[name], known)
        for name in doubtful
    ]


def _suspected(store: Store, vteps: Sequence[Vtep], known: KnownSums) -> list[Vtep]:
    """Return the senders whose neighbours or forwarding entries differ: which those should be, no route has to tell."""
    found = []
    for name in sorted({vtep.overlay for vtep in vteps}):
        for table in ("neighbour", "fdb"):
            _truth(store, name, table)
            found += known.doubtful(store, table, [vtep for vtep in vteps if vtep.overlay == name])
    return found


def _sample(store: Store, vteps: Sequence[Vtep]) -> list[Vtep]:
    """Return the senders whose routes show first what is routed into an overlay; a small overlay is judged pair by pair."""
    sampled = {row[0] for row in store.raw(f"SELECT ns FROM vtep {_SAMPLE}", [_SAMPLED])}
    size = Counter(vtep.overlay for vtep in vteps)
    return [vtep for vtep in vteps if vtep.ns in sampled or size[vtep.overlay] <= SMALL]


def _expect(store: Store) -> None:
    """Make ``expected``: which prefixes are routed to which device, taken from what most nodes do.

    A prefix belongs to the device whose own addresses lie in it. Prefixes of some nodes are enough at
    first; those that only others use are found as rows that fit nothing.
    """
    store.connection.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE prefix AS
        WITH sampled AS (SELECT ns, dev, overlay FROM vtep {_SAMPLE}),
        odd AS (
            SELECT v.overlay, r.family, r.dst AS first, r.dst_len AS len FROM route r JOIN sampled v ON v.ns = r.ns
            AND v.dev = r.dev WHERE r.type = 'unicast' AND r.dst_len > 0 AND r.via IS NOT NULL AND r."table" = 'main'
        )
        SELECT overlay, family, first, len, count(*) AS users FROM odd GROUP BY ALL
        """,
        [_SAMPLED],
    )
    _own(store)


def _expect_more(store: Store, senders: Sequence[Vtep]) -> None:
    """Add the prefixes that only these senders route into the overlay."""
    added = store.raw(
        f"""
        INSERT INTO prefix
        SELECT v.overlay, r.family, r.dst, r.dst_len, count(*) FROM route r JOIN vtep v ON v.ns = r.ns AND v.dev = r.dev
        ANTI JOIN prefix p ON p.overlay = v.overlay AND p.first = r.dst AND p.len = r.dst_len
        WHERE r.type = 'unicast' AND r.dst_len > 0 AND r.via IS NOT NULL AND r."table" = 'main' AND {among_senders(senders)}
        GROUP BY ALL
        """
    )
    if added and added[0][0]:
        _own(store)


def among_senders(senders: Sequence[Vtep]) -> str:
    """Return a condition for the rows of these senders; written out, so that DuckDB skips the blocks of all others."""
    numbers = sorted({vtep.ns for vtep in senders})
    if not numbers:
        return "false"
    listed = ", ".join(map(str, numbers))
    return f"r.ns BETWEEN {numbers[0]} AND {numbers[-1]} AND r.ns IN ({listed})"


def _own(store: Store) -> None:
    """Make ``expected`` (overlay, prefix, vt): each prefix to its owner, of overlapping ones the most used."""
    store.connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE expected AS
        WITH used AS (SELECT overlay, family, first, len, sum(users) AS users FROM prefix GROUP BY ALL),
        lens AS (SELECT DISTINCT family, len FROM used),
        cut AS (
            -- Each home address cut to every length in use: then a prefix is found by equality, not by range.
            SELECT h.overlay, h.family, l.len, h.vt, h.how,
                   last_ip(h.family, h.first, l.len) - (last_ip(h.family, 0::UHUGEINT, l.len)) AS first
            FROM home h JOIN lens l ON l.family = h.family AND h.len >= l.len
        ), held AS (
            SELECT p.overlay, p.family, p.first, p.len, p.users, h.vt,
                   max(CASE h.how WHEN 'vtep' THEN 3 WHEN 'block' THEN 2 ELSE 1 END) AS weight
            FROM used p JOIN cut h USING (overlay, family, first, len) GROUP BY ALL
        ), owned AS (
            SELECT overlay, family, first, len, users, arg_max(vt, weight) AS vt FROM held
            GROUP BY ALL HAVING count(DISTINCT vt) = 1 OR count(DISTINCT vt) FILTER (weight = 3) = 1
        ), covered AS (
            SELECT a.* FROM owned a JOIN owned b USING (overlay, family, vt)
            WHERE (a.first, a.len) <> (b.first, b.len) AND a.first <= last_ip(b.family, b.first, b.len)
              AND last_ip(a.family, a.first, a.len) >= b.first AND (b.users > a.users OR b.users = a.users AND b.len < a.len)
        ), kept AS (SELECT * FROM owned ANTI JOIN covered USING (overlay, family, first, len)),
        carried AS (SELECT DISTINCT overlay, family FROM used),
        elsewhere AS (
            -- A host with two tunnels has one for each family (flannel.1 and flannel-v6.1), and so has one whose list of devices is cut off.
            SELECT DISTINCT m.vt, c.family FROM carried c
            JOIN (SELECT DISTINCT x.overlay AS one, y.overlay AS other FROM vtep x JOIN vtep y ON y.ns = x.ns AND y.overlay <> x.overlay) b
              ON b.one = c.overlay
            JOIN vtep m ON m.overlay = b.other
            ANTI JOIN carried own ON own.overlay = m.overlay AND own.family = c.family
        ),
        alone AS (
            -- Nobody routes to this device: what it has itself must do.
            SELECT overlay, family, first, len, vt, how FROM home ANTI JOIN elsewhere USING (vt, family)
            WHERE vt NOT IN (SELECT vt FROM kept) AND (how IN ('subnet', 'vtep', 'block') OR how = 'route' AND len BETWEEN 8 AND full_len(family) - 1)
            QUALIFY row_number() OVER (PARTITION BY vt, family ORDER BY CASE how WHEN 'block' THEN 0 WHEN 'subnet' THEN 1
                WHEN 'vtep' THEN 2 ELSE 3 END) = 1
        )
        SELECT overlay, family, first, len, vt, users FROM kept
        UNION ALL SELECT overlay, family, first, len, vt, 0 FROM alone
        """
    )


def _absent(store: Store, vteps: Sequence[Vtep], senders: Sequence[Vtep]) -> list[Vtep]:
    """Return the peers that were not captured but that other nodes' entries name.

    A next hop into the overlay that is no captured device's is a node of its own, called by the address
    that the forwarding entries give it. What is known of it is added to the true tables.
    """
    rows = store.raw(
        f"""
        WITH hop AS (
            SELECT v.overlay, v.ns, v.dev, r.via, r.family, r.dst, r.dst_len FROM route r JOIN vtep v ON v.ns = r.ns AND v.dev = r.dev
            ANTI JOIN vtep_ip i ON i.overlay = v.overlay AND i.ip = r.via
            ANTI JOIN expected e ON e.overlay = v.overlay AND e.first = r.dst AND e.len = r.dst_len
            WHERE {among_senders(senders)} AND r.type = 'unicast' AND r.dst_len > 0 AND r.via IS NOT NULL AND r."table" = 'main'
        ), seen AS (
            -- One node's neighbour table is enough to tell whose a next hop is, the sender's or another's.
            SELECT v.overlay, n."address" AS via, n.ns, n.dev, n.mac FROM neighbour n JOIN vtep v ON v.ns = n.ns AND v.dev = n.dev
            WHERE n."address" IN (SELECT via FROM hop)
        ), meant AS (
            SELECT s.overlay, s.via, f.dst, EXISTS (SELECT 1 FROM vtep o WHERE o.overlay = s.overlay AND o.mac = s.mac)
                   OR EXISTS (SELECT 1 FROM underlay u WHERE u.overlay = s.overlay AND u.ip = f.dst) AS captured
            FROM seen s LEFT JOIN fdb f ON f.ns = s.ns AND f.dev = s.dev AND f.mac = s.mac AND f.dst IS NOT NULL
        ), told AS (
            SELECT overlay, via, map_entries(histogram(dst::VARCHAR)) AS votes, bool_or(captured) AS captured FROM meant GROUP BY ALL
        )
        SELECT h.overlay, h.via, any_value(t.votes), list(DISTINCT [h.family::UHUGEINT, h.dst, h.dst_len::UHUGEINT]), any_value(h.dev)
        FROM hop h LEFT JOIN told t ON t.overlay = h.overlay AND t.via = h.via
        WHERE NOT coalesce(t.captured, false) GROUP BY h.overlay, h.via ORDER BY h.overlay, h.via
        """
    )
    found = []
    run = store.connection.execute
    for at, (overlay, via, votes, prefixes, dev) in enumerate(rows):
        dst = _elected(votes or ())
        vt = len(vteps) + at
        name = ip_text(dst if dst is not None else via)
        found.append(Vtep(vt, -1, -1 - at, name, dev, overlay))
        run(
            "INSERT INTO vtep (vt, node, ns, name, dev, overlay) VALUES (?, -1, ?, ?, ?, ?)",
            [vt, -1 - at, name, dev, overlay],
        )
        run("INSERT INTO vtep_ip VALUES (?, ?, ?::UHUGEINT, ?, NULL)", [vt, overlay, via, prefixes[0][0]])
        if dst is not None:
            run("INSERT INTO underlay VALUES (?, ?, ?::UHUGEINT, 'forwarding entry', NULL)", [vt, overlay, dst])
        picked = ", ".join(["unnest(?::UHUGEINT[])"] * 3)
        columns = [bound("UHUGEINT", column) for column in zip(*prefixes, strict=True)]
        run(f"INSERT INTO expected SELECT ?, {picked}, ?, 0", [overlay, *columns, vt])
    return found


def _uncovered(store: Store) -> None:
    """Make ``unseen`` (vt, table): tables of a sender that no output shows."""
    store.connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE unseen AS
        SELECT v.vt, t.tab FROM vtep v, (SELECT unnest(['route', 'neighbour', 'fdb']) AS tab) t
        WHERE v.ns > 0 AND NOT EXISTS (SELECT 1 FROM coverage c WHERE c.ns = v.ns AND c."table" = t.tab AND c.complete <> 'no'
                          AND (c.dev IS NULL OR c.dev = v.dev) AND (c.part IS NULL OR c.part IN ('main', '254')))
        """
    )


def _elected(votes: Sequence[Mapping[str, Any]]) -> Ip | None:
    """Return the address that most forwarding entries give, or None if as many give another."""
    ranked = sorted(votes, key=lambda vote: -int(vote["value"]))
    if not ranked or (len(ranked) > 1 and ranked[0]["value"] == ranked[1]["value"]):
        return None
    return Ip(int(ranked[0]["key"]))


_TRUE: Final = {
    # A route to the owner of the prefix, by that owner's address in the overlay.
    "route": """
        SELECT e.first AS dst, e.len AS dst_len, i.ip AS via, e.rowid AS item, d.vt AS b, d.ns, true AS best
        FROM expected e JOIN vtep d USING (vt) JOIN vtep_ip i USING (vt) WHERE e.overlay = $overlay
    """,
    # The MAC of the device that has the address.
    "neighbour": """
        SELECT i.ip AS "address", d.mac, d.vt AS item, d.vt AS b, d.ns, true AS best FROM vtep d JOIN vtep_ip i USING (vt)
        WHERE d.overlay = $overlay AND d.mac IS NOT NULL
    """,
    # An address of the node that has the device with this MAC.
    "fdb": """
        SELECT d.mac, u.ip AS dst, d.vt AS item, d.vt AS b, d.ns, u.ip = d.local AS best FROM vtep d JOIN underlay u USING (vt)
        WHERE d.overlay = $overlay AND d.mac IS NOT NULL
    """,
}
"""For each table, its correct entries, with the item that each sender needs once."""

_KEYS: Final = {"route": ("dst", "dst_len", "via"), "neighbour": ("address", "mac"), "fdb": ("mac", "dst")}
_ALIVE: Final = {
    "route": "AND r.type = 'unicast' AND r.\"table\" = 'main'",
    "neighbour": "AND coalesce(r.state, '') NOT IN ('FAILED', 'INCOMPLETE')",
    "fdb": "AND r.vni IS NULL AND r.port IS NULL",
}


def _examine(store: Store, name: str, members: dict[int, Vtep], strangers: Sequence[Vtep], known: KnownSums | None) -> Overlay:
    senders = sorted(vt for vt, vtep in members.items() if vtep.ns > 0)
    unseen: dict[int, list[str]] = {}
    for vt, table in store.raw("SELECT vt, tab FROM unseen JOIN vtep USING (vt) WHERE overlay = ? ORDER BY ALL", [name]):
        unseen.setdefault(vt, []).append(table)
    total = len(senders) * (len(members) - 1)
    if len(members) <= SMALL:
        pairs = [(a, b) for a in senders for b in members if a != b]
        return Overlay(name, members, pairs, 0, unseen, 0)
    lonely = _unfit(members)
    ruled = {row[0] for row in store.raw(f"SELECT v.vt FROM vtep v JOIN rule u ON u.ns = v.ns WHERE {RULING}")} & set(senders)
    empty: set[tuple[int, int]] = set()
    blind: set[int] = set()
    for table in _TABLES:
        seeing = [vtep for vtep in members.values() if vtep.ns > 0 and table not in unseen.get(vtep.vt, ())]
        blind |= {vt for vt in senders if table in unseen.get(vt, ())}
        short = _short(store, name, table, seeing, strangers if table == "route" else None, known)
        if short:
            empty |= _missing(store, name, table, [members[vt] for vt in short], MOST * 4)
    empty |= {(a, b) for a in senders for b in lonely if a != b} if len(lonely) * len(senders) <= MOST * 4 else set()
    empty |= {(a, b) for a in ruled for b in members} if len(ruled) * len(members) <= MOST * 4 else set()
    suspects = sorted(pair for pair in empty if pair[0] != pair[1])
    left = max(0, len(suspects) - MOST)
    suspects = suspects[:MOST]
    if known is not None:
        known.need([members[a] for a in {a for a, _ in suspects}])
    unknown = len(blind) * (len(members) - 1)
    unknown -= sum(1 for a, _ in suspects if a in blind)
    return Overlay(name, members, suspects, total - len(suspects) - left - unknown, unseen, left)


def _unfit(members: dict[int, Vtep]) -> set[int]:
    """Return the devices that cannot receive, or may not: down, missing, or unlike most in VNI or port."""
    unfit = {vt for vt, vtep in members.items() if vtep.present is not True or vtep.up is False or vtep.mac is None}
    for field in ("vni", "port"):
        counts: dict[int, int] = {}
        for vtep in members.values():
            value = getattr(vtep, field)
            if value is not None:
                counts[value] = counts.get(value, 0) + 1
        most = max(counts, key=lambda value: counts[value], default=None)
        unfit |= {vt for vt, vtep in members.items() if getattr(vtep, field) not in (None, most)}
    return unfit


def _right(table: str, dev: str) -> str:
    """Return the FROM and WHERE of a table's right entries on devices of one name."""
    keys = " AND ".join(f't."{key}" = r."{key}"' for key in _KEYS[table])
    return f'FROM "{table}" r JOIN truth t ON {keys} WHERE {_of(dev)} AND t.ns <> r.ns {_ALIVE[table]}'


def _of(dev: str) -> str:
    quoted = dev.replace("'", "''")
    return f"r.dev = '{quoted}'"


def _sums(store: Store, sql: str) -> dict[int, tuple[int, int]]:
    return {row[0]: (row[1], row[2]) for row in store.raw(sql)}


def _doubtful(store: Store, table: str, senders: Sequence[Vtep], known: KnownSums | None = None) -> list[Vtep]:
    """Return the senders whose entries are not exactly the right ones, by count and sum of their hashes.

    The whole table passes through here once, without a join. A sender with all the right entries and one
    more is returned too: the join that follows for the few tells what it lacks.
    """
    if known is not None:
        doubtful = known.doubtful(store, table, senders)
        known.need(doubtful)
        return doubtful
    keys = ", ".join(f'r."{key}"' for key in _KEYS[table])
    fingerprint = f"count(*), coalesce(sum((hash({keys}) >> 24)::BIGINT), 0)"
    # Of a node with several underlay addresses one is enough for an entry: the first stands for it here.
    pick = "QUALIFY row_number() OVER (PARTITION BY b, item ORDER BY best DESC, 1) = 1"
    true = f"(SELECT * FROM truth r {pick})"
    own = _sums(store, f"SELECT r.ns, {fingerprint} FROM {true} r GROUP BY r.ns")
    count, total = (sum(values) for values in zip(*own.values(), strict=True)) if own else (0, 0)
    doubtful = []
    for dev in sorted({vtep.dev for vtep in senders}):
        got = _sums(store, f'SELECT r.ns, {fingerprint} FROM "{table}" r WHERE {_of(dev)} {_ALIVE[table]} GROUP BY r.ns')
        for vtep in senders:
            mine = own.get(vtep.ns, (0, 0))
            if vtep.dev == dev and got.get(vtep.ns, (0, 0)) != (count - mine[0], total - mine[1]):
                doubtful.append(vtep)
    return doubtful


def _truth(store: Store, overlay: str, table: str) -> None:
    """Make ``truth``: the right entries of a table."""
    store.connection.execute(f"CREATE OR REPLACE TEMP TABLE truth AS {_TRUE[table]}", {"overlay": overlay})


def _short(
    store: Store,
    overlay: str,
    table: str,
    senders: Sequence[Vtep],
    doubtful: Sequence[Vtep] | None,
    known: KnownSums | None,
) -> list[int]:
    """Return the senders that lack a right entry for some peer; leaves ``truth`` behind.

    Args:
        store: the store.
        overlay: the overlay.
        table: route, neighbour or fdb.
        senders: the senders whose table was captured.
        doubtful: those of them whose entries are not exactly the right ones, where that is known already.
        known: what is known of senders whose rows are not in the store.
    """
    _truth(store, overlay, table)
    items = store.raw("SELECT count(DISTINCT item) FROM truth")[0][0]
    if _wanted(store, overlay, table) > items:
        if known is not None:
            known.need(senders)
        return [vtep.vt for vtep in senders]  # something is needed that no right entry is known for
    if doubtful is None:
        doubtful = _doubtful(store, table, senders, known)
    seeing = {vtep.vt for vtep in senders}
    doubtful = [vtep for vtep in doubtful if vtep.vt in seeing]
    own = dict(store.raw("SELECT b, count(DISTINCT item) FROM truth GROUP BY b"))
    total = sum(own.values())
    got: dict[tuple[int, str], int] = {}
    for dev in sorted({vtep.dev for vtep in doubtful}):
        sql = f"SELECT r.ns, count(DISTINCT t.item) {_right(table, dev)} AND {among_senders(doubtful)} GROUP BY r.ns"
        got.update({(ns, dev): count for ns, count in store.raw(sql)})
    return [vtep.vt for vtep in doubtful if got.get((vtep.ns, vtep.dev), 0) < total - own.get(vtep.vt, 0)]


def _wanted(store: Store, overlay: str, table: str) -> int:
    """Return how many items there are: prefixes for routes, devices for the rest."""
    source = "expected" if table == "route" else "vtep"
    return int(store.raw(f"SELECT count(*) FROM {source} WHERE overlay = ?", [overlay])[0][0])


def _missing(store: Store, overlay: str, table: str, short: Sequence[Vtep], most: int) -> set[tuple[int, int]]:
    """Return the pairs for which these senders have no right entry, by one bit for each item."""
    wanted, item = ("expected", "rowid") if table == "route" else ("vtep", "vt")
    top = store.raw(f"SELECT coalesce(max({item}), 0) FROM {wanted}")[0][0]
    found: set[tuple[int, int]] = set()
    for dev in sorted({vtep.dev for vtep in short}):
        rows = store.connection.execute(
            f"""
            WITH asked AS (SELECT vt, ns FROM vtep WHERE dev = $dev AND vt IN (SELECT unnest($short::INTEGER[]))),
            got AS (SELECT r.ns, bitstring_agg(t.item::INTEGER, 0, {top}) AS bits {_right(table, dev)}
                    AND {among_senders(short)} GROUP BY r.ns)
            SELECT DISTINCT s.vt, w.vt FROM asked s LEFT JOIN got USING (ns) CROSS JOIN {wanted} w
            WHERE w.overlay = $overlay AND w.vt <> s.vt
              AND (got.bits IS NULL OR get_bit(got.bits, w.{item}::INTEGER) = 0) LIMIT {most}
            """,
            {"overlay": overlay, "short": [vtep.vt for vtep in short], "dev": dev},
        ).fetchall()
        found |= {(row[0], row[1]) for row in rows}
    return found
