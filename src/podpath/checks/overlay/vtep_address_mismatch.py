"""The overlay device's address is not the one that the peers route to."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="vtep-address-mismatch",
    severity=Severity.ERROR,
    title="An overlay device has another address than its peers route to",
    explain="""Peers reach a node's pods by the address of its overlay device, and the node itself sends from that address. Here
the peers' next hop, with the MAC of this device, is not among its addresses. Packets from the node itself carry a
source that no peer has a route to, so their answers are lost; what checks the source of tunnel traffic drops more.

It happens when the node got another pod network (it was removed and joined again) and only one side knows.

Look: `ip address show dev flannel.1` here, `ip route show dev flannel.1` on the peers, and /run/flannel/subnet.env.""",
    summary=("peers route {target} to {via}, whose MAC is {peer_dev}'s on {peer}, but that device has the address {right}",),
    why="Answers to packets that the node itself sends into the overlay are lost.",
    fix=(
        "on {peer}: ip address show dev {peer_dev}   (which one does /run/flannel/subnet.env give?)",
        "restart the CNI's agent on {peer}",
    ),
)
