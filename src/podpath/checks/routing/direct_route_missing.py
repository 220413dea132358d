"""In a cluster that routes without an overlay, a node lacks the route to a peer's pod network, or has a wrong one."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("peer",),
    sql="""
    WITH host AS (SELECT n.ns, d.name FROM netns n JOIN node d USING (node) WHERE n.kind = 'host'),
    own AS (
        -- Underlay addresses that only one node has, on devices that are not containers' bridges.
        SELECT h.ns, a."address" AS ip FROM host h JOIN "address" a ON a.ns = h.ns JOIN device d ON d.ns = a.ns AND d.name = a.dev
        WHERE d.role = 'uplink' AND NOT everywhere(a."address")
        QUALIFY count(*) OVER (PARTITION BY a."address") = 1
    ),
    direct AS (
        -- Who is reached directly: some node routes this network by an address of that one, and it has something of it itself.
        SELECT r.family, r.dst AS first, r.dst_len AS len, o.ns AS owner, count(DISTINCT r.ns) AS users, arg_min(r.via, r.ns) AS "right"
        FROM route r JOIN host h ON h.ns = r.ns JOIN own o ON o.ip = r.via AND o.ns <> r.ns
        WHERE r.type = 'unicast' AND r."table" = 'main' AND r.dst_len > 0 AND (
              EXISTS (SELECT 1 FROM bridge_net b WHERE b.ns = o.ns AND b.family = r.family AND in_net(b.ip, r.family, r.dst, r.dst_len))
              OR EXISTS (SELECT 1 FROM route l WHERE l.ns = o.ns AND l.family = r.family AND l.dst_len >= r.dst_len AND l.via IS NULL
                         AND (l.type = 'blackhole' OR l.dst_len = full_len(l.family)) AND l."table" = 'main'
                         AND in_net(l.dst, r.family, r.dst, r.dst_len)))
        GROUP BY ALL
    ),
    asked AS (
        SELECT h.ns, d.*, first + 1 AS probe FROM direct d JOIN host h ON h.ns <> d.owner
        -- Only who has pods, or a route to some of them, must know where the others' are: not every host outside.
        WHERE (EXISTS (SELECT 1 FROM router t WHERE t.ns = h.ns) OR EXISTS (
               SELECT 1 FROM route k JOIN direct e ON e.family = k.family AND e.first = k.dst AND e.len = k.dst_len
               WHERE k.ns = h.ns AND k.via IS NOT NULL AND k.type = 'unicast'))
          AND EXISTS (SELECT 1 FROM coverage c WHERE c.ns = h.ns AND c."table" = 'route' AND c.complete = 'yes' AND c.dev IS NULL
                      AND (c.family IS NULL OR c.family = d.family) AND (c.part IS NULL OR c.part IN ('main', '254')))
          -- Only a peer on the same link must be the next hop itself; to others a router may lead.
          AND EXISTS (SELECT 1 FROM "address" a JOIN own o ON o.ns = a.ns AND o.ip = a."address"
                      WHERE a.ns = h.ns AND a.family = d.family AND in_net(d."right", a.family, first_ip(a.family, a."address", a.length), a.length))
    ),
    best AS (
        SELECT a.ns, a.owner, a.first, a.len, a.family, a."right", r.via, r.dev, r.dst_len, r.type, r.rowid AS row_route
        FROM asked a LEFT JOIN route r ON r.ns = a.ns AND r.family = a.family AND r."table" = 'main'
          AND r.type NOT IN ('broadcast', 'multicast', 'anycast') AND r.dst <= a.probe AND a.probe <= last_ip(r.family, r.dst, r.dst_len)
        QUALIFY row_number() OVER (PARTITION BY a.ns, a.owner, a.first, a.len ORDER BY r.dst_len DESC NULLS LAST, coalesce(r.metric, 0), r.hop) = 1
    )
    SELECT b.ns, CASE WHEN b.dst_len = b.len THEN 'likely' ELSE 'proven' END AS confidence, node_name(b.owner) AS peer, [node_name(b.owner)] AS related, b.row_route, b."right", b.first AS target, b.len AS length, b.via, b.dev
    FROM best b
    WHERE NOT EXISTS (SELECT 1 FROM own o WHERE o.ns = b.owner AND o.ip = b.via)
      -- A host that forwards, and has the route itself, leads there as well.
      AND NOT EXISTS (SELECT 1 FROM own o JOIN route k ON k.ns = o.ns AND k.family = b.family AND k.dst = b.first AND k.dst_len = b.len
                      JOIN sysctl f ON f.ns = o.ns AND f.name = CASE b.family WHEN 6 THEN 'net.ipv6.conf.all.forwarding' ELSE 'net.ipv4.ip_forward' END
                      WHERE o.ip = b.via AND k."table" = 'main' AND k.via = b."right" AND f.value <> '0' AND b.dst_len = b.len)
      AND NOT EXISTS (SELECT 1 FROM vtep v WHERE v.ns = b.ns AND v.dev = b.dev)
      AND NOT EXISTS (SELECT 1 FROM device t WHERE t.ns = b.ns AND t.name = b.dev AND t.role = 'overlay')
      AND (b.dst_len IS NULL OR b.dst_len <= b.len)
    """,
)
