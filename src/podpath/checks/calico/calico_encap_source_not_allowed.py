"""A node drops the tunnel packets of a peer that it does not know."""

from typing import Final

from podpath.checks.interface import Check
from podpath.state.finding import Severity

CHECK: Final = Check(
    name="calico-encap-source-not-allowed",
    severity=Severity.ERROR,
    title="A node drops the tunnel packets of a peer that it does not know",
    explain="""Calico accepts tunnel packets from the addresses in a set alone. A node that is new, or has another address, or is behind NAT, is not
in it until Felix puts it there: everything between its pods and those of the node is lost without an error.

The same rule of any other program, which drops what comes from outside a set, is told by this name, too.

Look: `ipset list cali40all-vxlan-net`, and the nodes' addresses: `kubectl get nodes -o wide`.""",
    asked=True,
)
