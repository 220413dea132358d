"""A container has no route out: no default route, a gateway that no device has, or a subnet that is too large."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH own AS (
        -- The container's main address, and the bridge on the host whose network holds it.
        SELECT i.ns, i.host, i.kind, i.name, a.dev, a."address" AS ip, a.length AS len, a.rowid AS row_address, b.dev AS bridge, b.ip AS right,
               b.len AS right_len, b.pod, b.address_row AS bridge_row
        FROM inside i JOIN "address" a ON a.ns = i.ns AND a.family = 4 AND NOT everywhere(a."address")
        JOIN device d ON d.ns = a.ns AND d.name = a.dev AND d.role IN ('port', 'uplink') AND coalesce(d.up, true)
        LEFT JOIN bridge_net b ON b.ns = i.host AND b.family = 4 AND in_net(a."address", 4, b.first, b.len)
        WHERE NOT EXISTS (SELECT 1 FROM "address" s WHERE s.ns = i.host AND s."address" = a."address")
          -- A namespace that routes for others is a host of its own.
          AND i.ns NOT IN (SELECT ns FROM router)
        QUALIFY row_number() OVER (PARTITION BY i.ns ORDER BY coalesce(b.pod, false) DESC, a.dev, a.rowid) = 1
    ),
    ways AS (
        SELECT ns, min(rowid) AS row_route, arg_min(via, coalesce(metric, 0)) AS gateway FROM route
        WHERE family = 4 AND dst_len = 0 AND type = 'unicast' GROUP BY ns
    ),
    no_way AS (
        SELECT o.ns, o.dev, o.ip, o.len, '' AS nothing, NULL::UHUGEINT AS gateway, o.bridge, o.right, NULL AS right_len, o.row_address,
               NULL AS row_route, o.bridge_row AS row_address_2,
               CASE WHEN o.pod OR o.kind = 'pod' OR g.gateway IS NOT NULL THEN 'error' ELSE 'info' END AS severity,
               CASE WHEN o.pod OR o.kind = 'pod' OR g.gateway IS NOT NULL THEN 'proven' ELSE 'likely' END AS confidence
        FROM own o LEFT JOIN ways w ON w.ns = o.ns
        -- Docker says which containers have a gateway; those of an internal network have none.
        LEFT JOIN (SELECT a.ns, a.container, any_value(a.gateway) AS gateway FROM container_address a
                   LEFT JOIN container_network n ON n.ns = a.ns AND n.name = a.network WHERE NOT coalesce(n.internal, false)
                   GROUP BY ALL) g ON g.ns = o.host AND g.container = o.name
        WHERE w.ns IS NULL AND seen_of(o.ns, 'route', 4) = 2
          -- netavark forwards nothing from the bridge of an internal network, and gives its containers no route out.
          AND NOT EXISTS (SELECT 1 FROM internal i JOIN sysctl x ON x.ns = i.ns AND x.value = '0'
                          AND x.name = 'net.ipv4.conf.' || replace(i.dev, '.', '/') || '.forwarding'
                          WHERE i.ns = o.host AND i.dev = o.bridge AND NOT coalesce(o.pod, false))
    ),
    wrong AS (
        SELECT o.ns, o.dev, o.ip, o.len, NULL, w.gateway, o.bridge, o.right, NULL, o.row_address, w.row_route, o.bridge_row,
               CASE WHEN o.pod THEN 'error' ELSE 'warning' END, CASE WHEN o.pod THEN 'proven' ELSE 'likely' END
        FROM own o JOIN ways w ON w.ns = o.ns JOIN bridge_net b ON b.ns = o.host AND b.dev = o.bridge AND b.ip = o.right
        WHERE in_net(w.gateway, 4, b.first, b.len)
          AND NOT EXISTS (SELECT 1 FROM "address" a WHERE a.ns = o.host AND a."address" = w.gateway)
          -- Another container may be the router.
          AND NOT EXISTS (SELECT 1 FROM inside x JOIN "address" a ON a.ns = x.ns AND a."address" = w.gateway WHERE x.host = o.host)
          AND NOT EXISTS (SELECT 1 FROM neighbour n WHERE n.ns = o.ns AND n."address" = w.gateway AND n.mac IS NOT NULL
                          AND n.state IN ('REACHABLE', 'DELAY', 'PERMANENT'))
    ),
    wide AS (
        SELECT o.ns, o.dev, o.ip, o.len, NULL, NULL, o.bridge, NULL, o.right_len, o.row_address, NULL, o.bridge_row,
               CASE WHEN o.pod THEN 'error' ELSE 'warning' END, 'proven'
        FROM own o WHERE o.bridge IS NOT NULL AND o.len < o.right_len
    )
    FROM no_way UNION ALL FROM wrong UNION ALL FROM wide
    """,
)
