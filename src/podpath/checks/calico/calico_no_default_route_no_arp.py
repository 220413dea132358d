"""The host does not answer for Calico's gateway, because it has no route to it."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    over=("lone_port",),
    sql="""
    WITH pods AS (
        SELECT d.ns, min(d.name) AS dev, and_more(count(DISTINCT d.name)) AS more, arg_min(r.rowid, d.name) AS row_route FROM device d
        JOIN route r ON r.ns = d.ns AND r.dev = d.name AND r.family = 4 AND r.dst_len = 32 AND r.via IS NULL AND r."table" = 'main'
        WHERE d.role = 'port' AND d.master IS NULL AND (regexp_matches(d.name, '^cali[0-9a-f]{11}$') OR EXISTS (
              SELECT 1 FROM sysctl s WHERE s.ns = d.ns AND s.name = 'net.ipv4.conf.' || d.name || '.proxy_arp' AND s.value = '1'))
        GROUP BY d.ns
    )
    SELECT p.*, coalesce((SELECT min(d.name) FROM device d WHERE d.ns = p.ns AND d.role = 'uplink'), 'DEVICE') AS uplink,
           CASE seen_of(p.ns, 'route', 4) WHEN 2 THEN 'proven' ELSE 'likely' END AS confidence,
           CASE seen_of(p.ns, 'route', 4) WHEN 2 THEN 'error' ELSE 'warning' END AS severity
    FROM pods p WHERE seen_of(p.ns, 'route', 4) IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM route r WHERE r.ns = p.ns AND r.family = 4 AND r.type = 'unicast'
                      AND in_net(ip4('169.254.1.1'), 4, r.dst, r.dst_len))
    """,
    needs=(Need("route", "ip route show", "main", 4),),
    applies="SELECT ns FROM device WHERE role = 'port' AND regexp_matches(name, '^cali[0-9a-f]{11}$')",
)
