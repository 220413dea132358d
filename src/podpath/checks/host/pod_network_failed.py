"""The network of a pod could not be set up."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("agent_message",),
    sql="""
    WITH told AS (
        SELECT m.*, m.rowid AS row_agent_message, d.name AS here, n.kind FROM agent_message m JOIN netns n USING (ns) JOIN node d USING (node)
        WHERE m.problem <> 'rules-not-written' AND NOT EXISTS ( -- it has got its network since
            SELECT 1 FROM pod p WHERE p.name = m.pod AND (p.namespace = m.namespace OR m.namespace IS NULL) AND (p.ready OR p.phase = 'Running')
        ) AND NOT EXISTS (SELECT 1 FROM kube_node k WHERE m.pod IS NULL AND k.name = coalesce(m.host, d.name) AND k.ready)
    )
    SELECT ns, problem, problem AS remedy, any_value(words) AS words, any_value(dev) AS dev, min(row_agent_message) AS row_agent_message,
           arg_min(coalesce(namespace || '/', '') || pod, row_agent_message) AS pod,
           CASE WHEN count(DISTINCT namespace || '/' || pod) > 1 THEN count(DISTINCT namespace || '/' || pod) - 1 END AS others,
           CASE WHEN count(DISTINCT host) = 1 AND any_value(host) <> any_value(here) THEN ' on ' || any_value(host) ELSE '' END AS at,
           CASE WHEN count(DISTINCT host) = 1 THEN any_value(host) END AS host
    FROM told GROUP BY ns, problem, coalesce(host, '')
    """,
)
