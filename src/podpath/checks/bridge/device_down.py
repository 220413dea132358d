"""A device that traffic depends on is down, has lost its other end, or does not forward."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    # A bridge without ports and a tunnel that nobody sends to may be down: nothing hangs on them.
    sql="""
    WITH hanging AS (
        SELECT d.ns, d.name, d.role, d.link_row,
            (SELECT count(*) FROM device p WHERE p.ns = d.ns AND p.master = d.name) AS ports,
            (SELECT count(*) FROM fdb f WHERE f.ns = d.ns AND f.dev = d.name AND f.dst IS NOT NULL) AS peers,
            (SELECT min(a.rowid) FROM "address" a WHERE a.ns = d.ns AND a.dev = d.name AND NOT everywhere(a."address"))
                AS row_address,
            d.up, d.carrier, d.operstate, d.master, d.ifindex, d.peer_index, d.kind
        FROM device d WHERE d.role <> 'lo' AND d.link_row IS NOT NULL
    ),
    overlay AS (
        SELECT ns, name, 'down' AS state, 'error' AS severity, row_address, link_row,
               'overlay' AS hangs, NULL::BIGINT AS ports, NULL AS tunnel, name AS dead, NULL AS unplugged, NULL AS far, name AS agent, NULL AS routed
        FROM hanging h WHERE role = 'overlay' AND up = false AND (peers > 0 OR row_address IS NOT NULL)
          -- One that is down because another device has its port is a conflict of the two.
          AND NOT EXISTS (SELECT 1 FROM vxlan a JOIN vxlan b USING (ns, port) WHERE a.ns = h.ns AND a.name = h.name
                          AND b.name <> a.name AND coalesce(a.external, false) <> coalesce(b.external, false))
    ),
    bridge AS (
        SELECT ns, name, 'down', 'error', row_address, link_row,
               CASE WHEN ports = 1 THEN 'port' ELSE 'ports' END, ports, NULL, name, NULL, NULL, NULL, NULL
        FROM hanging WHERE role = 'bridge' AND up = false AND ports > 0
    ),
    port AS (
        SELECT h.ns, h.name, 'down', 'error', NULL, h.link_row, 'behind', NULL, NULL, h.name, NULL, NULL, NULL, CASE WHEN h.master IS NULL THEN h.name END
        FROM hanging h LEFT JOIN cable p ON p.host_ns = h.ns AND p.host_dev = h.name
        WHERE h.role = 'port' AND h.up = false
          AND (h.master IS NOT NULL OR p.ns IS NOT NULL OR regexp_matches(h.name, '^cali[0-9a-f]{11}$'))
    ),
    -- The host's end is up but has no carrier: the container's end is down. Said of that end where it was seen.
    unplugged AS (
        SELECT h.ns, h.name, 'carrier', 'warning', NULL, h.link_row, 'inside', NULL, NULL, NULL, h.name, NULL, NULL, NULL
        FROM hanging h LEFT JOIN cable p ON p.host_ns = h.ns AND p.host_dev = h.name
        WHERE h.role = 'port' AND h.up AND h.carrier = false AND p.ns IS NULL
          AND (h.operstate IN ('DOWN', 'LOWERLAYERDOWN') OR h.operstate IS NULL)
          AND (h.master IS NOT NULL OR regexp_matches(h.name, '^cali[0-9a-f]{11}$'))
          AND coalesce((SELECT b.up FROM device b WHERE b.ns = h.ns AND b.name = h.master), true)
    ),
    container AS (
        SELECT h.ns, h.name, CASE WHEN h.up THEN 'carrier' ELSE 'down' END, 'error', h.row_address, h.link_row,
               CASE WHEN h.up THEN 'outside' ELSE 'container' END, NULL, NULL,
               CASE WHEN NOT h.up THEN h.name END, NULL, CASE WHEN h.up THEN h.name END, NULL, NULL
        FROM hanging h JOIN inside i USING (ns)
        WHERE h.role IN ('port', 'uplink') AND (h.row_address IS NOT NULL OR NOT EXISTS (
              -- IPv6 forgets the addresses of a device that goes down.
              SELECT 1 FROM hanging k WHERE k.ns = h.ns AND (k.row_address IS NOT NULL OR k.name <> h.name)))
          AND (h.up = false OR h.up AND h.carrier = false AND coalesce(h.operstate, 'DOWN') IN ('DOWN', 'LOWERLAYERDOWN'))
          -- The end on the host was seen down, too: that is the one to fix.
          AND NOT EXISTS (SELECT 1 FROM hanging o WHERE o.ns = i.host AND o.up = false AND o.ifindex = h.peer_index
                          AND coalesce(o.peer_index, h.ifindex) = h.ifindex)
          AND NOT EXISTS (SELECT 1 FROM cable p JOIN hanging o ON o.ns = p.host_ns AND o.name = p.host_dev
                          WHERE p.ns = h.ns AND p.dev = h.name AND o.up = false)
    ),
    uplink AS (
        SELECT h.ns, h.name, CASE WHEN h.up THEN 'carrier' ELSE 'down' END, 'error', h.row_address, h.link_row,
               'tunnel', NULL, v.name, h.name, NULL, NULL, NULL, NULL
        FROM hanging h JOIN vxlan v ON v.ns = h.ns AND v.lower = h.name
        WHERE h.role = 'uplink' AND (h.up = false OR h.carrier = false AND coalesce(h.operstate, 'DOWN') = 'DOWN')
    ),
    -- The only way out of a host: its default route went with it.
    outward AS (
        SELECT h.ns, h.name, 'down', 'error', h.row_address, h.link_row,
               'outward', NULL, NULL, h.name, NULL, NULL, NULL, NULL
        FROM hanging h JOIN netns n USING (ns) JOIN "address" a ON a.rowid = h.row_address
        WHERE n.kind = 'host' AND h.role = 'uplink' AND h.up = false AND h.master IS NULL AND seen_of(h.ns, 'route', a.family) = 2
          AND NOT EXISTS (SELECT 1 FROM vxlan v WHERE v.ns = h.ns AND v.lower = h.name)
          AND NOT EXISTS (SELECT 1 FROM route r WHERE r.ns = h.ns AND r.family = a.family AND r.dst_len = 0 AND r.type = 'unicast')
          AND NOT EXISTS (SELECT 1 FROM hanging o WHERE o.ns = h.ns AND o.role = 'uplink' AND o.up AND o.row_address IS NOT NULL)
    ),
    blocked AS (
        SELECT p.ns, p.name, 'blocked' AS state, p.state AS port_state, h.link_row, p.rowid AS row_bridge_port,
               CASE WHEN p.state IN ('blocking', 'disabled') THEN 'error' ELSE 'warning' END AS severity,
               'blocked' AS hangs, p.master AS bridge
        FROM bridge_port p JOIN hanging h USING (ns, name)
        WHERE p.state IN ('listening', 'learning', 'blocking', 'disabled') AND h.up AND h.carrier AND h.role = 'port'
          -- Every port of a bridge that is down is disabled: the bridge is what to fix.
          AND coalesce((SELECT b.up FROM device b WHERE b.ns = p.ns AND b.name = p.master), true)
    )
    SELECT * EXCLUDE (name, link_row), name AS dev, link_row AS row_link FROM (
        (FROM overlay UNION ALL FROM bridge UNION ALL FROM port UNION ALL FROM unplugged UNION ALL FROM container
         UNION ALL FROM uplink UNION ALL FROM outward) UNION ALL BY NAME FROM blocked)
    """,
    needs=(Need("link", "ip -d link show"),),
)
