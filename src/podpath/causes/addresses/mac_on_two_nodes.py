"""Two nodes have a device with the same MAC on one network."""

from typing import Final

from podpath.causes.cause import Cause, line

CAUSE: Final = Cause(
    name="mac-on-two-nodes",
    title="Two nodes have the same MAC",
    explain="""A switch, a bridge or a VXLAN forwarding table sends a frame to the port where it last saw the MAC. If two nodes of one
network have the same MAC, frames for one of them keep going to the other.

It happens when virtual machines are cloned with their network cards, or when an overlay device's MAC was derived
from a machine-id that was cloned with the disk.

If both nodes also have the same addresses, check first whether one machine was captured twice, under two names.

Check: `ip link show` on both nodes, `cat /etc/machine-id`.""",
    summary=("{dev} of {node} and {other_dev} of {other} have the MAC {mac}",),
    why="{effect}",
    fix=(
        "first give {clone} its own machine-id: udev derives the MAC from it, so a new device would get the same one",
        line("rm /etc/machine-id", on="{clone}"),
        line("systemd-machine-id-setup", words="then", note="or a .link file with MACAddressPolicy=none", on="{clone}"),
        line(
            "ip link delete {overlay}",
            note="then restart the CNI's agent there: it creates the device with another MAC",
            on="{other}",
        ),
        "give one of {uplinks} another MAC",
    ),
    phrases={
        "effect": {
            "overlay": "A VXLAN device drops frames with its own MAC as their source: nothing from either node reaches the other.",
            "uplink": "Frames for one of the two nodes reach the other.",
        },
    },
    no_lab="the switch learns the MAC now here, now there: who suffers changes with every packet",
)
