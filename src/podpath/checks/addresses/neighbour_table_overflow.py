"""The neighbour table is full, or nearly."""

from typing import Final

from podpath.checks.interface import Check, Need
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="neighbour-table-overflow",
    severity=Severity.WARNING,
    title="The neighbour table is full or nearly full",
    explain="""The kernel keeps one table of neighbours (ARP) for all network namespaces of a machine together. At gc_thresh3 entries
it takes no more: packets to an address that is not in it yet are dropped, at random as it seems, while those to known
neighbours pass. Permanent entries do not count.

It happens on dense nodes and large flat networks, where the default of 1024 is soon reached.

Look: `ip neigh show nud all | wc -l` in every namespace, `sysctl net.ipv4.neigh.default.gc_thresh3`,
`cat /proc/net/stat/arp_cache` (table_fulls, in hexadecimal).""",
    summary=("{count} neighbours of IPv{family} on {node}, and the table ends at {limit}",),
    why="Packets to neighbours that are not in the table yet are dropped.",
    fix=(
        "on {node}: sysctl -w net.ipv{family}.neigh.default.gc_thresh3={more}   (in the host's own namespace; and gc_thresh2, gc_thresh1 below it)",
        "to keep it: the same in /etc/sysctl.d",
    ),
    sql="""
    WITH used AS (
        SELECT n.node, e.family, count(*) AS count, min(e.rowid) AS row_neighbour FROM neighbour e JOIN netns n USING (ns)
        WHERE coalesce(e.state, '') NOT IN ('PERMANENT', 'NOARP') AND NOT has_flag(e.flags, 'proxy')
          AND NOT has_flag(e.flags, 'extern_learn') GROUP BY ALL
    )
    SELECT h.ns, u.family, u.count, s.value::BIGINT AS "limit", s.value::BIGINT * 4 AS more, s.rowid AS row_sysctl, u.row_neighbour,
           CASE WHEN u.count >= s.value::BIGINT THEN 'error' ELSE 'warning' END AS severity,
           CASE WHEN u.count >= s.value::BIGINT THEN 'proven' ELSE 'likely' END AS confidence
    FROM used u JOIN netns h ON h.node = u.node AND h.kind = 'host'
    JOIN sysctl s ON s.ns = h.ns AND s.name = 'net.ipv' || u.family || '.neigh.default.gc_thresh3' AND regexp_matches(s.value, '^[1-9][0-9]{0,9}$')
    WHERE u.count * 10 >= s.value::BIGINT * 9
    """,
    needs=(Need("sysctl", "sysctl net.ipv4.neigh.default.gc_thresh3", "net.ipv4.neigh.default.gc_thresh3"),),
    applies="""SELECT ns FROM neighbour WHERE family = 4 AND coalesce(state, '') NOT IN ('PERMANENT', 'NOARP') GROUP BY ns HAVING count(*) >= 900""",
)
