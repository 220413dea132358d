"""The table of tracked connections is full."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    WITH counted AS (
    SELECT c.ns, c.value AS count, m.value AS most, (try_cast(c.value AS BIGINT) * 100 // try_cast(m.value AS BIGINT)) AS share,
           try_cast(m.value AS BIGINT) * 2 AS more, c.rowid AS row_sysctl, m.rowid AS row_sysctl_2,
           CASE WHEN try_cast(c.value AS BIGINT) * 100 >= try_cast(m.value AS BIGINT) * 95 THEN 'error' ELSE 'warning' END AS severity
    FROM sysctl c JOIN netns n ON n.ns = c.ns
    -- The limit is one for the machine, and is shown by its own namespace alone.
    JOIN netns h ON h.node = n.node AND h.kind = 'host' JOIN sysctl m ON m.ns = h.ns AND m.name = 'net.netfilter.nf_conntrack_max'
    WHERE c.name = 'net.netfilter.nf_conntrack_count' AND try_cast(m.value AS BIGINT) > 0
      AND try_cast(c.value AS BIGINT) * 100 >= try_cast(m.value AS BIGINT) * 80
    )
    FROM counted UNION ALL BY NAME
    SELECT l.ns, l.often, l.row_kernel_message, l.confidence, 'warning' AS severity, try_cast(m.value AS BIGINT) * 2 AS more,
           m.rowid AS row_sysctl, CASE WHEN m.ns IS NULL THEN 'nf_conntrack_max' END AS unread
    FROM logged l LEFT JOIN sysctl m ON m.ns = l.ns AND m.name = 'net.netfilter.nf_conntrack_max'
    WHERE l.event = 'conntrack-table-full'
      AND NOT EXISTS (SELECT 1 FROM counted c JOIN netns a ON a.ns = c.ns JOIN netns b ON b.node = a.node WHERE b.ns = l.ns)
    """,
)
