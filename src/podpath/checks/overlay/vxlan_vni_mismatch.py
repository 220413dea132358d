"""Devices of one overlay have different VNIs."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="vxlan-vni-mismatch",
    severity=Severity.ERROR,
    title="Nodes of one overlay use different network identifiers",
    explain="""The receiver looks its VXLAN devices up by port and network identifier (VNI). A packet with another VNI finds no
device and is dropped; no counter of the device moves, only the drop reason VXLAN_VNI_NOT_FOUND tells.

It happens when nodes run with two versions of the CNI's configuration, or belong to two clusters.

Look: `ip -d link show type vxlan` on both nodes.""",
    summary=("{dev} on {node} has VNI {mine}, but {peer} has {theirs}",),
    why="Neither node takes the other's tunnel packets.",
    fix=(
        "give every node the same VNI in the CNI's configuration (flannel: net-conf.json, VNI)",
        "on {node}: ip link del {dev}",
        "then restart the CNI's agent on {node}",
    ),
)
