"""A narrower route, or one that throws packets away, takes part of a peer's pod network."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    # A node's own pods may have borrowed addresses of a peer's network; Calico tells other nodes with routes of its own.
    over=("vtep", "expected"),
    sql="""
    WITH odd AS (
        SELECT r.rowid AS row_route, r.ns, r.family, r.type, r.dst, r.dst_len, r.via, r.dev, r.proto,
               coalesce(r.metric, CASE r.family WHEN 6 THEN 1024 ELSE 0 END) AS metric, v.vt, v.overlay
        FROM route r JOIN vtep v ON v.ns = r.ns
        ANTI JOIN expected e ON e.overlay = v.overlay AND e.family = r.family AND e.first = r.dst AND e.len = r.dst_len
              AND r.type = 'unicast'
        WHERE r."table" = 'main' AND r.dst_len > 0 AND r.type IN ('unicast', 'blackhole', 'unreachable', 'prohibit')
          AND (r.type <> 'unicast' OR r.dev <> v.dev) AND NOT everywhere(r.dst)
          AND (r.type = 'unicast' OR coalesce(r.proto, '') NOT IN ('bird', '80'))
    ),
    taken AS (
        SELECT o.*, e.vt AS owner, e.first, e.len AS first_len FROM odd o
        JOIN expected e ON e.overlay = o.overlay AND e.family = o.family AND e.vt <> o.vt
          AND o.dst <= last_ip(e.family, e.first, e.len) AND last_ip(o.family, o.dst, o.dst_len) >= e.first
        WHERE o.dst_len >= e.len OR o.type <> 'unicast'
    ),
    judged AS (
        SELECT t.*, b.row_route AS right_row, b.metric AS right_metric, b.dst_len AS right_len FROM taken t
        LEFT JOIN (SELECT rowid AS row_route, ns, family, dst, dst_len, coalesce(metric, CASE family WHEN 6 THEN 1024 ELSE 0 END) AS metric
                   FROM route WHERE "table" = 'main' AND type = 'unicast') b
          ON b.ns = t.ns AND b.family = t.family AND b.dst = t.first AND b.dst_len = t.first_len
    )
    SELECT j.ns, CASE WHEN j.type <> 'unicast' THEN j.type END AS type,
           j.dst, j.dst_len AS len, CASE WHEN j.type = 'unicast' THEN j.dev END AS dev, j.first, j.first_len, w.name AS peer, j.proto, [w.name] AS related,
           CASE j.family WHEN 6 THEN '-6' ELSE '' END AS six, j.row_route, j.right_row AS row_route_2
    FROM judged j JOIN vtep w ON w.vt = j.owner
    WHERE CASE
        -- Of the same network the smaller metric wins; a wider one only where the right route is missing.
        WHEN j.type <> 'unicast' AND j.dst_len = j.first_len THEN j.right_row IS NULL OR j.metric < j.right_metric
        WHEN j.type <> 'unicast' AND j.dst_len < j.first_len THEN j.right_row IS NULL
        ELSE true END
      -- To a pod of this node, or to the node that the address belongs to.
      AND NOT (j.type = 'unicast' AND j.via IS NULL AND j.dst_len = full_len(j.family)
               AND EXISTS (SELECT 1 FROM device d WHERE d.ns = j.ns AND d.name = j.dev AND d.role = 'port'))
      AND NOT (j.type = 'unicast' AND j.via IS NOT NULL AND (
          EXISTS (SELECT 1 FROM underlay u WHERE u.ip = j.via AND u.overlay = j.overlay AND (u.vt = j.owner OR EXISTS (
              SELECT 1 FROM home h WHERE h.vt = u.vt AND h.family = j.family AND in_net(h.first, j.family, j.dst, j.dst_len))))
          OR coalesce(j.proto, '') IN ('bird', '80')
             AND NOT EXISTS (SELECT 1 FROM underlay u WHERE u.ip = j.via AND u.overlay = j.overlay)))
    """,
    needs=(Need("route", "ip route show", "main", 4),),
    applies="SELECT ns FROM vtep",
)
