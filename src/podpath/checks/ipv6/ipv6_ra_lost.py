"""The host ignores router advertisements, since it forwards."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH deaf AS (
        SELECT d.ns, d.name AS dev, replace(d.name, '.', '/') AS setting, a.rowid AS row_sysctl, f.rowid AS row_sysctl_2 FROM device d
        JOIN sysctl a ON a.ns = d.ns AND a.name = 'net.ipv6.conf.' || replace(d.name, '.', '/') || '.accept_ra' AND a.value = '1'
        JOIN sysctl f ON f.ns = d.ns AND f.value = '1' AND f.name = 'net.ipv6.conf.' || replace(d.name, '.', '/') || '.forwarding'
        WHERE d.role = 'uplink' AND coalesce(d.up, true)
    ),
    told AS (
        SELECT x.*, p.rowid AS row_address FROM deaf x JOIN "address" p ON p.ns = x.ns AND p.dev = x.dev AND p.family = 6
        WHERE has_flag(p.flags, 'dynamic') AND NOT everywhere(p."address")
        QUALIFY row_number() OVER (PARTITION BY x.ns, x.dev ORDER BY p.rowid) = 1
    )
    SELECT t.*, r.rowid AS row_route, CASE WHEN r.rowid IS NULL THEN 'error' ELSE 'warning' END AS severity,
           CASE WHEN r.rowid IS NULL THEN 'gone' ELSE 'going' END AS now
    FROM told t LEFT JOIN route r ON r.ns = t.ns AND r.dev = t.dev AND r.family = 6 AND r.dst_len = 0 AND r.proto IN ('ra', 'kernel')
    WHERE seen_of(t.ns, 'route', 6) = 2
      AND NOT EXISTS (SELECT 1 FROM route o WHERE o.ns = t.ns AND o.family = 6 AND o.dst_len = 0 AND coalesce(o.proto, '') NOT IN ('ra', 'kernel')
                      AND o.type = 'unicast')
    """,
)
