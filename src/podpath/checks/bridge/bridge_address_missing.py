"""The gateway of containers is an address that their bridge has lost."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    over=("cable",),
    sql="""
    WITH hung AS (
        -- Containers by the bridge that their cable ends at, with the address that has a default route.
        SELECT c.host_ns AS ns, p.master AS bridge, c.ns AS inside, c.dev, a.family, a."address" AS ip, a.length AS len,
               r.via AS gateway, r.rowid AS row_route
        FROM cable c JOIN device p ON p.ns = c.host_ns AND p.name = c.host_dev
        JOIN device b ON b.ns = p.ns AND b.name = p.master AND b.role = 'bridge' AND coalesce(b.up, true)
        JOIN route r ON r.ns = c.ns AND r.dev = c.dev AND r.dst_len = 0 AND r.via IS NOT NULL AND r.type = 'unicast'
        JOIN "address" a ON a.ns = c.ns AND a.dev = c.dev AND a.family = r.family AND a.length < full_len(a.family)
          AND in_net(r.via, a.family, first_ip(a.family, a."address", a.length), a.length)
        WHERE coalesce(p.up, true) AND NOT everywhere(a."address")
    ),
    answered AS (
        -- Somebody has the gateway: the host, a captured container; or its MAC was heard lately.
        SELECT h.ns, h.bridge, h.gateway FROM hung h JOIN netns s ON s.ns = h.ns JOIN "address" a ON a."address" = h.gateway
        JOIN netns o ON o.ns = a.ns AND o.node = s.node
        UNION
        SELECT h.ns, h.bridge, h.gateway FROM hung h JOIN neighbour n ON n.ns = h.inside AND n."address" = h.gateway
        JOIN device b ON b.ns = h.ns AND b.name = h.bridge
        -- The bridge's own MAC is what was heard before the address was lost.
        WHERE n.mac <> b.mac OR n.mac IS NOT NULL AND b.mac IS NULL AND n.state IN ('REACHABLE', 'PERMANENT')
        UNION
        SELECT h.ns, h.bridge, h.gateway FROM hung h JOIN sysctl x ON x.ns = h.ns AND x.value = '1'
        WHERE x.name IN ('net.ipv4.conf.all.proxy_arp', 'net.ipv4.conf.' || replace(h.bridge, '.', '/') || '.proxy_arp')
    ),
    strange AS (
        -- Bridges with ports that lead elsewhere than to a captured container: a machine behind one may be the gateway.
        SELECT DISTINCT p.ns, p.master AS bridge FROM device p ANTI JOIN cable c ON c.host_ns = p.ns AND c.host_dev = p.name
        WHERE p.master IS NOT NULL
    )
    SELECT h.ns, h.bridge, h.bridge AS dev, h.gateway, first_ip(h.family, any_value(h.ip), h.len) AS first, h.len,
           count(DISTINCT h.inside) AS count, min(l.link_row) AS row_link, min(h.row_route) AS row_route,
           CASE WHEN any_value(s.bridge) IS NULL THEN 'proven' ELSE 'likely' END AS confidence
    FROM hung h JOIN device l ON l.ns = h.ns AND l.name = h.bridge
    ANTI JOIN answered w ON w.ns = h.ns AND w.bridge = h.bridge AND w.gateway = h.gateway
    LEFT JOIN strange s ON s.ns = h.ns AND s.bridge = h.bridge
    WHERE seen_of(h.ns, 'address', h.family) = 2
      AND NOT EXISTS (SELECT 1 FROM "address" o WHERE o.ns = h.ns AND o.dev = h.bridge AND o.family = h.family
                      AND in_net(h.ip, h.family, first_ip(h.family, o."address", o.length), o.length))
      -- A bridge that joins the network outside: its gateway is out there.
      AND NOT EXISTS (SELECT 1 FROM device u WHERE u.ns = h.ns AND u.master = h.bridge AND u.role = 'uplink')
    GROUP BY h.ns, h.bridge, h.gateway, h.family, h.len
    """,
    needs=(Need("address", "ip address show"),),
    applies="SELECT DISTINCT host_ns AS ns FROM cable",
)
