"""A service has no ready endpoint."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql=r"""
    WITH objects AS (
        SELECT s.ns, s.namespace || '/' || s.name AS name, s.namespace, s.name AS short, min(s.rowid) AS row_service, NULL::BIGINT AS at_source, NULL::BIGINT AS at_line
        FROM service s WHERE s.cluster_ip IS NOT NULL AND s.cluster_ip <> 0 AND coalesce(s.type, '') <> 'ExternalName'
          AND EXISTS (SELECT 1 FROM coverage c WHERE c."table" = 'endpoint' AND c.complete <> 'no' AND (c.part IS NULL OR c.part = s.namespace))
          AND NOT EXISTS (SELECT 1 FROM endpoint e WHERE e.namespace = s.namespace AND e.service = s.name
                          AND (coalesce(e.ready, true) OR coalesce(e.terminating, false)))
        GROUP BY s.ns, s.namespace, s.name
    ), counted AS (
        -- A service without pods may be meant so; that somebody asks for it is not. Without counters nobody knows.
        SELECT *, regexp_extract(said, '"([^" ]+) has no endpoints"', 1) AS name, try_cast(regexp_extract(said, '^\[(\d+):', 1) AS BIGINT) AS count
        FROM rule_line WHERE said LIKE '%has no endpoints%' AND said LIKE '%-j REJECT%'
    ), rules AS (
        SELECT min(ns) AS ns, name, arg_min(source, ns) AS at_source, arg_min(line, ns) AS at_line, sum(count)::BIGINT AS count
        FROM counted WHERE count IS DISTINCT FROM 0 GROUP BY name
    )
    SELECT *, 'objects' AS shown FROM objects
    UNION ALL BY NAME
    SELECT ns, name, regexp_replace(regexp_extract(name, '^[^:]+'), '^.*/', '') AS short, regexp_extract(name, '^([^/]+)/', 1) AS namespace, at_source, at_line,
           CASE WHEN count > 0 THEN 'warning' END AS severity, 'rules' AS shown FROM rules r
    WHERE NOT EXISTS (SELECT 1 FROM objects o WHERE o.name = regexp_extract(r.name, '^[^:]+'))
    """,
)
