"""Rules of a node send a service's packets to an address that no pod has, or serve an address that no service has."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH listed AS (
        -- All services of the cluster were listed, and there are some.
        SELECT EXISTS (SELECT 1 FROM service) AND EXISTS (SELECT 1 FROM coverage c WHERE c."table" = 'service' AND c.complete = 'yes'
               AND c.part IS NULL AND c.dev IS NULL) AS whole
    ), gone AS (
        SELECT k.*, (SELECT min(d.name) FROM netns n JOIN node d USING (node) WHERE n.kind = 'host' AND n.ns <> k.ns
                     AND EXISTS (SELECT 1 FROM service_rule o WHERE o.ns = n.ns)
                     AND NOT EXISTS (SELECT 1 FROM service_rule o WHERE o.ns = n.ns AND o.ip = k.ip AND o.proto = k.proto AND o.port = k.port)) AS other
        FROM service_rule k JOIN netns h ON h.ns = k.ns AND h.kind = 'host'
        WHERE (SELECT whole FROM listed) AND NOT EXISTS (
            SELECT 1 FROM service s WHERE s.port = k.port AND lower(coalesce(s.proto, 'TCP')) = k.proto
            AND (k.ip IN (s.cluster_ip, s.second_ip) OR list_contains(string_split(coalesce(s.external_ips, ''), ','), k.target)))
    )
    SELECT d.ns, d.source AS at_source, d.line AS at_line, d.ip, d.port FROM dead_target d
    WHERE NOT regexp_matches(coalesce(d.said, ''), '-A (CNI-|DOCKER|NETAVARK|nv_)')
    UNION ALL BY NAME
    SELECT ns, arg_min(source, (source, line)) AS at_source, arg_min(line, (source, line)) AS at_line,
           arg_min(target, (source, line)) AS address, arg_min(port, (source, line)) AS port, arg_min(proto, (source, line)) AS proto,
           and_more(count(*)) AS more, min(other) AS other, 'warning' AS severity,
           -- The objects are of another moment than the rules: those of another node show that they are later ones.
           CASE WHEN bool_or(other IS NOT NULL) THEN 'proven' ELSE 'likely' END AS confidence
    FROM gone GROUP BY ns
    """,
    over=("ruleset",),
)
