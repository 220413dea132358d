"""A service has no endpoint that is ready."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="service-no-endpoints",
    severity=Severity.INFO,
    title="A service has no endpoint that is ready",
    explain="""A Service leads to the pods that its selector fits, as long as they are ready. With none, kube-proxy writes a rule that rejects its
packets: "Connection refused" at once, from every node, while the pods' own addresses may work.

It happens when the selector and the pods' labels differ by a word, when the named targetPort does not exist, and while no pod is ready.

Look: `kubectl get endpointslices -l kubernetes.io/service-name=NAME`; `iptables-save | grep "has no endpoints"`.""",
    summary=(
        "service {name} has no endpoint that is ready",
        "a rule of {node} rejects what is for {name}: it has no endpoints",
    ),
    why="Connections to its address are refused at once.",
    fix=(
        "compare the service's selector with the pods' labels: kubectl describe service {short}",
        "see why its pods are not ready: kubectl get pods",
    ),
    sql=r"""
    WITH objects AS (
        SELECT s.ns, s.namespace || '/' || s.name AS name, s.name AS short, min(s.rowid) AS row_service, NULL::BIGINT AS at_source, NULL::BIGINT AS at_line
        FROM service s WHERE s.cluster_ip IS NOT NULL AND s.cluster_ip <> 0 AND coalesce(s.type, '') <> 'ExternalName'
          AND EXISTS (SELECT 1 FROM coverage c WHERE c."table" = 'endpoint' AND c.complete <> 'no')
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
    SELECT * FROM objects
    UNION ALL BY NAME
    SELECT ns, name, regexp_replace(regexp_extract(name, '^[^:]+'), '^.*/', '') AS short, at_source, at_line,
           CASE WHEN count > 0 THEN 'warning' END AS severity FROM rules r
    WHERE NOT EXISTS (SELECT 1 FROM objects o WHERE o.name = regexp_extract(r.name, '^[^:]+'))
    """,
)
