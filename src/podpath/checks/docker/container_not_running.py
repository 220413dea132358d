"""A container that should run does not."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH idle AS (
        SELECT c.*, c.rowid AS row_container, lower(c.state) AS doing FROM container c JOIN netns n USING (ns)
        WHERE n.kind = 'host' AND lower(coalesce(c.state, 'running')) NOT IN ('running', 'up') AND c.pod IS NULL
    ), wanted AS (
        SELECT i.ns, i.id, min(p.host_port) AS port, min(p.proto) AS proto, min(p.rowid) AS row_published_port
        FROM idle i JOIN published_port p ON p.ns = i.ns AND (p.id = i.id OR p.id IS NULL AND p.container = i.name)
        WHERE p.host_port IS NOT NULL GROUP BY ALL
    ), held AS (
        SELECT w.ns, w.id, s.local_port AS port, any_value(s.rowid) AS row_socket,
               any_value(coalesce(nullif(regexp_extract(s.process, '"([^"]+)"', 1), ''), 'another program')) AS holder
        FROM wanted w JOIN socket s ON s.ns = w.ns AND s.local_port = w.port AND s.state IN ('LISTEN', 'UNCONN')
             AND rtrim(s.proto, '6') = w.proto AND coalesce(s.process, '') NOT LIKE '%docker-proxy%'
        GROUP BY ALL
    )
    SELECT i.ns, i.name AS container, i.row_container, -- other runtimes have no command line that a person would use
           CASE WHEN coalesce(i.runtime, 'docker') IN ('docker', 'podman', 'nerdctl') THEN coalesce(i.runtime, 'docker') END AS program,
           w.port, w.proto, w.row_published_port, h.holder, h.port AS held, CASE WHEN h.port IS NOT NULL THEN i.name END AS start, h.row_socket,
           CASE WHEN i.doing = 'restarting' THEN coalesce(i.exit_code::VARCHAR, 'unknown') END AS looping,
           CASE WHEN i.doing = 'restarting' THEN i.name END AS looped,
           CASE WHEN i.doing = 'paused' THEN 'paused' END AS paused, CASE WHEN i.doing = 'paused' THEN i.name END AS frozen,
           CASE WHEN i.doing IN ('exited', 'stopped', 'dead', 'created') AND h.port IS NULL THEN i.name END AS idle,
           CASE WHEN i.doing <> 'created' THEN i.exit_code END AS code,
           CASE WHEN i.doing IN ('exited', 'stopped', 'created') AND h.port IS NULL THEN 'info' END AS severity
    FROM idle i LEFT JOIN wanted w ON w.ns = i.ns AND w.id = i.id
    LEFT JOIN held h ON h.ns = i.ns AND h.id = i.id AND i.doing = 'created'
    WHERE i.doing IN ('restarting', 'paused') OR w.port IS NOT NULL
    """,
    over=("container",),
)
