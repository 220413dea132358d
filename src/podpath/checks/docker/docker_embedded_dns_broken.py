"""A container cannot reach Docker's name server."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    SELECT r.ns, n.kind || ' ' || n.name AS space, r.rowid AS row_resolver, c.rowid AS row_coverage, 'DOCKER_OUTPUT' AS needle_coverage
    FROM resolver r JOIN netns n ON n.ns = r.ns AND n.kind <> 'host'
    JOIN (SELECT ns, min(rowid) AS rowid FROM coverage WHERE "table" = 'ruleset' AND complete <> 'no' AND (part IS NULL OR part IN ('iptables', 'nft'))
          GROUP BY ns) c ON c.ns = r.ns
    WHERE r."address" = ip4('127.0.0.11')
      AND NOT EXISTS (SELECT 1 FROM source s WHERE s.ns = r.ns AND s."text" LIKE '%127.0.0.11%' AND regexp_matches(s.command, 'tables|nft'))
      AND NOT EXISTS (SELECT 1 FROM socket k WHERE k.ns = r.ns AND k.local = ip4('127.0.0.11') AND k.local_port = 53)
    """,
    over=("resolver",),
)
