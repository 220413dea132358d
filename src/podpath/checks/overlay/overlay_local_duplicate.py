"""Two nodes of an overlay send from the same underlay address."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("vtep",),
    sql="""
    WITH shared AS (
        SELECT overlay, "local" FROM vtep WHERE "local" IS NOT NULL GROUP BY ALL HAVING count(DISTINCT node) > 1
    )
    SELECT a.ns, a.dev, a."local" AS local_address, o.name AS other, x.rowid AS row_vxlan, 'vxlan' AS needle_vxlan,
           y.rowid AS row_vxlan_2, 'vxlan' AS needle_vxlan_2, [o.name] AS related
    FROM vtep a JOIN shared USING (overlay, "local")
    JOIN LATERAL (SELECT b.ns, b.dev, b.name FROM vtep b WHERE b.overlay = a.overlay AND b."local" = a."local"
                  AND b.node <> a.node ORDER BY b.vt LIMIT 1) o ON true
    LEFT JOIN vxlan x ON x.ns = a.ns AND x.name = a.dev LEFT JOIN vxlan y ON y.ns = o.ns AND y.name = o.dev
    """,
)
