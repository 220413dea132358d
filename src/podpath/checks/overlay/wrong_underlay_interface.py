"""The overlay is built on an address that the node does not have, or that is not its own."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="wrong-underlay-interface",
    severity=Severity.ERROR,
    title="The overlay sends from an address that the node does not have",
    explain="""A VXLAN device is told which address its outer packets come from (`local`). When that address is not on the node,
the kernel finds no route for the packets and drops them: TX errors and carrier errors of the device rise.

It happens when the node's address changed after the device was made, or when the agent chose the wrong interface on a
host with several (Vagrant's 10.0.2.15, a public and a private one, a VPN).

Look: `ip -d link show flannel.1`, `ip address show`.""",
    summary=(
        "{dev} on {node} sends from {local}, which {node} does not have (it has {has})",
        "{dev} on {node} sends from {local}, which {node} does not have",
    ),
    why="No tunnel packet leaves this node.",
    fix=(
        "restart the CNI's agent on {node} with the right interface (flannel: --iface)",
        "ip link del {dev}   (before that, when it does not make the device anew)",
    ),
)
