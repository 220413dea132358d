"""Nothing listens on the target of a service or a published port."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH wanted AS (
        SELECT i.ns, 'service ' || e.namespace || '/' || e.service AS what, e."address" AS ip, e.port, e.rowid AS row_endpoint,
               NULL::BIGINT AS row_published_port
        FROM endpoint e JOIN "address" a ON a."address" = e."address" JOIN inside i ON i.ns = a.ns
        WHERE coalesce(e.ready, true) AND upper(coalesce(e.proto, 'TCP')) = 'TCP' AND e.port IS NOT NULL
        UNION ALL
        SELECT i.ns, 'port ' || p.host_port || ' of ' || node_name(p.ns), a."address", p.port, NULL, p.rowid FROM published_port p
        JOIN netns n ON n.ns = p.ns JOIN inside i ON i.node = n.node AND i.kind = 'container' AND i.name = p.container
        JOIN "address" a ON a.ns = i.ns AND a.dev <> 'lo' AND a.family = 4 WHERE p.proto = 'tcp'
    ), listening AS (
        SELECT ns, local_port AS port, bool_or(local IS NULL OR local = 0 OR local = ip4('0.0.0.0')) AS everywhere,
               list(DISTINCT local) AS places, min(rowid) AS row_socket
        FROM socket WHERE state = 'LISTEN' AND proto LIKE 'tcp%' GROUP BY ALL
    )
    SELECT w.ns, min(w.what) AS what, min(w.ip) AS ip, w.port, any_value(w.row_endpoint) AS row_endpoint,
           any_value(w.row_published_port) AS row_published_port, any_value(l.row_socket) AS row_socket,
           CASE WHEN list_contains(any_value(l.places), ip4('127.0.0.1')) THEN '127.0.0.1'
                WHEN list_contains(any_value(l.places), 1) THEN '::1' END AS near
    FROM wanted w LEFT JOIN listening l ON l.ns = w.ns AND l.port = w.port
    WHERE EXISTS (SELECT 1 FROM coverage c WHERE c.ns = w.ns AND c."table" = 'socket' AND c.complete <> 'no'
                  AND (c.part IS NULL OR c.part = 'tcp'))
      AND NOT coalesce(l.everywhere, false) AND NOT list_contains(coalesce(l.places, []), w.ip)
    GROUP BY w.ns, w.port
    """,
)
