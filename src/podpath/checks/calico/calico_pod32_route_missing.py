"""The host has no route to a pod that runs on it."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH pod_address AS (
        SELECT i.host, i.kind || ' ' || i.name AS who, a."address" AS ip, a.family, a.rowid AS row_address, h.name AS host_dev, h.link_row
        FROM inside i JOIN "address" a ON a.ns = i.ns AND a.length = full_len(a.family) AND NOT everywhere(a."address")
        JOIN device d ON d.ns = a.ns AND d.name = a.dev AND d.role IN ('port', 'uplink')
        LEFT JOIN device h ON h.ns = i.host AND h.ifindex = d.peer_index AND h.role = 'port'
        -- A pod in the host's own namespace shows the host's addresses.
        WHERE NOT EXISTS (SELECT 1 FROM "address" s WHERE s.ns = i.host AND s."address" = a."address")
          AND i.ns NOT IN (SELECT ns FROM router)
          AND (h.master IS NULL OR h.name IS NULL)
    ),
    lost AS (
        SELECT p.*, w.rowid AS row_route, w.type, w.dst_len FROM pod_address p
        LEFT JOIN route w ON w.ns = p.host AND w.family = p.family AND w."table" = 'main' AND in_net(p.ip, p.family, w.dst, w.dst_len)
        WHERE seen_of(p.host, 'route', p.family) = 2
        QUALIFY row_number() OVER (PARTITION BY p.host, p.ip ORDER BY w.dst_len DESC NULLS LAST, coalesce(w.metric, 0)) = 1
    ),
    -- A device of Calico's without any route, beside others that have theirs.
    bare AS (
        SELECT d.ns, d.name AS dev, d.link_row FROM device d
        WHERE d.role = 'port' AND d.master IS NULL AND coalesce(d.up, true) AND regexp_matches(d.name, '^cali[0-9a-f]{11}$')
          AND seen_of(d.ns, 'route', 4) = 2 AND NOT EXISTS (SELECT 1 FROM route r WHERE r.ns = d.ns AND r.dev = d.name AND NOT everywhere(r.dst))
          AND EXISTS (SELECT 1 FROM route r JOIN device o ON o.ns = r.ns AND o.name = r.dev AND regexp_matches(o.name, '^cali[0-9a-f]{11}$')
                      WHERE r.ns = d.ns AND r.family = 4 AND r.dst_len = 32)
          AND d.name NOT IN (SELECT coalesce(host_dev, '') FROM lost)
    )
    SELECT host AS ns, ip, who, host_dev, NULL AS dev, row_address, row_route, link_row AS row_link, 'error' AS severity, 'proven' AS confidence,
           CASE WHEN type IS NULL THEN 'nowhere' WHEN type <> 'unicast' THEN 'refused' ELSE 'default' END AS falls, type
    FROM lost WHERE type IS NULL OR type <> 'unicast' OR dst_len = 0
    UNION ALL
    SELECT ns, NULL, NULL, NULL, dev, NULL, NULL, link_row, 'warning', 'likely', NULL, NULL FROM bare
    """,
)
