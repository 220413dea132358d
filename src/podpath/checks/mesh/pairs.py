"""Which pairs have every entry right: set operations over whole tables, never a loop over pairs.

A full mesh of 5,000 nodes has 25 million pairs and three entries for each. Each
table is joined once with the true table; a node whose right entries number as many
as its peers (and sum up to them, so that a doubled entry cannot hide a missing
one) is done. Only for the others a bit per peer is made, and the empty bits are
the pairs that ``chain`` judges.
"""

from typing import Final, NamedTuple

from podpath.checks.mesh.overlay import Vtep, find_vteps
from podpath.snapshot.store import Store

SMALL: Final = 32
"""Up to so many nodes every pair is judged in full, so that its evidence can be shown."""

MOST: Final = 20_000
"""Pairs judged one by one at most; what is beyond is counted and said."""

_SAMPLED: Final = 8
_TABLES: Final = ("route", "neighbour", "fdb")


class Overlay(NamedTuple):
    """One overlay and what set operations say of its pairs.

    Attributes:
        name: name of the overlay.
        members: its devices, by number.
        suspects: pairs (sender, receiver) that must be judged one by one.
        proven: pairs whose every entry is right, apart from the suspects.
        unseen: for each sender whose tables were not seen, which ones; its pairs are unknown at best.
        left: pairs that are neither proven nor judged, because there are too many.
    """

    name: str
    members: dict[int, Vtep]
    suspects: list[tuple[int, int]]
    proven: int
    unseen: dict[int, list[str]]
    left: int


def find_overlays(store: Store) -> list[Overlay]:
    """Return all overlays with their suspect pairs; makes the table ``expected`` beside those of ``find_vteps``."""
    vteps = find_vteps(store)
    _expect(store)
    _uncovered(store)
    overlays = []
    for name in sorted({vtep.overlay for vtep in vteps}):
        members = {vtep.vt: vtep for vtep in vteps if vtep.overlay == name}
        overlays.append(_examine(store, name, members))
    return overlays


def _expect(store: Store) -> None:
    """Make ``expected``: which prefixes are routed to which device, taken from what most nodes do.

    A prefix belongs to the device whose own addresses lie in it. Prefixes of some nodes are enough at
    first; those that only others use are found as rows that fit nothing.
    """
    run = store.connection.execute
    run(
        """
        CREATE OR REPLACE TEMP TABLE prefix AS
        WITH sampled AS (SELECT ns, dev, overlay FROM vtep ORDER BY hash(ns) LIMIT ?),
        odd AS (
            SELECT v.overlay, r.family, r.dst AS first, r.dst_len AS len FROM route r JOIN sampled v ON v.ns = r.ns
            AND v.dev = r.dev WHERE r.type = 'unicast' AND r.dst_len > 0 AND r.via IS NOT NULL AND r."table" = 'main'
        )
        SELECT overlay, family, first, len, count(*) AS users FROM odd GROUP BY ALL
        """,
        [_SAMPLED],
    )
    _own(store)
    run(
        """
        INSERT INTO prefix
        SELECT v.overlay, r.family, r.dst, r.dst_len, 1 FROM route r JOIN vtep v ON v.ns = r.ns AND v.dev = r.dev
        ANTI JOIN expected e ON e.overlay = v.overlay AND e.first = r.dst AND e.len = r.dst_len
        WHERE r.type = 'unicast' AND r.dst_len > 0 AND r.via IS NOT NULL AND r."table" = 'main' GROUP BY ALL
        """
    )
    _own(store)


def _own(store: Store) -> None:
    """Make ``expected`` (overlay, prefix, vt): each prefix to its owner, of overlapping ones the most used."""
    store.connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE expected AS
        WITH used AS (SELECT overlay, family, first, len, sum(users) AS users FROM prefix GROUP BY ALL),
        held AS (
            SELECT p.overlay, p.family, p.first, p.len, p.users, h.vt,
                   max(CASE h.how WHEN 'vtep' THEN 3 WHEN 'block' THEN 2 ELSE 1 END) AS weight
            FROM used p JOIN home h ON h.overlay = p.overlay AND h.family = p.family AND h.len >= p.len
              AND h.first BETWEEN p.first AND last_ip(p.family, p.first, p.len)
            GROUP BY ALL
        ), owned AS (
            SELECT overlay, family, first, len, users, arg_max(vt, weight) AS vt FROM held
            GROUP BY ALL HAVING count(DISTINCT vt) = 1 OR count(DISTINCT vt) FILTER (weight = 3) = 1
        ), covered AS (
            SELECT a.* FROM owned a JOIN owned b USING (overlay, family, vt)
            WHERE (a.first, a.len) <> (b.first, b.len) AND a.first <= last_ip(b.family, b.first, b.len)
              AND last_ip(a.family, a.first, a.len) >= b.first AND (b.users > a.users OR b.users = a.users AND b.len < a.len)
        ), kept AS (SELECT * FROM owned ANTI JOIN covered USING (overlay, family, first, len)),
        alone AS (
            -- Nobody routes to this device: what it has itself must do.
            SELECT overlay, family, first, len, vt, how FROM home WHERE vt NOT IN (SELECT vt FROM kept)
            AND (how IN ('subnet', 'vtep', 'block') OR how = 'route' AND len BETWEEN 8 AND full_len(family) - 1)
            QUALIFY row_number() OVER (PARTITION BY vt, family ORDER BY CASE how WHEN 'block' THEN 0 WHEN 'subnet' THEN 1
                WHEN 'vtep' THEN 2 ELSE 3 END) = 1
        )
        SELECT overlay, family, first, len, vt, users FROM kept
        UNION ALL SELECT overlay, family, first, len, vt, 0 FROM alone
        """
    )


def _uncovered(store: Store) -> None:
    """Make ``unseen`` (vt, table): tables of a sender that no output shows."""
    store.connection.execute(
        """
        CREATE OR REPLACE TEMP TABLE unseen AS
        SELECT v.vt, t.tab FROM vtep v, (SELECT unnest(['route', 'neighbour', 'fdb']) AS tab) t
        WHERE NOT EXISTS (SELECT 1 FROM coverage c WHERE c.ns = v.ns AND c."table" = t.tab AND c.complete <> 'no'
                          AND (c.dev IS NULL OR c.dev = v.dev) AND (c.part IS NULL OR c.part IN ('main', '254')))
        """
    )


_RIGHT: Final = {
    # A route to the owner of the prefix, by that owner's address in the overlay.
    "route": """
        SELECT v.vt AS a, e.vt AS b, e.rowid AS item FROM route r JOIN vtep v ON v.ns = r.ns AND v.dev = r.dev
        JOIN expected e ON e.overlay = v.overlay AND e.first = r.dst AND e.len = r.dst_len
        JOIN vtep_ip i ON i.overlay = v.overlay AND i.ip = r.via AND i.vt = e.vt
        WHERE r.type = 'unicast' AND r."table" = 'main' AND v.overlay = $overlay
    """,
    # The MAC of the device that has the address.
    "neighbour": """
        SELECT v.vt AS a, d.vt AS b, d.vt AS item FROM neighbour n JOIN vtep v ON v.ns = n.ns AND v.dev = n.dev
        JOIN vtep_ip i ON i.overlay = v.overlay AND i.ip = n."address" JOIN vtep d ON d.vt = i.vt AND d.mac = n.mac
        WHERE coalesce(n.state, '') NOT IN ('FAILED', 'INCOMPLETE') AND v.overlay = $overlay
    """,
    # An address of the node that has the device with this MAC.
    "fdb": """
        SELECT v.vt AS a, d.vt AS b, d.vt AS item FROM fdb f JOIN vtep v ON v.ns = f.ns AND v.dev = f.dev
        JOIN vtep d ON d.overlay = v.overlay AND d.mac = f.mac JOIN underlay u ON u.vt = d.vt AND u.ip = f.dst
        WHERE f.vni IS NULL AND f.port IS NULL AND v.overlay = $overlay
    """,
}
"""For each table the rows that are right: sender, receiver, and the item that each sender needs once."""


def _examine(store: Store, name: str, members: dict[int, Vtep]) -> Overlay:
    senders = sorted(members)
    unseen: dict[int, list[str]] = {}
    for vt, table in store.raw("SELECT vt, tab FROM unseen JOIN vtep USING (vt) WHERE overlay = ? ORDER BY ALL", [name]):
        unseen.setdefault(vt, []).append(table)
    total = len(senders) * (len(senders) - 1)
    if len(senders) <= SMALL:
        pairs = [(a, b) for a in senders for b in senders if a != b]
        return Overlay(name, members, pairs, 0, unseen, 0)
    lonely = _unfit(members)
    empty: set[tuple[int, int]] = set()
    blind: dict[int, int] = {}
    for table in _TABLES:
        seeing = [vt for vt in senders if table not in unseen.get(vt, ())]
        for vt in senders:
            if table in unseen.get(vt, ()):
                blind[vt] = 1
        short = _short(store, name, table, seeing)
        empty |= _missing(store, name, table, short, MOST * 4)
    empty |= {(a, b) for a in senders for b in lonely if a != b} if len(lonely) * len(senders) <= MOST * 4 else set()
    suspects = sorted(pair for pair in empty if pair[0] != pair[1])
    left = max(0, len(suspects) - MOST)
    suspects = suspects[:MOST]
    unknown = sum(len(senders) - 1 for _ in blind)
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


def _short(store: Store, overlay: str, table: str, senders: list[int]) -> list[int]:
    """Return the senders that lack a right entry for some peer."""
    wanted = "expected" if table == "route" else "vtep"
    item = "rowid" if table == "route" else "vt"
    rows = store.connection.execute(
        f"""
        WITH want AS (SELECT count(*) AS n, sum(hash({item})) AS h FROM {wanted} WHERE overlay = $overlay),
        own AS (SELECT vt AS a, count(*) AS n, sum(hash({item})) AS h FROM {wanted} WHERE overlay = $overlay GROUP BY vt),
        got AS (SELECT a, count(*) AS n, sum(hash(item)) AS h FROM ({_RIGHT[table]}) WHERE a <> b GROUP BY a)
        SELECT v.vt FROM vtep v CROSS JOIN want LEFT JOIN own ON own.a = v.vt LEFT JOIN got ON got.a = v.vt
        WHERE v.overlay = $overlay AND (coalesce(got.n, 0) <> want.n - coalesce(own.n, 0)
              OR coalesce(got.h, 0) <> want.h - coalesce(own.h, 0))
        """,  # noqa: S608 - made of constants of this module
        {"overlay": overlay},
    ).fetchall()
    seeing = set(senders)
    return [row[0] for row in rows if row[0] in seeing]


def _missing(store: Store, overlay: str, table: str, short: list[int], most: int) -> set[tuple[int, int]]:
    """Return the pairs for which these senders have no right entry, by one bit for each item."""
    if not short:
        return set()
    wanted, item = ("expected", "rowid") if table == "route" else ("vtep", "vt")
    top = store.raw(f"SELECT coalesce(max({item}), 0) FROM {wanted}")[0][0]  # noqa: S608
    rows = store.connection.execute(
        f"""
        WITH got AS (
            SELECT a, bitstring_agg(item::INTEGER, 0, {top}) AS bits FROM ({_RIGHT[table]})
            WHERE a IN (SELECT unnest($short::INTEGER[])) GROUP BY a
        ), asked AS (SELECT unnest($short::INTEGER[]) AS a)
        SELECT DISTINCT s.a, w.vt FROM asked s LEFT JOIN got ON got.a = s.a CROSS JOIN {wanted} w
        WHERE w.overlay = $overlay AND w.vt <> s.a
          AND (got.bits IS NULL OR get_bit(got.bits, w.{item}::INTEGER) = 0) LIMIT {most}
        """,  # noqa: S608 - made of constants of this module
        {"overlay": overlay, "short": short},
    ).fetchall()
    return {(row[0], row[1]) for row in rows}
