"""Two pods have the same address."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH own AS (
        -- Addresses inside containers, with the host's end of the pair where it was seen.
        SELECT i.ns, i.host, i.kind, a."address" AS ip, a.family, a.rowid AS row_address, d.mac, d.ifindex, d.peer_index, h.master,
               h.name AS port, i.kind || ' ' || i.name AS who
        FROM inside i JOIN "address" a ON a.ns = i.ns AND NOT everywhere(a."address") AND coalesce(a.scope, 'global') = 'global'
        -- A tun device leads to a process, and each to another one: rootless containers all have 10.0.2.100.
        JOIN device d ON d.ns = a.ns AND d.name = a.dev AND d.role NOT IN ('lo', 'other')
        LEFT JOIN device h ON h.ns = i.host AND h.ifindex = d.peer_index AND h.role = 'port'
        -- A pod in the host's own namespace shows the host's addresses.
        WHERE NOT EXISTS (SELECT 1 FROM "address" s WHERE s.ns = i.host AND s."address" = a."address")
    ),
    same_node AS (
        -- Two names may be one namespace: only another MAC or another end on the host tells two pods apart.
        SELECT a.ns, a.ip, a.who AS one, b.who AS other, a.row_address, b.row_address AS row_address_2, NULL::BIGINT AS row_route,
               NULL::BIGINT AS row_route_2, []::VARCHAR[] AS related
        FROM own a JOIN own b ON b.host = a.host AND b.ip = a.ip AND b.ns > a.ns
        WHERE (a.mac <> b.mac OR a.peer_index <> b.peer_index)
          -- Networks that do not touch may use the same addresses: on one bridge they do.
          AND CASE WHEN a.master IS NOT NULL AND b.master IS NOT NULL THEN a.master = b.master
                   ELSE a.kind <> 'netns' AND b.kind <> 'netns' END
    ),
    routed AS (
        SELECT r.ns, v.node, v.overlay, v.name, r.dst AS ip, r.dev, r.rowid AS row_route FROM route r JOIN vtep v ON v.ns = r.ns
        JOIN device d ON d.ns = r.ns AND d.name = r.dev
        WHERE r."table" = 'main' AND r.type = 'unicast' AND r.via IS NULL AND r.dst_len = full_len(r.family) AND d.role = 'port'
          AND d.master IS NULL AND NOT everywhere(r.dst)
    ),
    several AS (SELECT overlay, ip FROM routed GROUP BY ALL HAVING count(DISTINCT node) > 1),
    two_nodes AS (
        SELECT a.ns, a.ip, a.dev || ' on ' || a.name AS one, b.dev || ' on ' || b.name AS other, NULL, NULL, a.row_route, b.row_route,
               [b.name]
        FROM routed a SEMI JOIN several USING (overlay, ip)
        JOIN routed b ON b.overlay = a.overlay AND b.ip = a.ip AND b.node > a.node
    ),
    held AS (
        SELECT o.ns, n.node, v.overlay, v.name, o.ip, o.who, o.row_address FROM own o JOIN netns n ON n.ns = o.host JOIN vtep v ON v.ns = o.host
        WHERE EXISTS (SELECT 1 FROM expected e WHERE e.overlay = v.overlay AND e.family = o.family AND in_net(o.ip, e.family, e.first, e.len))
    ),
    two_pods AS (
        SELECT a.ns, a.ip, a.who || ' on ' || a.name, b.who || ' on ' || b.name, a.row_address, b.row_address, NULL, NULL, [b.name]
        FROM held a JOIN held b ON b.overlay = a.overlay AND b.ip = a.ip AND b.node > a.node
    ),
    tunnel AS (
        SELECT r.ns, r.ip, r.dev || ' on ' || r.name, v.dev || ' on ' || v.name, i.address_row, NULL, r.row_route, NULL, [v.name]
        FROM routed r JOIN vtep_ip i ON i.overlay = r.overlay AND i.ip = r.ip JOIN vtep v ON v.vt = i.vt
    ),
    running AS (SELECT *, rowid AS at, 'pod ' || namespace || '/' || name AS who FROM pod WHERE NOT host_network AND phase = 'Running' AND ready),
    listed AS (
        -- By the objects alone, where no namespace was captured that has it.
        SELECT a.ns, a."address" AS ip, a.who AS one, b.who AS other, a.at AS row_pod, b.at AS row_pod_2
        FROM running a JOIN running b ON b."address" = a."address" AND b.who > a.who AND b.ns = a.ns
        WHERE NOT EXISTS (SELECT 1 FROM "address" x WHERE x."address" = a."address")
    ),
    seen AS (FROM same_node UNION ALL FROM two_nodes UNION ALL FROM two_pods UNION ALL FROM tunnel)
    FROM seen UNION ALL BY NAME FROM listed
    """,
)
