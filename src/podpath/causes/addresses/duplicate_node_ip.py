"""Two nodes are one and the same to the network, or to what identifies machines."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="duplicate-node-ip",
    title="Two nodes have the same node address or the same machine-id",
    explain="""The address that a node's peers send to must be unique. If two machines have it, tunnel packets reach the one that answered
ARP last: sessions flap, and the overlay works only in part.

Machines made from one template often have the same /etc/machine-id. DHCP clients derive their identifier from it, so the
server gives both the same address. The MACs of virtual devices are derived from it, too.

If everything about the two nodes is equal, check first whether one machine was captured twice, under two names.

Check: `cat /etc/machine-id` on both, `ip address show`; from a third machine `arping -c 2 -I eth0 NODEIP` shows two MACs.
The second machine need not be a node. Then only the neighbour tables of the other nodes show it (`ip neigh show NODEIP`).""",
    summary=(
        "{ip} is on {dev} of {node} and on {other_dev} of {other}, and other nodes send tunnel packets to it",
        "{other} has {ip} at {mac}, but {dev} of {node} has the MAC {own}: another machine answers for the address of {node}",
        "{node} and {other} have the same machine-id {value}",
    ),
    why="{effect}",
    fix=(
        "give {one} or {second} another address",
        "let the cluster use the network that both nodes share (kubelet: --node-ip={joined} on {node}; flannel: --iface={joined})",
        "find the other machine by its MAC {mac}, and give it another address",
        line("rm /etc/machine-id", on="{clone}"),
        line("systemd-machine-id-setup", words="then", on="{clone}"),
        line("reboot", words="then", on="{clone}"),
        "then renew the DHCP lease of {clone}, or set dhcp-identifier: mac",
    ),
    phrases={
        "effect": {
            "both": "Packets for one of the two nodes reach the other one.",
            "apart": "Each has it on a network of its own, or packets for one reach the other one: none of them can be told from the other by it.",
            "third": "Packets for the node, tunnel packets too, reach another machine.",
            "clone": "DHCP may give both the same address, and their virtual devices the same MACs.",
        },
    },
)
