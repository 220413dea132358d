"""A node has no rules for services."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql=r"""
    WITH seen AS (
        -- Hosts whose rules were seen, and what of them speaks of services.
        SELECT n.ns, n.node, d.name AS node_name, EXISTS (SELECT 1 FROM rule_line l WHERE l.ns = n.ns AND l.tab = 'nat' AND l.said LIKE '%-A KUBE-SERVICES -d %')
               OR EXISTS (SELECT 1 FROM source s WHERE s.ns = n.ns AND regexp_matches(s.command, '(^|[ /])nft ') AND (
                   contains(s."text", '"name": "service-ips"') OR contains(s."text", 'map service-ips') -- Rules of KUBE-SERVICES itself, as nft prints them: its chain may be there, and be empty.
                   OR contains(s."text", '"table": "nat", "chain": "KUBE-SERVICES"') OR regexp_matches(s."text", 'chain KUBE-SERVICES \{[^}]*jump KUBE-SVC-'))) AS filled,
               EXISTS (SELECT 1 FROM router r WHERE r.ns = n.ns) AS routes,
               EXISTS (SELECT 1 FROM link l WHERE l.ns = n.ns AND (l.name = 'kube-ipvs0' OR l.name LIKE 'cilium\_%' ESCAPE '\' OR l.name LIKE 'bpf%cali')) AS otherwise
        FROM netns n JOIN node d USING (node) WHERE n.kind = 'host'
          AND EXISTS (SELECT 1 FROM coverage c WHERE c.ns = n.ns AND c."table" = 'ruleset' AND c.complete <> 'no' AND coalesce(c.part, 'nft') IN ('iptables', 'nft'))
    ), without AS (SELECT * FROM seen WHERE routes AND NOT filled AND NOT otherwise),
    addressed AS (
        -- What the API says of ready services; one without an endpoint is rejected in the table filter, which may not have been seen.
        SELECT s.rowid AS row_service, s.namespace || '/' || s.name AS name, unnest([s.cluster_ip, s.second_ip]) AS ip,
               lower(coalesce(s.proto, 'TCP')) AS proto, s.port
        FROM service s WHERE s.port IS NOT NULL AND EXISTS (
            SELECT 1 FROM endpoint e WHERE e.namespace = s.namespace AND e.service = s.name AND coalesce(e.ready, true)
            AND e."address" IS NOT NULL)
          AND coalesce(s.internal_policy, 'Cluster') = 'Cluster'
    ),
    lacking AS (
        SELECT h.ns, a.*, (SELECT min(o.node_name) FROM seen o JOIN service_rule k ON k.ns = o.ns
                           WHERE k.ip = a.ip AND k.proto = a.proto AND k.port = a.port) AS other
        FROM seen h JOIN addressed a ON a.ip IS NOT NULL AND a.ip <> 0
        WHERE h.routes AND h.filled AND NOT h.otherwise
          AND EXISTS (SELECT 1 FROM service_rule k WHERE k.ns = h.ns AND family_of(k.ip) = family_of(a.ip))
          AND EXISTS (SELECT 1 FROM endpoint e WHERE e.namespace || '/' || e.service = a.name AND family_of(e."address") = family_of(a.ip))
          AND NOT EXISTS (SELECT 1 FROM service_rule k WHERE k.ns = h.ns AND k.ip = a.ip AND k.proto = a.proto AND k.port = a.port)
    )
    SELECT w.ns, min(s.cluster_ip) AS ip, arg_min(s.namespace || '/' || s.name, s.cluster_ip) AS name, arg_min(s.rowid, s.cluster_ip) AS row_service,
           NULL AS other, 'proven' AS confidence
    FROM without w JOIN service s ON s.cluster_ip IS NOT NULL AND s.cluster_ip <> 0 AND family_of(s.cluster_ip) = 4
    WHERE EXISTS (SELECT 1 FROM endpoint e WHERE e.namespace = s.namespace AND e.service = s.name) GROUP BY w.ns
    UNION ALL BY NAME
    SELECT ns, arg_min(ip, (other IS NULL, name, ip)) AS ip, arg_min(name, (other IS NULL, name, ip)) AS name,
           arg_min(row_service, (other IS NULL, name, ip)) AS row_service, arg_min(port, (other IS NULL, name, ip)) AS port,
           and_more(count(*)) AS more, min(other) AS other, CASE WHEN bool_or(other IS NOT NULL) THEN 'proven' ELSE 'likely' END AS confidence,
           -- Where no node has it, another program may serve it (the label service.kubernetes.io/service-proxy-name).
           CASE WHEN bool_or(other IS NOT NULL) THEN 'error' ELSE 'warning' END AS severity
    FROM lacking GROUP BY ns
    UNION ALL BY NAME
    SELECT w.ns, min(o.node_name) AS other, 'likely' AS confidence FROM without w JOIN seen o ON o.filled AND o.routes
    WHERE NOT EXISTS (SELECT 1 FROM service) GROUP BY w.ns
    """,
    over=("ruleset",),
)
