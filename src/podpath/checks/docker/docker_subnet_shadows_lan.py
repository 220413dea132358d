"""A container network takes addresses that belong to the LAN, a VPN or another bridge."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH bridges AS (SELECT * FROM bridge_net WHERE NOT pod),
    elsewhere AS (
        -- The networks that other devices are in, and routes that are narrower than half the internet.
        SELECT a.ns, a.dev, a.family, first_ip(a.family, a."address", a.length) AS net, a.length AS net_len, 'error' AS severity,
               'connected' AS how, a.rowid AS row_address, NULL AS row_route
        FROM "address" a JOIN device d ON d.ns = a.ns AND d.name = a.dev
        WHERE d.role IN ('uplink', 'bridge') AND a.length BETWEEN 8 AND full_len(a.family) - 1 AND NOT everywhere(a."address")
        UNION ALL
        SELECT r.ns, r.dev, r.family, r.dst, r.dst_len, CASE WHEN d.role = 'other' THEN 'warning' ELSE 'info' END, 'routed', NULL, r.rowid
        FROM route r JOIN device d ON d.ns = r.ns AND d.name = r.dev
        WHERE d.role IN ('uplink', 'other') AND r."table" = 'main' AND r.type = 'unicast' AND r.dst_len >= 8 AND NOT everywhere(r.dst)
          AND (r.via IS NOT NULL OR d.role = 'other')
    )
    SELECT b.ns, b.dev, b.first, b.len, e.net, e.net_len, e.dev AS other, CASE WHEN b.len >= e.net_len THEN b.dev ELSE e.dev END AS winner,
           CASE WHEN e.how = 'connected' AND b.len - e.net_len < 8 THEN 'error' WHEN e.how = 'connected' OR e.net_len > b.len THEN 'warning' ELSE e.severity END AS severity,
           CASE WHEN e.how = 'connected' THEN 'proven' ELSE 'likely' END AS confidence,
           b.address_row AS row_address, e.row_address AS row_address_2, e.row_route
    FROM bridges b JOIN elsewhere e ON e.ns = b.ns AND e.family = b.family AND e.dev <> b.dev
      AND e.net <= last_ip(b.family, b.first, b.len) AND last_ip(e.family, e.net, e.net_len) >= b.first
    -- Two bridges of containers are said once.
    WHERE NOT EXISTS (SELECT 1 FROM bridges o WHERE o.ns = e.ns AND o.dev = e.dev AND o.dev > b.dev AND e.how = 'connected')
    """,
)
