"""A node drops the tunnel packets of a peer that it does not know."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="calico-encap-source-not-allowed",
    title="A node drops the tunnel packets of a peer that it does not know",
    explain="""Calico accepts tunnel packets only from the addresses in a set. A node that is new, has another address or is behind NAT is not in the
set until Felix adds it: until then, all packets between the pods of the two nodes are lost without an error.

podpath reports the same rule of any other program, which drops packets from outside a set, under this name, too.

Check: `ipset list cali40all-vxlan-net`, and the nodes' addresses: `kubectl get nodes -o wide`.""",
)
