"""A container network takes addresses that belong to the LAN, a VPN or another bridge."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql=r"""
    WITH bridges AS (
        SELECT ns, dev, family, first, len, address_row FROM bridge_net WHERE NOT pod
        UNION ALL
        -- Where addresses were not shown, the kernel's own route names the bridge and its network.
        SELECT k.ns, k.dev, k.family, k.dst, k.dst_len, NULL FROM route k
        WHERE coalesce(k.proto, 'kernel') = 'kernel' AND k.via IS NULL AND k.type = 'unicast' AND k."table" = 'main' AND k.dst_len < full_len(k.family)
          AND regexp_matches(k.dev, '^(docker0|br-[0-9a-f]{12}|docker_gwbridge|podman\d+)$')
          AND NOT EXISTS (SELECT 1 FROM "address" a WHERE a.ns = k.ns AND a.dev = k.dev)
    ), before AS (
        -- Of routes with one metric the older one wins, which the kernel prints first; its own connected route is appended.
        SELECT r.rowid AS row_route, own.dev AS bridge FROM route r JOIN route own ON own.ns = r.ns AND own.dst = r.dst AND own.dst_len = r.dst_len
        AND own.dev <> r.dev AND r."table" = 'main' AND own."table" = 'main' AND r.type = 'unicast' AND own.via IS NULL
        AND (coalesce(r.metric, 0) < coalesce(own.metric, 0)
             OR coalesce(r.metric, 0) = coalesce(own.metric, 0) AND r.source = own.source AND r.rowid < own.rowid)
        WHERE r.family = 4 AND r.via IS NOT NULL AND coalesce(r.tos, 0) = coalesce(own.tos, 0)
    ), elsewhere AS (
        -- The networks that other devices are in, and routes that are narrower than half the internet.
        SELECT a.ns, a.dev, a.family, first_ip(a.family, a."address", a.length) AS net, a.length AS net_len, 'error' AS severity,
               'connected' AS how, a.rowid AS row_address, NULL AS row_route, NULL AS via
        FROM "address" a JOIN device d ON d.ns = a.ns AND d.name = a.dev
        WHERE d.role IN ('uplink', 'bridge') AND a.length BETWEEN 8 AND full_len(a.family) - 1 AND NOT everywhere(a."address")
        UNION ALL
        SELECT r.ns, r.dev, r.family, r.dst, r.dst_len, CASE WHEN d.role = 'other' THEN 'warning' ELSE 'info' END, 'routed', NULL, r.rowid, r.via
        FROM route r LEFT JOIN device d ON d.ns = r.ns AND d.name = r.dev
        WHERE (d.role IN ('uplink', 'other') OR d.role IS NULL AND r.rowid IN (SELECT row_route FROM before)) AND r."table" = 'main' AND r.type = 'unicast' AND r.dst_len >= 8 AND NOT everywhere(r.dst)
          AND (r.via IS NOT NULL OR d.role = 'other')
    )
    SELECT b.ns, b.dev, b.first, b.len, e.net, e.net_len, e.dev AS other, CASE WHEN w.bridge IS NULL AND b.len >= e.net_len THEN b.dev ELSE e.dev END AS winner,
           CASE WHEN w.bridge IS NOT NULL THEN 'error' WHEN e.how = 'connected' AND b.len - e.net_len < 8 THEN 'error' WHEN e.how = 'connected' OR e.net_len > b.len THEN 'warning' ELSE e.severity END AS severity,
           CASE WHEN e.how = 'connected' OR w.bridge IS NOT NULL THEN 'proven' ELSE 'likely' END AS confidence,
           b.address_row AS row_address, e.row_address AS row_address_2, e.row_route, e.via,
           CASE WHEN e.via IS NULL THEN 'give' ELSE 'or give' END AS give
    FROM bridges b JOIN elsewhere e ON e.ns = b.ns AND e.family = b.family AND e.dev <> b.dev
      AND e.net <= last_ip(b.family, b.first, b.len) AND last_ip(e.family, e.net, e.net_len) >= b.first
    LEFT JOIN before w ON w.row_route = e.row_route AND w.bridge = b.dev
    -- Two bridges of containers are said once.
    WHERE NOT EXISTS (SELECT 1 FROM bridges o WHERE o.ns = e.ns AND o.dev = e.dev AND o.dev > b.dev AND e.how = 'connected')
    """,
)
