"""Devices of one overlay have different VNIs."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.state.finding import Words

CAUSE: Final = Cause(
    name="vxlan-vni-mismatch",
    title="Nodes of one overlay use different network identifiers",
    explain="""The receiver looks up its VXLAN device by port and network identifier (VNI). If no device has the VNI of a packet,
the kernel drops it; no counter of the device rises, only the drop reason VXLAN_VNI_NOT_FOUND shows it.

It happens when nodes have two versions of the CNI's configuration, or belong to two clusters.

Check: `ip -d link show type vxlan` on both nodes.""",
    summary=("{dev} on {node} has VNI {mine}, but {peer} has {theirs}",),
    why="Neither node accepts the other's tunnel packets.",
    fix=(
        "give every node the same VNI in the CNI's configuration (flannel: net-conf.json, VNI)",
        line("ip link del {dev}"),
        "then restart the CNI's agent on {node}",
    ),
)


def another(dev: str, node: str, vni: int | None, asked: int | None) -> Words:
    """Return the words for a packet of another network than the device's."""
    return CAUSE.words(
        f"{dev} on {node} has VNI {vni}, but the packet is for {asked}",
        "The inner frame is lost.",
        "give every node the same VNI in the CNI's configuration (flannel: net-conf.json, VNI)",
        f"then delete {dev} there and restart the CNI's agent, which recreates it",
    )
