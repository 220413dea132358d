"""Two VXLAN devices want the same UDP port."""

from typing import Final

from podpath.causes.cause import Cause
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do, otherwise

CAUSE: Final = Cause(
    name="vxlan-device-conflict",
    title="Two VXLAN devices of a node need the same UDP port",
    explain="""A VXLAN device listens on a UDP port. Ordinary devices share one socket and are distinguished by their network
identifier; a device with metadata mode (`external`, like Cilium's) needs the port for itself. If devices
of both kinds use one port, only the first can come up, and the other's agent logs `address already in use`.

It happens when the CNI was replaced and the old device stayed: cilium_vxlan and flannel.1 both use 8472.

Check: `ip -d link show type vxlan`, `ss -lun sport = :8472`.""",
    summary=("{dev}{where} cannot come up: {other} has UDP port {port} already, and one of them is `external`",),
    why="Tunnel packets reach only the device that came up first; the other receives nothing.",
    fix=(
        "delete the device of the CNI that is not in use, {dev} or {other} (ip link delete)",
        "then restart the CNI's agent",
        otherwise("give one of them another port"),
    ),
)


def all_networks(dev: str, node: str, port: str, meant: str, vni: int | None) -> Words:
    """Return the words for a device that takes the packets of all networks, those of another device too (vxlan_vs_find_vni)."""
    return CAUSE.words(
        tr(
            "{dev} on {node} takes all VXLAN packets of UDP port {port} from {meant}, VNI {vni}",
            dev=dev,
            node=node,
            port=port,
            meant=meant,
            vni=vni,
        ),
        tr("Two devices need the same port, and the one that takes all networks gets the packets."),
        do("ip", "link", "del", dev),
    )


def port_taken(dev: str, node: str, port: int | None, rival: str) -> Words:
    """Return the words for a device that cannot come up, as another one has its port (vxlan_vni_in_use, EADDRINUSE)."""
    return CAUSE.words(
        tr(
            "{dev} on {node} is down, and {rival} has its UDP port {port} for all networks",
            dev=dev,
            node=node,
            rival=rival,
            port=port,
        ),
        tr("Only one of the two can come up; the routes through the other are gone."),
        do("ip", "link", "del", rival),
        do("ip", "link", "set", dev, "up", words=tr("then")),
        tr("then restart the CNI's agent: its routes and neighbours do not come back by themselves"),
    )
