"""Forwarding is on for the node, but off for a device that packets to forward arrive on."""

from typing import Final

from podpath.causes.cause import Cause, line
from podpath.language import tr
from podpath.state.finding import Words
from podpath.state.fix import do

CAUSE: Final = Cause(
    name="per-interface-forwarding-off",
    title="Forwarding is off on one device",
    explain="""Writing net.ipv4.ip_forward sets forwarding on all devices; afterwards each device has its own setting,
net.ipv4.conf.DEVICE.forwarding. The setting of the device that the packet arrived on counts: if it is 0, the kernel drops packets
from this device and counts them in IpInAddrErrors, although ip_forward is 1.

It happens when systemd-networkd configures a device without IPForward=yes, or when a hardening script sets `default` to 0
before the CNI makes its devices.

Check: `sysctl -ar 'ipv4.conf.*.forwarding'`, `nstat -az IpInAddrErrors`.""",
    summary=("net.ipv4.conf.{dev}.forwarding is 0{where}, although net.ipv4.ip_forward is 1",),
    why="The kernel drops packets that arrive on {dev} and are not for the host itself: {hit}.",
    fix=(
        line("sysctl -w net.ipv4.conf.{setting}.forwarding=1"),
        "to keep it: IPForward=yes (IPv4Forwarding=yes) for the device in systemd-networkd",
    ),
    phrases={
        "hit": {
            "bridge": "all that its containers send to other networks",
            "overlay": "all that other nodes' pods send",
            "pod": "all that its pod sends",
            "outside": "replies from outside to its containers",
        },
    },
)


def drops(setting: str, dev: str, address: str) -> Words:
    """Return the words for a device whose packets are not sent on (ip_route_input_slow)."""
    return CAUSE.words(
        tr("{dev} does not forward packets ({setting} = 0)", dev=dev, setting=setting),
        tr("The kernel silently drops packets for {address} that arrive on {dev}.", address=address, dev=dev),
        do("sysctl", "-w", f"{setting}=1"),
    )
