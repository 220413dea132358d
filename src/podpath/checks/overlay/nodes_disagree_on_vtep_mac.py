"""Permanent neighbour entries of two nodes give one overlay address two MACs."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("neighbour", "peer"),
    sql=r"""
    WITH entry AS (
        SELECT n.ns, n.rowid AS row, n.dev, n."address" AS ip, n.mac FROM neighbour n JOIN netns s ON s.ns = n.ns AND s.kind = 'host'
        WHERE n.state = 'PERMANENT' AND n.mac IS NOT NULL AND (regexp_matches(n.dev, '^(flannel([.-]v6)?\.\d+|vxlan(-v6)?\.calico)$')
              OR EXISTS (SELECT 1 FROM vtep v WHERE v.ns = n.ns AND v.dev = n.dev))
          -- Where the device itself was seen, the checks of the mesh say which entry is wrong.
          AND NOT EXISTS (SELECT 1 FROM vtep_ip i JOIN vtep v USING (vt) WHERE i.ip = n."address" AND v.mac IS NOT NULL)
    ), voted AS (
        SELECT dev, ip, mac, count(*) AS votes, min(ns) AS ns, arg_min(row, ns) AS row FROM entry GROUP BY ALL
    )
    SELECT few.ns, few.dev, few.ip, few.mac, many.mac AS other_mac, node_name(many.ns) AS other, few.row AS row_neighbour, many.row AS row_neighbour_2,
           [node_name(many.ns)] AS related
    FROM voted few JOIN voted many ON many.dev = few.dev AND many.ip = few.ip AND many.mac <> few.mac
    WHERE many.votes > few.votes OR many.votes = few.votes AND many.ns < few.ns
    QUALIFY row_number() OVER (PARTITION BY few.ns, few.dev, few.ip ORDER BY many.votes DESC, many.ns) = 1
    """,
)
