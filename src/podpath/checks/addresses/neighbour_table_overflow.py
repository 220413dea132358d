"""The neighbour table is full, or nearly."""

from typing import Final

from podpath.checks.interface import Check, Need

CHECK: Final = Check(
    sql="""
    WITH used AS (
        SELECT n.node, e.family, count(*) AS count, min(e.rowid) AS row_neighbour FROM neighbour e JOIN netns n USING (ns)
        WHERE coalesce(e.state, '') NOT IN ('PERMANENT', 'NOARP') AND NOT has_flag(e.flags, 'proxy')
          AND NOT has_flag(e.flags, 'extern_learn') GROUP BY ALL
    ),
    bound AS (
        SELECT ns, substr(name, 8, 1)::INTEGER AS family, value::BIGINT AS "limit", rowid AS row_sysctl FROM sysctl
        WHERE name IN ('net.ipv4.neigh.default.gc_thresh3', 'net.ipv6.neigh.default.gc_thresh3') AND regexp_matches(value, '^[1-9][0-9]{0,9}$')
    ),
    counted AS (
    SELECT h.ns, u.family, u.count, b."limit", b."limit" * 4 AS more, b.row_sysctl, u.row_neighbour,
           CASE WHEN u.count >= b."limit" THEN 'error' ELSE 'warning' END AS severity,
           CASE WHEN u.count >= b."limit" THEN 'proven' ELSE 'likely' END AS confidence
    FROM used u JOIN netns h ON h.node = u.node AND h.kind = 'host' JOIN bound b ON b.ns = h.ns AND b.family = u.family
    WHERE u.count * 10 >= b."limit" * 9
    )
    FROM counted UNION ALL BY NAME
    SELECT l.ns, l.family, l.often, l.row_kernel_message, l.confidence, b."limit" * 4 AS more, b.row_sysctl,
           CASE WHEN b.ns IS NULL THEN 'gc_thresh3' END AS unread
    FROM logged l LEFT JOIN bound b ON b.ns = l.ns AND b.family = l.family
    WHERE l.event = 'neighbour-table-full' AND NOT EXISTS (SELECT 1 FROM counted c WHERE c.ns = l.ns AND c.family = l.family)
    """,
    needs=(Need("sysctl", "sysctl net.ipv4.neigh.default.gc_thresh3", "net.ipv4.neigh.default.gc_thresh3"),),
    applies="""SELECT ns FROM neighbour WHERE family = 4 AND coalesce(state, '') NOT IN ('PERMANENT', 'NOARP') GROUP BY ns HAVING count(*) >= 900""",
)
