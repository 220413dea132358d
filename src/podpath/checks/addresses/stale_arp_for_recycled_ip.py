"""A neighbour entry still has the MAC of whoever had the address before."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH held AS (
        -- Who has which address on a bridge or behind a port: the containers, by themselves or by what Docker says.
        SELECT i.host AS host, a."address" AS ip, d.mac, i.kind || ' ' || i.name AS owner, d.link_row, NULL::BIGINT AS row_container
        FROM inside i JOIN "address" a ON a.ns = i.ns AND NOT everywhere(a."address")
        JOIN device d ON d.ns = a.ns AND d.name = a.dev AND d.mac IS NOT NULL AND d.role <> 'lo'
        WHERE NOT EXISTS (SELECT 1 FROM "address" s WHERE s.ns = i.host AND s."address" = a."address")
        UNION ALL
        SELECT c.ns, c."address", c.mac, 'container ' || c.container, NULL, c.rowid FROM container_address c
        WHERE c."address" IS NOT NULL AND c.mac IS NOT NULL
    ),
    on_host AS (
        SELECT n.ns, n."address" AS ip, n.dev, n.mac AS wrong, h.mac AS right, h.owner, n.rowid AS row_neighbour, h.link_row AS row_link,
               h.row_container AS row_container_address, n.state
        FROM neighbour n JOIN held h ON h.host = n.ns AND h.ip = n."address"
        JOIN device d ON d.ns = n.ns AND d.name = n.dev
        WHERE (d.role = 'port' OR d.role = 'bridge' AND EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = n.ns AND b.dev = n.dev
               AND in_net(n."address", b.family, b.first, b.len)))
    ),
    -- The gateway, as containers of its bridge know it.
    inside_pod AS (
        SELECT n.ns, n."address", n.dev, n.mac, b.mac, b.dev || ' on the host', n.rowid, b.link_row, NULL, n.state
        FROM neighbour n JOIN inside i ON i.ns = n.ns JOIN bridge_net b ON b.ns = i.host AND b.ip = n."address" AND b.mac IS NOT NULL
        WHERE EXISTS (SELECT 1 FROM "address" a WHERE a.ns = n.ns AND a.dev = n.dev AND in_net(a."address", b.family, b.first, b.len))
          -- A cable that is out of the bridge is another matter: no entry helps there.
          AND NOT EXISTS (SELECT 1 FROM cable c JOIN device o ON o.ns = c.host_ns AND o.name = c.host_dev
                          WHERE c.ns = n.ns AND c.dev = n.dev AND o.master IS NULL)
          -- So is a device of the LAN with the same address.
          AND NOT EXISTS (SELECT 1 FROM bridge_net o WHERE o.ns = b.ns AND o.ip = b.ip AND o.dev <> b.dev)
    )
    SELECT *  EXCLUDE (state), CASE WHEN state = 'PERMANENT' THEN 'error' ELSE 'warning' END AS severity
    FROM (FROM on_host UNION ALL FROM inside_pod) x
    WHERE wrong <> 0 AND "right" <> 0 AND wrong <> "right" AND coalesce(state, '') NOT IN ('FAILED', 'INCOMPLETE')
      AND NOT EXISTS (SELECT 1 FROM held h JOIN inside i ON i.host = h.host WHERE (h.host = x.ns OR i.ns = x.ns) AND h.ip = x.ip AND h.mac = x.wrong)
    """,
)
