"""A node has no route to a peer's pod network."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="peer-route-missing",
    severity=Severity.ERROR,
    title="No route to a peer's pod network",
    explain="""Packets for pods on another node need a route to that node's pod network. Without one they take the default
route and leave for the internet or the office network, where nobody knows the address: the sender sees a timeout, not
an error. Only a node without a default route says `Network is unreachable`.

It happens when the CNI's device went down (its routes go with it), when a network service flushed foreign routes, or
when the agent has not heard of the node. NetworkManager does so with CNI devices that it was not told to leave alone:
`nmcli device` must show cali*, flannel*, cni0 and veth* as unmanaged.

Look: `ip route get PODIP`, and mind the device it names.""",
    summary=(
        "{node} has no route to {target} of {peer}, nor to {others} other pod network(s): {falls}",
        "{node} has no route to {target} of {peer}: {falls}",
    ),
    why="Packets for the peer's pods leave by the wrong device and are lost.",
    fix=(
        "restart the CNI's agent on {node}: it writes the route again",
        "or on {node}: ip route replace {target} via {right} dev {overlay_dev} onlink",
    ),
    follows=("cni-state-lost-on-network-restart", "device-down", "overlay-device-missing"),
)
