"""Two VXLAN devices want the same UDP port."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="vxlan-device-conflict",
    severity=Severity.ERROR,
    title="Two VXLAN devices of a node want the same UDP port",
    explain="""A VXLAN device listens on a UDP port. Devices of the ordinary kind share one socket and are told apart by their network
identifier; a device that takes its identifier from elsewhere (`external`, as Cilium's) needs the port for itself. When
both kinds are there with one port, only the first can come up, and the other's agent logs `address already in use`.

It happens when the CNI was changed and the old device stayed: cilium_vxlan and flannel.1 both use 8472.

Look: `ip -d link show type vxlan`, `ss -lun sport = :8472`.""",
    summary=("{dev}{where} cannot come up: {other} has UDP port {port} already, and one of them is `external`",),
    why="Tunnel packets reach only the device that was first; the other carries nothing.",
    fix=(
        "on {node}: {run}ip link delete DEVICE   (the one of the CNI that is not in use: {dev} or {other})",
        "then restart the CNI's agent",
        "or give one of them another port",
    ),
    over=("vxlan",),
    sql="""
    SELECT a.ns, a.name AS dev, b.name AS other, a.port, a.rowid AS row_vxlan, 'vxlan' AS needle_vxlan, b.rowid AS row_vxlan_2,
           'vxlan' AS needle_vxlan_2, la.rowid AS row_link
    FROM vxlan a JOIN vxlan b ON b.ns = a.ns AND b.port = a.port AND b.name <> a.name
    JOIN link la ON la.ns = a.ns AND la.name = a.name JOIN link lb ON lb.ns = b.ns AND lb.name = b.name
    WHERE coalesce(a.external, false) <> coalesce(b.external, false) AND la.up = false AND coalesce(lb.up, true)
    """,
)
