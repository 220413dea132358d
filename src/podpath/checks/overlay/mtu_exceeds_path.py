"""A device takes larger packets than what lies behind it."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    sql="""
    WITH default_route AS (
        SELECT r.ns, arg_min(r.dev, coalesce(r.metric, 0)) AS dev FROM route r
        WHERE r.family = 4 AND r.dst_len = 0 AND r."table" = 'main' AND r.type = 'unicast' AND r.via IS NOT NULL GROUP BY r.ns
    ),
    tunnel_end AS (
        -- silent: the outer packet must not be cut, and a pod is not told that it does not fit.
        SELECT ns, name, lower, "local", 50 AS headers, df IS NOT NULL OR coalesce(family_of(coalesce("local", remote)) = 6, false) AS silent
        FROM vxlan WHERE NOT coalesce(external, false)
        UNION ALL
        SELECT ns, name, lower, "local", CASE kind WHEN 'ipip' THEN 20 WHEN 'gre' THEN 24 WHEN 'sit' THEN 20 WHEN 'geneve' THEN 50 END,
               kind = 'geneve' AND (df IS NOT NULL OR coalesce(family_of(coalesce("local", remote)) = 6, false))
        FROM tunnel WHERE kind IN ('ipip', 'gre', 'sit', 'geneve')
    ),
    below AS (
        -- The device that the outer packets leave by: named, or the one that has their source address.
        SELECT t.ns, t.name, t.silent, t.headers + CASE WHEN t."local" IS NOT NULL AND family_of(t."local") = 6 THEN 20 ELSE 0 END AS overhead,
               coalesce(t.lower, a.dev, d.dev) AS lower
        FROM tunnel_end t LEFT JOIN "address" a ON a.ns = t.ns AND a."address" = t."local" AND t.lower IS NULL
        LEFT JOIN default_route d ON d.ns = t.ns
    ),
    tunnels AS (
        SELECT t.ns, t.name AS dev, t.mtu, t.link_row, l.name AS other, l.mtu AS limit, l.link_row AS other_row, b.overhead,
               CASE WHEN b.silent AND t.master IS NULL THEN 'error' ELSE 'warning' END AS severity
        FROM below b JOIN device t ON t.ns = b.ns AND t.name = b.name JOIN device l ON l.ns = b.ns AND l.name = b.lower
        WHERE t.up AND t.mtu + b.overhead > l.mtu
    ),
    -- Where pods' packets leave: a cluster's pods by the overlay, other containers by the default route.
    leaving AS (
        SELECT DISTINCT b.ns, b.dev, d.mtu, d.link_row, o.name AS other, o.mtu AS limit, o.link_row AS other_row, true AS told
        FROM bridge_net b JOIN device d ON d.ns = b.ns AND d.name = b.dev JOIN device o ON o.ns = b.ns AND o.role = 'overlay'
        JOIN vtep v ON v.ns = o.ns AND v.dev = o.name
        WHERE b.pod AND b.alive AND o.up
        UNION ALL
        SELECT DISTINCT b.ns, b.dev, d.mtu, d.link_row, o.name, o.mtu, o.link_row, false
        FROM bridge_net b JOIN device d ON d.ns = b.ns AND d.name = b.dev JOIN default_route r ON r.ns = b.ns
        JOIN device o ON o.ns = r.ns AND o.name = r.dev
        WHERE b.alive AND o.up AND NOT (b.pod AND EXISTS (SELECT 1 FROM vtep v WHERE v.ns = b.ns))
        UNION ALL
        -- A pod without a bridge: the route to its address tells the device, the overlay's prefix whose it is.
        SELECT DISTINCT d.ns, d.name, d.mtu, d.link_row, o.name, o.mtu, o.link_row, true
        FROM device d JOIN route r ON r.ns = d.ns AND r.dev = d.name AND r.dst_len = full_len(r.family) AND r.via IS NULL
        JOIN vtep v ON v.ns = d.ns JOIN expected e ON e.vt = v.vt AND e.family = r.family AND in_net(r.dst, e.family, e.first, e.len)
        JOIN device o ON o.ns = v.ns AND o.name = v.dev
        WHERE d.role = 'port' AND d.master IS NULL AND o.up
    ),
    wide AS (
        SELECT ns, any_value(dev ORDER BY dev) || and_more(count(DISTINCT dev)) AS dev, mtu, min(link_row) AS link_row, other, "limit",
               any_value(other_row) AS other_row, bool_and(told) AND NOT EXISTS (
                   SELECT 1 FROM route r WHERE r.ns = leaving.ns AND r.dev = other AND r.family = 4) AS told FROM leaving WHERE mtu > "limit" GROUP BY ns, mtu, other, "limit"
    ),
    counted AS (SELECT overlay, mtu, count(*) AS nodes, min(vt) AS example FROM vtep WHERE mtu IS NOT NULL AND present GROUP BY ALL),
    common AS (
        SELECT overlay, arg_max(mtu, nodes * 100000 - mtu) AS usual, arg_max(example, nodes * 100000 - mtu) AS example
        FROM counted GROUP BY overlay HAVING count(*) > 1
    )
    SELECT ns, dev, mtu, overhead, other, "limit", NULL::BIGINT AS usual, severity, 'likely' AS confidence, link_row AS row_link,
           'mtu ' || mtu AS needle_link, other_row AS row_link_2, 'mtu ' || "limit" AS needle_link_2,
           "limit" - overhead AS fitting, NULL AS bound, NULL AS odd, 'iptables' AS tool,
           'stalls' AS effect
    FROM tunnels
    UNION ALL
    SELECT ns, dev, mtu, NULL, other, "limit", NULL, CASE WHEN told THEN 'info' ELSE 'warning' END, NULL, link_row, 'mtu ' || mtu, other_row, 'mtu ' || "limit",
           NULL, "limit", NULL,
           CASE WHEN told THEN 'ip6tables' ELSE 'iptables' END,
           -- Through an overlay of IPv6 the router that finds a packet too big is the pod's own host, and routers cut no IPv6 packet.
           CASE WHEN told THEN 'told'
                ELSE 'stalls' END
    FROM wide
    UNION ALL
    SELECT v.ns, v.dev, v.mtu, NULL, NULL, NULL, c.usual, 'warning', NULL, d.link_row, 'mtu ' || v.mtu, o.link_row, 'mtu ' || c.usual,
           NULL, NULL, v.dev, 'iptables',
           'stalls'
    FROM vtep v JOIN common c USING (overlay) JOIN device d ON d.ns = v.ns AND d.name = v.dev
    JOIN vtep w ON w.vt = c.example JOIN device o ON o.ns = w.ns AND o.name = w.dev
    WHERE v.mtu <> c.usual AND NOT EXISTS (SELECT 1 FROM tunnels t WHERE t.ns = v.ns AND t.dev = v.dev)
    """,
    needs=(Need("link", "ip -d link show"),),
    applies="SELECT ns FROM router",
)
