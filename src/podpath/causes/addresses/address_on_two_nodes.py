"""Two nodes have an address that only one may have."""

from typing import Final

from podpath.causes.cause import Cause

CAUSE: Final = Cause(
    name="address-on-two-nodes",
    title="Two nodes have the same address",
    explain="""Some addresses are on every host and have no meaning outside it: Docker's default gateway 172.17.0.1, service addresses
on kube-ipvs0, a local DNS cache. An overlay device's address, the gateway of a node's own pods, or a machine's address on
the LAN must be on one node only. If it is on two, packets reach either of them.

It happens when two nodes were given the same part of the pod network (a restored node object, two clusters on one
network), or when both machines of a pair have a virtual address.

Check: `ip address show` on both nodes; `arping -D -I eth0 ADDRESS` shows whether another host has it.""",
    summary=("{ip} is on {dev} of {node} and on {other_dev} of {other}",),
    why="Packets for {ip} reach only one of the two, not always the same.",
    fix=(
        "give every node its own pod network (Node.spec.podCIDR), delete {overlay} and restart the CNI's agent",
        "remove {twice} from one of the two nodes",
    ),
    symptom_of=("duplicate-node-ip",),
    no_lab="duplicate-node-ip and ipvs-vip-equals-node-ip are its forms that do harm",
)
