"""Late packets of translated connections may reset them."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    SELECT c.ns, c.value AS count, c.rowid AS row_counter, s.rowid AS row_sysctl FROM counter c
    JOIN sysctl s ON s.ns = c.ns AND s.name = 'net.netfilter.nf_conntrack_tcp_be_liberal' AND s.value = '0'
    WHERE c.name = 'ConntrackInvalid' AND c.value >= 1000 AND EXISTS (SELECT 1 FROM dnat d WHERE d.ns = c.ns)
      AND NOT EXISTS (SELECT 1 FROM rule_line l WHERE l.ns = c.ns AND l.said LIKE '%INVALID%' AND l.said LIKE '%DROP%')
      AND NOT EXISTS (SELECT 1 FROM source x WHERE x.ns = c.ns AND x."text" LIKE '%"invalid"%' AND x."text" LIKE '%"drop"%')
    """,
    over=(
        "dnat",
        "counter",
    ),
)
