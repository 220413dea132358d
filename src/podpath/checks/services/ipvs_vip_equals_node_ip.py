"""A service address on kube-ipvs0 is also the address of a node."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    sql="""
    SELECT a.ns, a.dev, a."address" AS ip, o.name AS other, a.rowid AS row_address, b.rowid AS row_address_2, [o.name] AS related
    FROM "address" a JOIN netns n ON n.ns = a.ns AND n.kind = 'host'
    JOIN "address" b ON b."address" = a."address" AND b.dev NOT IN ('kube-ipvs0', 'lo')
    JOIN netns m ON m.ns = b.ns AND m.kind = 'host' AND m.node <> n.node
    JOIN node o ON o.node = m.node JOIN device t ON t.ns = b.ns AND t.name = b.dev AND t.role IN ('uplink', 'bridge')
    WHERE a.dev = 'kube-ipvs0'
    """,
)
