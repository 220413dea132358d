"""A service leads to a port by a name that no pod of it has."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH named AS (
        SELECT *, rowid AS at FROM service WHERE selector IS NOT NULL AND target_port IS NOT NULL AND try_cast(target_port AS BIGINT) IS NULL
    ), chosen AS (
        SELECT n.at AS row_service, n.ns, n.namespace, n.name, n.port, n.target_port, n.proto, p.name AS pod
        FROM named n JOIN pod p ON p.namespace = n.namespace AND list_has_all(string_split(p.labels, ','), string_split(n.selector, ','))
    )
    SELECT c.ns, c.namespace, c.name AS short, c.namespace || '/' || c.name AS name, c.port, c.target_port, c.row_service
    FROM chosen c
    WHERE EXISTS (SELECT 1 FROM coverage v WHERE v."table" = 'pod_port' AND v.complete = 'yes' AND (v.part IS NULL OR v.part = c.namespace))
    GROUP BY ALL
    HAVING NOT bool_or(EXISTS (SELECT 1 FROM pod_port t WHERE t.namespace = c.namespace AND t.pod = c.pod AND t.name = c.target_port
                               AND t.proto = coalesce(c.proto, 'TCP')))
    """,
)
