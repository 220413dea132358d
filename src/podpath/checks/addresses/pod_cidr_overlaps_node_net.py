"""The pods' network and the nodes' own network overlap."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH connected AS (
        SELECT a.ns, a.dev, a.family, first_ip(a.family, a."address", a.length) AS net, a.length AS net_len, a.rowid AS row_address
        FROM "address" a JOIN device d ON d.ns = a.ns AND d.name = a.dev
        WHERE d.role = 'uplink' AND a.length BETWEEN 1 AND full_len(a.family) - 1 AND NOT everywhere(a."address")
    ),
    pods AS (
        -- The cluster's network as the CNI tells it, and what is routed to the overlay or to the pods' bridge.
        SELECT ns, family, network AS first, network_len AS len, 'network' AS what, NULL AS via, NULL AS row_route, rowid AS row_pod_network
        FROM pod_network WHERE network IS NOT NULL
        UNION ALL
        SELECT r.ns, r.family, r.dst, r.dst_len, 'route', r.dev, r.rowid, NULL FROM route r
        JOIN device d ON d.ns = r.ns AND d.name = r.dev
        WHERE r."table" = 'main' AND r.type = 'unicast' AND r.dst_len BETWEEN 1 AND full_len(r.family) - 1 AND NOT everywhere(r.dst)
          AND r.ns IN (SELECT ns FROM connected)
          AND (d.role = 'overlay' OR d.role = 'bridge' AND (
               EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = r.ns AND b.dev = r.dev AND b.pod)
               -- A route that the bridge's own addresses do not explain.
               OR EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = r.ns AND b.dev = r.dev) AND coalesce(r.proto, '') <> 'kernel'
                  AND NOT EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = r.ns AND b.dev = r.dev AND b.first = r.dst AND b.len = r.dst_len)))
    ),
    overlapping AS (
        SELECT p.*, c.dev, c.net, c.net_len, c.row_address FROM pods p JOIN connected c ON c.ns = p.ns AND c.family = p.family
          AND p.first <= last_ip(c.family, c.net, c.net_len) AND last_ip(p.family, p.first, p.len) >= c.net
    ),
    -- Addresses that are known to be machines': nodes, gateways, name servers, whoever has answered on the network.
    machine AS (
        SELECT ns, "address" AS ip, NULL AS row_neighbour FROM netns JOIN node USING (node) WHERE "address" IS NOT NULL
        UNION SELECT r.ns, r.via, NULL FROM route r JOIN device d ON d.ns = r.ns AND d.name = r.dev
              WHERE d.role = 'uplink' AND r.via IS NOT NULL
        UNION SELECT n.ns, n."address", n.rowid FROM neighbour n JOIN device d ON d.ns = n.ns AND d.name = n.dev
              WHERE d.role = 'uplink' AND n.mac IS NOT NULL
        UNION SELECT a.ns, a."address", NULL FROM "address" a JOIN device d ON d.ns = a.ns AND d.name = a.dev WHERE d.role = 'uplink'
    )
    SELECT b.ns, arg_min(b.what, b.len) AS what, arg_min(b.via, b.len) AS via, arg_min(b.first, b.len) AS first, min(b.len) AS len, b.net, b.net_len, b.dev,
           min(m.ip) AS hit, CASE WHEN count(m.ip) > 0 THEN 'error' ELSE 'warning' END AS severity,
           arg_min(b.row_route, b.len) AS row_route, arg_min(b.row_pod_network, b.len) AS row_pod_network,
           any_value(b.row_address) AS row_address, arg_min(m.row_neighbour, m.ip) AS row_neighbour
    FROM overlapping b LEFT JOIN machine m ON m.ns = b.ns AND in_net(m.ip, b.family, b.first, b.len) AND in_net(m.ip, b.family, b.net, b.net_len)
    GROUP BY b.ns, b.net, b.net_len, b.dev
    """,
)
