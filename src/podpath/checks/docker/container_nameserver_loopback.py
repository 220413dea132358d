"""A container asks itself for names."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH found AS (
        SELECT r.ns, r."address" AS ip, r.rowid AS row_resolver, coalesce((SELECT max(CASE c.complete WHEN 'yes' THEN 2 ELSE 1 END) FROM coverage c
               WHERE c.ns = r.ns AND c."table" = 'socket' AND c.complete <> 'no' AND coalesce(c.part, 'udp') IN ('udp', 'udp6')), 0) AS seen
        FROM resolver r JOIN inside i ON i.ns = r.ns
        WHERE r.keyword = 'nameserver' AND r."address" <> ip4('127.0.0.11')
          AND (r."address" BETWEEN ip4('127.0.0.0') AND ip4('127.255.255.255') OR r."address" = 1)
          AND NOT EXISTS (SELECT 1 FROM socket s WHERE s.ns = r.ns AND s.local_port = 53)
          -- A container in the host's own namespace has the host's resolver.
          AND NOT EXISTS (SELECT 1 FROM "address" a JOIN "address" h ON h."address" = a."address" AND h.ns = i.host
                          WHERE a.ns = r.ns AND NOT everywhere(a."address"))
          AND NOT EXISTS (SELECT 1 FROM container c WHERE c.ns = i.host AND c.name = i.name AND c.network_mode = 'host')
          -- Another server in the file answers instead, if more slowly.
          AND NOT EXISTS (SELECT 1 FROM resolver o WHERE o.ns = r.ns AND o.keyword = 'nameserver' AND NOT (
              o."address" BETWEEN ip4('127.0.0.0') AND ip4('127.255.255.255') OR o."address" = 1))
        QUALIFY row_number() OVER (PARTITION BY r.ns ORDER BY r.rowid) = 1
    )
    SELECT ns, CASE WHEN seen > 0 THEN ip END AS nameserver, ip AS unproven, row_resolver, CASE seen WHEN 2 THEN 'error' ELSE 'warning' END AS severity,
           CASE seen WHEN 2 THEN 'proven' ELSE 'likely' END AS confidence
    FROM found
    """,
    over=("resolver",),
)
