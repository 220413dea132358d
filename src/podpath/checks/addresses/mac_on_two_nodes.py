"""Two nodes have a device with the same MAC on one network."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("peer",),
    sql="""
    WITH own AS (
        SELECT n.node, d.name AS node_name, t.ns, t.name AS dev, t.mac, t.role, t.link_row, v.overlay FROM device t
        JOIN netns n ON n.ns = t.ns AND n.kind = 'host' JOIN node d ON d.node = n.node
        LEFT JOIN vtep v ON v.ns = t.ns AND v.dev = t.name
        -- Virtual routers (VRRP) share a MAC by design.
        WHERE t.mac IS NOT NULL AND t.mac <> 0 AND t.role IN ('uplink', 'overlay') AND (t.mac >> 8::UBIGINT) <> mac('00:00:5e:00:01')
    ),
    identity AS (
        SELECT n.node, any_value(f.value) AS value FROM fact f JOIN netns n USING (ns) WHERE f.name = 'machine-id' GROUP BY n.node
    ),
    several AS (SELECT mac FROM own GROUP BY mac HAVING count(DISTINCT node) > 1),
    pair AS (
        SELECT a.*, b.node_name AS other, b.node AS other_node, b.dev AS other_dev, b.ns AS other_ns, b.link_row AS row_2
        FROM own a SEMI JOIN several USING (mac) JOIN own b ON b.mac = a.mac AND b.node > a.node
        WHERE a.role = 'overlay' AND a.overlay = b.overlay
           -- Cards of one network: the devices of management processors have one MAC everywhere, and no network in common.
           OR a.role = 'uplink' AND b.role = 'uplink' AND EXISTS (
              SELECT 1 FROM "address" x JOIN "address" y ON y.family = x.family AND y.length = x.length AND y."address" <> x."address"
              AND first_ip(x.family, x."address", x.length) = first_ip(y.family, y."address", y.length)
              WHERE x.ns = a.ns AND x.dev = a.dev AND y.ns = b.ns AND y.dev = b.dev AND NOT everywhere(x."address"))
        QUALIFY row_number() OVER (PARTITION BY a.ns, a.dev ORDER BY b.node) = 1
    )
    SELECT ns, mac, dev, other, other_dev, link_row AS row_link, row_2 AS row_link_2, [other] AS related,
           role AS effect,
           CASE WHEN role = 'overlay' AND NOT EXISTS (SELECT 1 FROM identity x JOIN identity y ON y.node = pair.other_node WHERE x.node = pair.node AND x.value <> y.value)
                THEN other END AS clone,
           CASE role WHEN 'overlay' THEN dev END AS overlay, CASE WHEN role <> 'overlay' THEN node_name || ' and ' || other END AS uplinks
    FROM pair
    """,
)
