"""Two nodes of an overlay send from the same underlay address."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="overlay-local-duplicate",
    severity=Severity.ERROR,
    title="Nodes of an overlay have the same underlay address",
    explain="""Every node's overlay device has an address of its own (`local`) that the others send tunnel packets to. Here several
nodes have the same one, so that no peer can tell them apart: what is meant for one goes to another, or to nobody.

It happens when the agent picks the wrong network card on machines that have several. Virtual machines made by Vagrant
all have 10.0.2.15 on their first card, behind a NAT of their own; the agent takes the card with the default route.

Look: `ip -d link show type vxlan` on each node, the word after `local`; `ip address show` for the other cards.""",
    summary=("{dev} on {node} sends from {local_address}, and so does {dev} on {other}",),
    why="No other node can send to this one: tunnel packets go to the wrong machine or nowhere.",
    fix=(
        "tell the CNI's agent which card to use on every node (flannel: --iface=eth1 or --iface-can-reach=ADDRESS)",
        "then restart the agent: leases are bound to the public address",
    ),
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
