"""Two nodes are one and the same to the network, or to what identifies machines."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("peer",),
    sql="""
    WITH used AS (
        -- Addresses that nodes are known by: forwarding entries lead there, or it was said to be the node's.
        SELECT DISTINCT dst AS ip FROM fdb WHERE dst IS NOT NULL UNION SELECT "address" FROM node WHERE "address" IS NOT NULL
        UNION SELECT internal_ip FROM kube_node WHERE internal_ip IS NOT NULL
    ),
    held AS (
        SELECT n.node, d.name, a.ns, a.dev, a."address" AS ip, a.rowid AS row_address FROM "address" a JOIN used u ON u.ip = a."address"
        JOIN netns n ON n.ns = a.ns AND n.kind = 'host' JOIN node d ON d.node = n.node
        JOIN device t ON t.ns = a.ns AND t.name = a.dev WHERE t.role IN ('uplink', 'bridge') AND a.dev <> 'kube-ipvs0'
    ),
    twice AS (SELECT ip, min(node) AS a, max(node) AS b FROM held GROUP BY ip HAVING count(DISTINCT node) > 1),
    clone AS (
        SELECT f.value, min(n.node) AS a, max(n.node) AS b FROM fact f JOIN netns n ON n.ns = f.ns AND n.kind = 'host'
        WHERE f.name = 'machine-id' AND f.value <> '' AND f.value <> 'uninitialized' GROUP BY f.value HAVING count(DISTINCT n.node) > 1
    ),
    -- The second machine may be no node: then a peer has the address at a MAC that its node does not have.
    uplink AS (
        SELECT n.node, d.name AS node_name, a.ns, a.dev, a."address" AS ip, a.length, t.mac, t.link_row, a.rowid AS row_address
        FROM "address" a
        JOIN netns n ON n.ns = a.ns AND n.kind = 'host' JOIN node d ON d.node = n.node
        JOIN device t ON t.ns = a.ns AND t.name = a.dev AND t.role = 'uplink' AND t.mac <> 0 WHERE NOT everywhere(a."address")
    ),
    believed AS (
        SELECT b.rowid AS row_neighbour, b.ns, b.dev, b.mac, n.node AS sender, d.name AS sender_name, u.node, u.ns AS owner_ns, u.ip,
               u.dev AS owner_dev, u.mac AS own, u.link_row, u.row_address,
               b.mac <> u.mac AND NOT EXISTS (SELECT 1 FROM device x WHERE x.ns = u.ns AND x.mac = b.mac) AS wrong
        FROM neighbour b JOIN netns n ON n.ns = b.ns AND n.kind = 'host' JOIN node d ON d.node = n.node
        JOIN uplink u ON u.ip = b."address" AND u.node <> n.node
        WHERE b.mac IS NOT NULL AND coalesce(b.state, '') NOT IN ('FAILED', 'INCOMPLETE', 'NOARP')
    ),
    heard AS (
        SELECT owner_ns AS ns, ip, arg_min(sender_name, row_neighbour) AS other, arg_min(mac, row_neighbour) AS mac,
               any_value(owner_dev) AS dev, any_value(own) AS own, min(row_neighbour) AS row_neighbour, any_value(link_row) AS row_link,
               any_value(row_address) AS row_address, list(DISTINCT sender_name ORDER BY sender_name) AS related,
               -- Sure where the same sender has another node at that node's own MAC: the segment shows MACs as they are.
               CASE WHEN bool_or(EXISTS (SELECT 1 FROM believed r WHERE r.ns = b.ns AND r.dev = b.dev AND r.mac = r.own))
                    THEN 'proven' ELSE 'likely' END AS confidence
        -- A network that answers for everybody with one MAC (a cloud's) says nothing.
        FROM believed b WHERE wrong AND NOT EXISTS (SELECT 1 FROM neighbour o WHERE o.ns = b.ns AND o.dev = b.dev AND o.mac = b.mac
                                                    AND o."address" <> b.ip AND family_of(o."address") = family_of(b.ip))
        GROUP BY owner_ns, ip
    ),
    -- Machines behind a NAT of their own each (VirtualBox) have one address there, and another network that joins them.
    card AS (
        SELECT n.node, a."address" AS ip, a.length FROM "address" a JOIN netns n ON n.ns = a.ns AND n.kind = 'host'
        JOIN device t ON t.ns = a.ns AND t.name = a.dev AND t.role = 'uplink' WHERE NOT everywhere(a."address")
    ),
    joining AS (
        SELECT t.ip, min(m.ip) AS joined FROM twice t JOIN card m ON m.node = t.a AND m.ip <> t.ip
        JOIN card o ON o.node = t.b AND o.ip NOT IN (m.ip, t.ip) AND o.length = m.length
             AND first_ip(family_of(o.ip), o.ip, o.length) = first_ip(family_of(m.ip), m.ip, m.length) GROUP BY t.ip
    )
    FROM (SELECT x.ns, x.ip, x.dev, y.name AS other, y.dev AS other_dev, NULL AS value, x.row_address, y.row_address AS row_address_2,
           NULL::BIGINT AS row_fact, NULL::BIGINT AS row_fact_2, [y.name] AS related, 'error' AS severity, j.joined,
           CASE WHEN j.joined IS NULL THEN 'both' ELSE 'apart' END AS effect,
           CASE WHEN j.joined IS NULL THEN x.name END AS one, y.name AS second
    FROM twice t JOIN held x ON x.ip = t.ip AND x.node = t.a JOIN held y ON y.ip = t.ip AND y.node = t.b LEFT JOIN joining j ON j.ip = t.ip
    -- What a tunnel is bound to is the matter of wrong-underlay-interface, and of overlay-local-duplicate.
    WHERE j.joined IS NULL OR NOT EXISTS (SELECT 1 FROM vtep v WHERE v."local" = t.ip AND v.node IN (t.a, t.b)))
    UNION ALL BY NAME
    SELECT *, 'error' AS severity, 'third' AS effect FROM heard
    UNION ALL BY NAME
    SELECT x.ns, NULL AS ip, NULL AS dev, d.name AS other, NULL AS other_dev, c.value, x.rowid AS row_fact, y.rowid AS row_fact_2, [d.name] AS related,
           'warning' AS severity, 'clone' AS effect,
           d.name AS clone
    FROM clone c JOIN netns p ON p.node = c.a AND p.kind = 'host' JOIN fact x ON x.ns = p.ns AND x.name = 'machine-id'
    JOIN netns q ON q.node = c.b AND q.kind = 'host' JOIN fact y ON y.ns = q.ns AND y.name = 'machine-id' JOIN node d ON d.node = c.b
    """,
)
