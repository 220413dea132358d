"""Devices of one overlay have different VNIs."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
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
        tr("{dev} on {node} has VNI {vni}, but the packet is for {asked}", dev=dev, node=node, vni=vni, asked=asked),
        tr("The inner frame is lost."),
        tr("give every node the same VNI in the CNI's configuration (flannel: net-conf.json, VNI)"),
        tr("then delete {dev} there and restart the CNI's agent, which recreates it", dev=dev),
    )
