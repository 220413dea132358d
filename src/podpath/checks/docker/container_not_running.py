"""A container that is to run does not."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="container-not-running",
    severity=Severity.WARNING,
    title="A container that is to run does not",
    explain="""A container whose program has ended has no network: its name is not found, and its published port refuses. One whose program
keeps ending is there for moments only. One that could not get its port on the host was made, and never started. A paused one
keeps its network, so that its kernel still answers pings and handshakes, and no program reads what arrives.

A stopped container may be stopped on purpose: where it publishes a port, that is a note only.

Look: `docker ps -a`, `docker logs NAME`, `docker inspect NAME`; exit code 137 is a SIGKILL (out of memory, or `docker kill`), 139 a crash,
127 a command that is not in the image.""",
    summary=(
        "{container} was made, and never started: {proto} port {port} of {node} is held by {holder}",
        "{container} keeps ending (exit code {looping}), and is started again and again",
        "{container} is {paused}: its kernel answers, and its programs do not",
        "{container} publishes port {port} of {node}, and is not running (exit code {code})",
        "{container} publishes port {port} of {node}, and is not running",
    ),
    why="Nobody answers at its name, its addresses and its published ports.",
    fix=(
        "free the port (ss -tulnp sport = :{held}), then: {program} start {container}",
        "{program} logs --tail 20 {looped}",
        "{program} unpause {frozen}",
        "{program} start {idle}",
    ),
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
           w.port, w.proto, w.row_published_port, h.holder, h.port AS held, h.row_socket,
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
