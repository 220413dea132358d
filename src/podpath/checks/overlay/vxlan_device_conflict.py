"""Two VXLAN devices want the same UDP port."""

from typing import Final

from podpath.checks.interface import Check

CHECK: Final = Check(
    over=("vxlan",),
    sql="""
    SELECT a.ns, a.name AS dev, b.name AS other, a.port, a.rowid AS row_vxlan, 'vxlan' AS needle_vxlan, b.rowid AS row_vxlan_2,
           'vxlan' AS needle_vxlan_2, la.rowid AS row_link
    FROM vxlan a JOIN vxlan b ON b.ns = a.ns AND b.port = a.port AND b.name <> a.name
    JOIN link la ON la.ns = a.ns AND la.name = a.name JOIN link lb ON lb.ns = b.ns AND lb.name = b.name
    WHERE coalesce(a.external, false) <> coalesce(b.external, false) AND la.up = false AND coalesce(lb.up, true)
    """,
)
