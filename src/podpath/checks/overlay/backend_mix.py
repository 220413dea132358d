"""Some peers are reached through the overlay, and others, as near, past it."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("underlay", "expected"),
    sql="""
    WITH direct AS (
        SELECT v.vt AS a, v.ns, v.dev AS overlay_dev, e.vt AS b, r.rowid AS row_route, r.dst, r.dst_len AS len, r.via, v.overlay
        FROM vtep v JOIN route r ON r.ns = v.ns AND r.dev <> v.dev AND r."table" = 'main' AND r.type = 'unicast' AND r.dst_len > 0
        JOIN underlay u ON u.overlay = v.overlay AND u.ip = r.via AND u.vt <> v.vt
        JOIN expected e ON e.vt = u.vt AND e.family = r.family AND in_net(e.first, r.family, r.dst, r.dst_len)
    ),
    tunnelled AS (
        SELECT v.vt AS a, e.vt AS b, r.rowid AS row_route, v.ns FROM vtep v
        JOIN route r ON r.ns = v.ns AND r.dev = v.dev AND r."table" = 'main' AND r.type = 'unicast' AND r.via IS NOT NULL
        JOIN expected e ON e.overlay = v.overlay AND e.first = r.dst AND e.len = r.dst_len AND e.vt <> v.vt
        WHERE v.overlay IN (SELECT overlay FROM direct)
    ),
    -- Peers with an address in a network that the node's own cards are in.
    near AS (
        SELECT DISTINCT t.a, t.b, t.row_route FROM tunnelled t JOIN underlay u ON u.vt = t.b AND NOT everywhere(u.ip)
        JOIN "address" x ON x.ns = t.ns AND in_net(u.ip, x.family, first_ip(x.family, x."address", x.length), x.length)
        JOIN device d ON d.ns = x.ns AND d.name = x.dev AND d.role = 'uplink'
        WHERE t.a IN (SELECT a FROM direct)
    ),
    two_ways AS (
        SELECT d.ns, d.overlay_dev, d.dst, d.len, d.via, w.name AS direct, n.name AS tunnelled, d.row_route, x.row_route AS row_route_2,
               [w.name, n.name] AS related, d.b
        FROM direct d JOIN near x ON x.a = d.a JOIN vtep w ON w.vt = d.b JOIN vtep n ON n.vt = x.b
        QUALIFY row_number() OVER (PARTITION BY d.a ORDER BY d.b, x.b) = 1
    ),
    back AS (
        SELECT d.ns, d.overlay_dev, d.dst, d.len, d.via, w.name AS direct, NULL AS tunnelled, d.row_route, t.row_route AS row_route_2,
               [w.name] AS related, d.b
        FROM direct d JOIN tunnelled t ON t.a = d.b AND t.b = d.a JOIN vtep w ON w.vt = d.b
        WHERE d.ns NOT IN (SELECT ns FROM two_ways)
        QUALIFY row_number() OVER (PARTITION BY d.a ORDER BY d.b) = 1
    )
    SELECT * EXCLUDE (b) FROM two_ways UNION ALL SELECT * EXCLUDE (b) FROM back
    """,
)
