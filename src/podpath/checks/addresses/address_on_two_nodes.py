"""Two nodes have an address that only one may have."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("peer",),
    sql="""
    WITH own AS (
        SELECT n.node, d.name AS node_name, a.ns, a.dev, a.family, a."address" AS ip, a.length, a.rowid AS row_address, t.role, v.overlay,
               b.pod AS pod
        FROM "address" a JOIN netns n ON n.ns = a.ns AND n.kind = 'host' JOIN node d ON d.node = n.node
        JOIN device t ON t.ns = a.ns AND t.name = a.dev LEFT JOIN vtep v ON v.ns = a.ns AND v.dev = a.dev
        LEFT JOIN bridge_net b ON b.address_row = a.rowid
        WHERE NOT everywhere(a."address") AND coalesce(a.scope, 'global') = 'global'
          AND (t.role IN ('uplink', 'overlay') OR t.role = 'bridge' AND (b.dev IS NULL OR b.pod))
    ),
    several AS (SELECT ip FROM own GROUP BY ip HAVING count(DISTINCT node) > 1),
    pair AS (
        SELECT a.*, b.node_name AS other, b.dev AS other_dev, b.row_address AS row_2, b.role AS other_role, b.overlay AS other_overlay
        FROM own a SEMI JOIN several USING (ip)
        JOIN LATERAL (SELECT * FROM own o WHERE o.ip = a.ip AND o.node <> a.node ORDER BY o.node LIMIT 1) b ON true
        WHERE a.node < b.node OR a.node = (SELECT max(node) FROM own m WHERE m.ip = a.ip)
        QUALIFY row_number() OVER (PARTITION BY a.ip ORDER BY a.node) = 1
    )
    SELECT ns, ip, dev, other, other_dev, row_address, row_2 AS row_address_2, [other] AS related,
           CASE WHEN role = 'overlay' OR pod THEN dev END AS overlay, CASE WHEN NOT (role = 'overlay' OR pod) THEN ip END AS twice,
           CASE WHEN role = 'overlay' AND overlay = other_overlay OR pod AND other_role = 'bridge' THEN 'error'
                -- Seen by a third: both are on one network. Otherwise each may be on a network of its own, behind a NAT.
                WHEN EXISTS (SELECT 1 FROM neighbour n WHERE n."address" = pair.ip AND n.mac IS NOT NULL AND n.ns <> pair.ns) THEN 'warning'
                ELSE 'info' END AS severity
    FROM pair
    """,
)
