"""A host of containers has no default route."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    sql="""
    WITH leaving AS (
        -- A device of the host's own network, which is no bridge of containers.
        SELECT a.ns, any_value(a.dev ORDER BY a.rowid) AS uplink, min(a.rowid) AS row_address FROM "address" a
        JOIN device d ON d.ns = a.ns AND d.name = a.dev AND d.role IN ('uplink', 'other') AND coalesce(d.up, true)
        WHERE a.family = 4 AND a.length < 32 AND NOT everywhere(a."address") AND coalesce(a.scope, 'global') = 'global' GROUP BY a.ns
    )
    SELECT b.ns, any_value(b.dev ORDER BY b.dev) AS bridge, any_value(l.uplink) AS uplink, any_value(l.row_address) AS row_address,
           (SELECT string_agg(DISTINCT r.dev, ', ' ORDER BY r.dev) FROM route r WHERE r.ns = b.ns AND r.family = 4 AND r."table" = 'main') AS networks,
           (SELECT min(r.rowid) FROM route r WHERE r.ns = b.ns AND r.family = 4 AND r."table" = 'main') AS row_route,
           CASE seen_of(b.ns, 'rule', 4) WHEN 2 THEN 'proven' ELSE 'likely' END AS confidence
    FROM bridge_net b JOIN leaving l USING (ns) JOIN netns n ON n.ns = b.ns AND n.kind = 'host'
    WHERE b.alive AND b.family = 4 AND NOT EXISTS (SELECT 1 FROM internal i WHERE i.ns = b.ns AND i.dev = b.dev)
      AND seen_of(b.ns, 'route', 4) = 2
      -- In whichever table: a rule may lead to another one. Half of all addresses is as good (a VPN's two routes).
      AND NOT EXISTS (SELECT 1 FROM route r WHERE r.ns = b.ns AND r.family = 4 AND r.dst_len <= 1)
      AND NOT EXISTS (SELECT 1 FROM rule u WHERE u.ns = b.ns AND u.family = 4 AND u.action = 'lookup'
                      AND u."table" NOT IN ('local', '255', 'main', '254', 'default', '253')
                      AND NOT EXISTS (SELECT 1 FROM route r WHERE r.ns = b.ns AND r."table" = u."table"))
    GROUP BY b.ns
    """,
    over=("route", "address"),
    needs=(Need("route", "ip route show", "main", 4),),
    applies="SELECT ns FROM bridge_net WHERE alive",
)
