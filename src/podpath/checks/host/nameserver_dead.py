"""A name server is the host itself without a listener, or a neighbour of the host or the container that did not answer."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH named AS (
        SELECT r.ns, i.host, r."address" AS ip, r.rowid AS row_resolver,
               i.ns IS NULL AND (r."address" BETWEEN ip4('127.0.0.0') AND ip4('127.255.255.255') OR r."address" = 1
               OR EXISTS (SELECT 1 FROM "address" a WHERE a.ns = r.ns AND a."address" = r."address")) AS here
        FROM resolver r JOIN netns n USING (ns) LEFT JOIN inside i ON i.ns = r.ns
        WHERE r.keyword = 'nameserver' AND r."address" IS NOT NULL AND (n.kind = 'host' OR i.ns IS NOT NULL)
    ), dead AS (
        SELECT n.*, NULL AS dev, NULL::BIGINT AS row_neighbour FROM named n
        WHERE here AND EXISTS (SELECT 1 FROM coverage c WHERE c.ns = n.ns AND c."table" = 'socket' AND c.complete = 'yes'
                               AND (c.part IS NULL OR c.part = 'udp'))
          AND NOT EXISTS (SELECT 1 FROM socket s WHERE s.ns = n.ns AND s.local_port = 53 AND s.proto LIKE 'udp%')
          -- Rules may lead the question elsewhere (a cache of the node for its pods).
          AND NOT EXISTS (SELECT 1 FROM rule_line l WHERE l.ns = n.ns AND l.tab = 'nat' AND regexp_matches(l.said, '--dport 53\\b|dport 53 '))
          AND NOT EXISTS (SELECT 1 FROM source s WHERE s.ns = n.ns AND regexp_matches(s.command, '(^|[ /])nft ')
                          AND regexp_matches(s."text", 'dport 53\\b|"field": "dport"\\}\\}, "right": 53\\b'))
        UNION ALL
        SELECT n.*, b.dev, b.rowid FROM named n JOIN neighbour b ON b.ns IN (n.ns, n.host) AND b."address" = n.ip
        WHERE NOT here AND b.state IN ('FAILED', 'INCOMPLETE')
    )
    SELECT d.ns, CASE WHEN d.here THEN d.ip END AS own, CASE WHEN NOT d.here THEN d.ip END AS silent, d.dev, d.row_resolver, d.row_neighbour,
           CASE WHEN a.ns IS NULL THEN 'none' ELSE 'some' END AS others, CASE WHEN a.ns IS NULL THEN 'error' ELSE 'warning' END AS severity,
           -- A neighbour may have failed a while ago, and be asked again with the next question.
           -- Rules that were not seen may lead it elsewhere.
           CASE WHEN d.here AND EXISTS (SELECT 1 FROM coverage c WHERE c.ns = d.ns AND c."table" = 'ruleset' AND c.complete <> 'no')
                THEN 'proven' ELSE 'likely' END AS confidence
    FROM dead d LEFT JOIN (SELECT DISTINCT n.ns FROM named n ANTI JOIN dead x ON x.ns = n.ns AND x.ip = n.ip) a ON a.ns = d.ns
    QUALIFY row_number() OVER (PARTITION BY d.ns ORDER BY d.row_resolver) = 1
    """,
    over=("resolver",),
    walked=True,
)
