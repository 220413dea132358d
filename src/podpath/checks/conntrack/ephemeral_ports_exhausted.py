"""A namespace has no local port left for new connections."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql=r"""
    WITH wide AS (
        SELECT r.ns, r.value AS "range", r.rowid AS row_sysctl, regexp_extract(r.value, '^(\d+)', 1)::BIGINT AS low,
               regexp_extract(r.value, '(\d+)$', 1)::BIGINT AS high, p.value AS kept, p.rowid AS row_sysctl_2
        FROM sysctl r LEFT JOIN sysctl p ON p.ns = r.ns AND p.name = 'net.ipv4.ip_local_reserved_ports' AND p.value <> ''
        WHERE r.name = 'net.ipv4.ip_local_port_range' AND regexp_matches(r.value, '^\d+\s+\d+$')
    ), part AS (
        SELECT ns, low, high, unnest(string_split(kept, ',')) AS part FROM wide WHERE kept IS NOT NULL
    ), reserved AS (
        SELECT ns, sum(greatest(0, least(high, coalesce(try_cast(regexp_extract(part, '-(\d+)', 1) AS BIGINT),
               try_cast(regexp_extract(part, '^(\d+)', 1) AS BIGINT))) - greatest(low, try_cast(regexp_extract(part, '^(\d+)', 1) AS BIGINT)) + 1)) AS kept
        FROM part WHERE regexp_matches(part, '^\d') GROUP BY ns
    ), room AS (
        SELECT w.*, high - low + 1 AS size, high - low + 1 - coalesce(r.kept, 0) AS room FROM wide w LEFT JOIN reserved r USING (ns)
    ), used AS (
        SELECT ns, remote, remote_port, count(DISTINCT local_port) AS used, min(rowid) AS row_socket FROM socket
        WHERE proto LIKE 'tcp%' AND state <> 'LISTEN' AND remote IS NOT NULL GROUP BY ALL
    ), busy AS (
        SELECT ns, max(used) AS used, arg_max(remote, used) AS remote, arg_max(remote_port, used) AS port, arg_max(row_socket, used) AS row_socket
        FROM used GROUP BY ns
    )
    SELECT m.ns, CASE WHEN m.room <= 0 THEN m.low || '-' || m.high END AS "range", m.size, CASE WHEN m.room > 0 THEN m.room END AS room,
           CASE WHEN b.used * 10 >= m.room * 9 THEN b.used END AS used, b.remote, b.port, m.row_sysctl, m.row_sysctl_2,
           CASE WHEN b.used * 10 >= m.room * 9 THEN b.row_socket END AS row_socket,
           CASE WHEN m.room <= 0 OR b.used * 10 >= m.room * 9 THEN 'error' ELSE 'warning' END AS severity
    FROM room m LEFT JOIN busy b ON b.ns = m.ns WHERE m.room < 100 OR b.used * 10 >= m.room * 9
    """,
)
