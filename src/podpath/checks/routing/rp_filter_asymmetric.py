"""Strict reverse-path filtering drops packets that arrive on another device than the reply would leave through."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    over=("underlay", "expected"),
    sql="""
    WITH direct AS (
        -- Routes past the overlay that lead to a peer's own address.
        SELECT v.vt AS a, u.vt AS b, r.rowid AS row_route, r.dev, r.via, r.dst AS first, r.dst_len AS len FROM vtep v
        JOIN route r ON r.ns = v.ns AND r.dev <> v.dev AND r.family = 4 AND r."table" = 'main' AND r.type = 'unicast' AND r.dst_len > 0
        JOIN underlay u ON u.overlay = v.overlay AND u.ip = r.via AND u.vt <> v.vt
        SEMI JOIN expected e ON e.vt = u.vt AND e.family = 4 AND in_net(e.first, 4, r.dst, r.dst_len)
    ),
    tunnelled AS (
        SELECT v.vt AS a, e.vt AS b, r.rowid AS row_route, r.dev, e.first, e.len FROM vtep v
        JOIN route r ON r.ns = v.ns AND r.dev = v.dev AND r.family = 4 AND r."table" = 'main' AND r.type = 'unicast' AND r.via IS NOT NULL
        JOIN expected e ON e.overlay = v.overlay AND e.family = 4 AND e.first = r.dst AND e.len = r.dst_len AND e.vt <> v.vt
        WHERE (v.vt IN (SELECT a FROM direct) OR v.vt IN (SELECT b FROM direct))
    ),
    oneway AS (
        -- The peer sends by the tunnel, this node answers directly; and the other way round.
        SELECT d.a AS here, d.b AS peer, v.dev, d.dev AS out, d.first, d.len, d.row_route, t.row_route AS row_route_2
        FROM direct d JOIN tunnelled t ON t.a = d.b AND t.b = d.a JOIN vtep v ON v.vt = d.a
        UNION ALL
        SELECT t.a, t.b, x.dev, t.dev, t.first, t.len, t.row_route, d.row_route
        FROM direct d JOIN tunnelled t ON t.a = d.b AND t.b = d.a JOIN vtep v ON v.vt = t.a
        JOIN "address" x ON x.ns = v.ns AND x."address" = d.via
    )
    SELECT v.ns, o.dev, replace(o.dev, '.', '/') AS setting, o.out, w.name AS peer, o.first, o.len, o.row_route, o.row_route_2, [w.name] AS related,
           CASE WHEN own.value = '1' THEN own.rowid ELSE every.rowid END AS row_sysctl
    FROM oneway o JOIN vtep v ON v.vt = o.here JOIN vtep w ON w.vt = o.peer
    JOIN sysctl every ON every.ns = v.ns AND every.name = 'net.ipv4.conf.all.rp_filter'
    JOIN sysctl own ON own.ns = v.ns AND own.name = 'net.ipv4.conf.' || replace(o.dev, '.', '/') || '.rp_filter'
    WHERE greatest(every.value, own.value) = '1' AND o.dev <> o.out
    """,
    needs=(Need("sysctl", "sysctl -a", "net.ipv4.conf.all.rp_filter"),),
    # Where some peer is reached past the overlay at all.
    applies="""
    SELECT DISTINCT v.ns FROM vtep v JOIN route r ON r.ns = v.ns AND r.dev <> v.dev AND r."table" = 'main' AND r.dst_len > 0
    JOIN underlay u ON u.overlay = v.overlay AND u.ip = r.via AND u.vt <> v.vt
    WHERE EXISTS (SELECT 1 FROM route o WHERE o.ns = v.ns AND o.dev = v.dev AND o.via IS NOT NULL)
    """,
)
